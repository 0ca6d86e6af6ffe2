/** Every English word of the pages. Who translates whowhom translates this file. */

export const TEXTS = {
  name: "whowhom",
  pages: { label: "Pages", explorer: "Explorer", workbench: "SPARQL" },
  theme: { light: "Use the light theme", dark: "Use the dark theme" },
  quads: {
    1: "verbal cooperation",
    2: "material cooperation",
    3: "verbal conflict",
    4: "material conflict",
  },
  workbench: {
    soon: "The workbench is being built.",
  },
} as const;
