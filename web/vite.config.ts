import { defineConfig } from "vitest/config";

// The server sends the pages with a policy that allows no inline script: nothing may be put into the HTML.
export default defineConfig({
  base: "/",
  publicDir: false,
  build: {
    outDir: "../api/pages",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: { index: "index.html", workbench: "workbench.html" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/sparql": "http://127.0.0.1:8000" } },
  worker: { format: "es" },
  test: { include: ["test/**/*.test.ts"] },
});
