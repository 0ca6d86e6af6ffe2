// Fails a build whose explorer is too large: what the page and all that it loads are together when they are compressed.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 450_000; // bytes
const PAGES = new URL("../api/pages/", import.meta.url);

const assets = readdirSync(new URL("assets/", PAGES));

/** The assets that a page needs: those that it names, and those that these name. */
function needed(page) {
  const found = new Set();
  const open = [readFileSync(new URL(page, PAGES), "utf8")];
  while (open.length > 0) {
    const text = open.pop();
    for (const name of assets) {
      if (!found.has(name) && text.includes(name)) {
        found.add(name);
        open.push(readFileSync(new URL(`assets/${name}`, PAGES), "utf8"));
      }
    }
  }
  return [...found];
}

const size = (path) => gzipSync(readFileSync(new URL(path, PAGES))).length;

for (const page of ["index.html", "workbench.html"]) {
  const names = needed(page);
  const total = size(page) + names.reduce((sum, name) => sum + size(`assets/${name}`), 0);
  console.log(`${page}: ${total} bytes compressed in ${names.length + 1} files`);
  if (page === "index.html" && total > LIMIT) {
    console.error(`budget: the explorer may have ${LIMIT} bytes compressed. Take something out of it.`);
    process.exit(1);
  }
}
