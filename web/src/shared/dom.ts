/** Elements without HTML: all text that comes from data is set as text, so that no name can become markup. */

export type Child = Node | string | number | null | undefined | false;

type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

export interface Attributes {
  class?: string;
  on?: Listeners;
  /** Attributes by name; true is an empty one, false, null and undefined are none. */
  [name: string]: string | number | boolean | null | undefined | Listeners;
}

/** An element with attributes, listeners (`on`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  const { on, ...others } = attributes;
  for (const [name, value] of Object.entries(others)) setAttribute(element, name, value as string);
  for (const [type, listener] of Object.entries(on ?? {})) {
    element.addEventListener(type, listener as EventListener);
  }
  append(element, children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | null | undefined> = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  append(element, children);
  return element;
}

/** Puts `children` in the place of all that `parent` holds. */
export function fill(parent: Element, ...children: (Child | Child[])[]): void {
  parent.replaceChildren();
  append(parent, children);
}

function setAttribute(element: Element, name: string, value: string | number | boolean | null | undefined): void {
  if (value === false || value === null || value === undefined) return;
  element.setAttribute(name, value === true ? "" : String(value));
}

function append(parent: Element, children: (Child | Child[])[]): void {
  for (const child of children.flat()) {
    if (child === false || child === null || child === undefined) continue;
    parent.append(typeof child === "number" ? String(child) : child);
  }
}

/** A line icon of 20 by 20, decoration only, from the `d` of its path. */
export function icon(name: keyof typeof ICONS): SVGElement {
  const path = svg("path", { d: ICONS[name] });
  return svg("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, path);
}

const ICONS = {
  search: "M8.5 3.5a5 5 0 1 1 0 10 5 5 0 0 1 0-10ZM12.2 12.2 17 17",
  undo: "M7 4 3.5 7.5 7 11M4 7.5h7.5a4.5 4.5 0 0 1 0 9H7",
  redo: "M13 4l3.5 3.5L13 11M16 7.5H8.5a4.5 4.5 0 0 0 0 9H13",
  text: "M4 4h12M4 8h12M4 12h8M4 16h5",
  save: "M10 3v9M6.5 8.8 10 12.3l3.5-3.5M4 16.5h12",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 1 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 1 0 4.3 4.3l1-1",
  sun: "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7Z",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4.5 6.5 10l5.5 5.5",
  forward: "M8 4.5 13.5 10 8 15.5",
  plus: "M10 4.5v11M4.5 10h11",
  minus: "M4.5 10h11",
  fit: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
  play: "M6.5 4.5v11l9-5.5z",
  pause: "M7 4.5v11M13 4.5v11",
  filter: "M3 5h14M6 10h8M8.5 15h3",
  pin: "M7.5 3.5h5M8.5 3.5v5L6 11.5h8L11.5 8.5v-5M10 11.5V17",
  hide: "M3 10s2.6-4.5 7-4.5S17 10 17 10s-2.6 4.5-7 4.5S3 10 3 10ZM4 16.5 16 3.5",
  expand: "M10 10m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M10 3v3M10 14v3M3 10h3M14 10h3",
  table: "M3.5 4.5h13v11h-13zM3.5 8.5h13M8 4.5v11",
  network: "M5 6.5a1.8 1.8 0 1 0 0-.01M15 5a1.8 1.8 0 1 0 0-.01M11 15a1.8 1.8 0 1 0 0-.01M6.5 6l6.8-1M6 8l4 5.6M14.6 6.7l-3 6.6",
  list: "M7 5h10M7 10h10M7 15h10M3.5 5h.01M3.5 10h.01M3.5 15h.01",
  code: "M7 6l-4 4 4 4M13 6l4 4-4 4",
  external: "M8 4.5H4.5v11h11V12M11.5 4.5h4v4M15.5 4.5 9 11",
} as const;
