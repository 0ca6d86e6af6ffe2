/** The bar at the top of every page. */

import { TEXTS } from "../texts";
import { type Child, fill, h, icon } from "./dom";
import { onTheme, theme, toggleTheme } from "./theme";

export type Page = "explorer" | "workbench";

/** The bar with the name, the pages, `middle` (a search field or nothing) and `actions` (buttons). */
export function header(current: Page, middle: Child, actions: Child[] = []): HTMLElement {
  const link = (page: Page, href: string): HTMLElement =>
    h("a", { href, "aria-current": page === current ? "page" : null }, TEXTS.pages[page]);
  return h(
    "header",
    { class: "bar" },
    h("a", { class: "brand", href: "/" }, brand(), TEXTS.name),
    h("nav", { class: "pages", "aria-label": TEXTS.pages.label }, link("explorer", "/"), link("workbench", "/workbench")),
    h("div", { class: "bar-middle" }, middle),
    h("div", { class: "bar-actions" }, ...actions, themeButton()),
  );
}

function brand(): HTMLElement {
  return h("span", { class: "brand-mark", "aria-hidden": "true" });
}

function themeButton(): HTMLElement {
  const button = h("button", { class: "icon-button", type: "button", on: { click: toggleTheme } });
  const show = (): void => {
    const words = theme() === "dark" ? TEXTS.theme.light : TEXTS.theme.dark;
    fill(button, icon(theme() === "dark" ? "sun" : "moon"));
    button.setAttribute("aria-label", words);
    button.title = words;
  };
  show();
  onTheme(show);
  return button;
}
