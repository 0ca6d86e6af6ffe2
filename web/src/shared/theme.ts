/** Light or dark: what the system says, until the reader chooses. */

export type Theme = "light" | "dark";

const KEY = "whowhom-theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<(theme: Theme) => void>();

export function theme(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return dark.matches ? "dark" : "light";
}

/** Calls `listener` whenever the theme changes, and not now; what is returned ends that. */
export function onTheme(listener: (theme: Theme) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function toggleTheme(): void {
  const next = theme() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  stored(() => localStorage.setItem(KEY, next));
  tell();
}

/** Sets what the reader chose the last time; to be called before anything is drawn. */
export function restoreTheme(): void {
  const kept = stored(() => localStorage.getItem(KEY));
  if (kept === "light" || kept === "dark") document.documentElement.dataset["theme"] = kept;
  dark.addEventListener("change", tell);
}

/** Where the browser keeps nothing (private windows, policies), the choice lasts as long as the page. */
function stored<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function tell(): void {
  for (const listener of listeners) listener(theme());
}
