/** Where the parts meet: a change of the view is shown at once with what is loaded, and anew when more has come. */

import { ApiError, isAbort } from "../shared/api";
import { pause } from "../shared/pause";
import { TEXTS } from "../texts";
import { ActorList } from "./actor-list";
import { FilterPanel } from "./filter-panel";
import { facets, type Link, type Picture, picture, stretchOf, type Stretch } from "./filtering";
import { Frame } from "./frame";
import { Inspector } from "./inspector";
import { Layout, type Places } from "./layout";
import { Loader, type Network } from "./loading";
import { NOTHING } from "./model";
import { NetworkView } from "./network";
import { Notices } from "./notices";
import { SaveMenu, type Shown } from "./save-menu";
import { Search } from "./search";
import { query } from "./sparql";
import { statusLine } from "./status";
import { Store } from "./store";
import { Table } from "./table";
import { TextReader } from "./read-text";
import { TimeStrip } from "./time-strip";
import { isFiltered, LIMITS, sameList, unfiltered, type View } from "./view";

const MUCH = 2000; // relations above which the page takes turns with its reader
const SETTLED = 120; // milliseconds after the last change before the server is asked

export class Explorer {
  private readonly store = new Store();
  private readonly loader = new Loader();
  private readonly layout = new Layout();
  private readonly search = new Search((id) => this.choose(id), (id) => this.store.change({ actors: this.store.view.actors.filter((one) => one !== id) }));
  private readonly filters = new FilterPanel((patch, passing) => this.store.change(patch, passing), () => this.store.change(unfiltered(this.store.view)));
  private readonly list = new ActorList((id) => this.select(id), (id) => this.network?.light(id));
  private readonly inspector = new Inspector((patch) => this.store.change(patch));
  private readonly table = new Table((source, target) => this.store.change({ selected: { kind: "link", source, target } }), () => this.save.saveCsv());
  private readonly time = new TimeStrip({ change: (from, to, passing) => this.store.change({ from, to }, passing), frame: (stretch) => this.playFrame(stretch) });
  private readonly notices = new Notices({ again: () => this.load(), reset: () => this.store.change({ ...unfiltered(this.store.view), hidden: [] }), start: () => this.store.change({ ...unfiltered(this.store.view), actors: [], expanded: [], hidden: [], selected: null }) });
  private readonly save = new SaveMenu(() => this.shown());
  private readonly reader = new TextReader(() => this.reload());
  private readonly frame: Frame;
  private network: NetworkView | null = null;
  private drawable = true; // whether the browser draws networks, as far as is known
  private loaded: Network | null = null;
  private loadedFor: View | null = null;
  private places: Places = new Map();
  private picture: Picture = { links: [], actors: new Map(), relations: [] };
  private rendered: View | null = null;
  private playing: Stretch = null;
  private asking: AbortController | null = null;
  private timer = 0;

  constructor() {
    const { search, filters, list, inspector, table, time, notices, save } = this;
    this.frame = new Frame(
      { search: search.element, save: save.element, filters: filters.element, list: list.element, inspector: inspector.element, table: table.element, time: time.element, notice: notices.element },
      {
        undo: () => this.store.undo(),
        redo: () => this.store.redo(),
        read: () => this.reader.open(),
        show: (show) => this.store.change({ show }),
        zoom: (factor) => this.network?.zoom(factor),
        pan: (x, y) => this.network?.pan(x, y),
        fit: () => this.network?.fit(),
        more: () => this.store.change({ limit: LIMITS.find((limit) => limit > this.store.view.limit) ?? 20_000 }),
      },
    );
    document.body.append(this.reader.element);
    this.inspector.pin = (id) => {
      const place = this.places.get(id);
      if (place) this.pin(id, place.x, place.y);
    };
  }

  start(): void {
    this.load();
    // Else while the first layout is calculated: without a graphics card it takes a third of a second.
    if (this.store.view.limit > MUCH) this.begin();
    this.store.onChange((view, before) => this.changed(view, before));
    document.addEventListener("keydown", (event) => this.key(event));
    this.showFirst(this.store.view);
  }

  /** The parts before anything is loaded. */
  private showFirst(view: View): void {
    this.frame.showForm(this.drawable ? view.show : "table");
    this.frame.showSteps(this.store.canUndo, this.store.canRedo);
    this.frame.showInspector(view.selected !== null);
    this.filters.show(view, facets(NOTHING, view, null));
    this.list.show(this.picture);
    this.save.enable(false);
    this.showChosen(view);
  }

  /** Makes the network ready, once; where the browser draws none, the table is shown. */
  private begin(): void {
    if (this.network || !this.drawable) return;
    try {
      this.network = new NetworkView(this.frame.network, {
        actor: (id) => this.select(id),
        link: ({ source, target }: Link) => this.store.change({ selected: { kind: "link", source, target } }),
        nothing: () => this.store.change({ selected: null }),
        pin: (id, { x, y }) => this.pin(id, x, y),
      });
    } catch (error) {
      console.warn("no network is drawn:", error);
      this.drawable = false;
      this.frame.network.textContent = TEXTS.network.none;
      if (this.store.view.show === "network") this.store.change({ show: "table" });
    }
  }

  private changed(view: View, before: View): void {
    this.frame.markReady(false);
    if (view.from !== before.from || view.to !== before.to || !sameList(view.actors, before.actors)) this.time.end();
    this.showChosen(view);
    if (this.loaded && this.isLoadedFor(view)) this.render();
    else this.frame.showLoading(true);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), needsHaste(view, before) ? 0 : SETTLED);
  }

  /** Whether what is loaded can be filtered into the view, be it only until better has come. */
  private isLoadedFor(view: View): boolean {
    const for_ = this.loadedFor;
    return for_ !== null && sameList(view.actors, for_.actors) && sameList(view.modalities, for_.modalities) && view.confidence === for_.confidence;
  }

  private load(): void {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    void this.loadFor(this.store.view, asking.signal).catch((error: unknown) => {
      if (isAbort(error)) return;
      this.failed(error instanceof ApiError ? error : new ApiError("broken", String(error)));
      if (!(error instanceof ApiError)) throw error;
    });
  }

  /** Loads anew what the server may answer otherwise now. */
  private reload(): void {
    this.loader.forgetAll();
    this.frame.markReady(false);
    this.load();
  }

  private async loadFor(view: View, signal: AbortSignal): Promise<void> {
    const late = window.setTimeout(() => this.frame.showLoading(true), 100);
    signal.addEventListener("abort", () => window.clearTimeout(late));
    try {
      const network = await this.loader.network(view, signal);
      const placing = this.layout.places(network.stages, signal);
      this.begin();
      const places = await placing;
      const same = this.rendered === view && this.loaded?.loaded === network.loaded;
      [this.loaded, this.loadedFor, this.places] = [network, view, places];
      if (same) {
        await this.network?.drawn;
        return this.frame.markReady(true);
      }
    } finally {
      window.clearTimeout(late);
      if (!signal.aborted) this.frame.showLoading(false);
    }
    await this.renderInTurns(signal);
    await this.network?.drawn;
    signal.throwIfAborted();
    this.frame.markReady(true);
  }

  private failed(error: ApiError): void {
    this.frame.markReady(true);
    this.notices.failed(error, this.loaded !== null, (id) => this.choose(id));
    if (!this.loaded) this.frame.showStatus("", false);
    this.save.enable(this.loaded !== null);
  }

  private render(): void {
    for (const turn of this.turns()) turn();
  }

  /** The same, but leaves the page time to answer where much is shown; ends without a word where `signal` is aborted. */
  private async renderInTurns(signal: AbortSignal): Promise<void> {
    for (const turn of this.turns()) {
      turn();
      if (this.picture.relations.length > MUCH) await pause();
      signal.throwIfAborted();
    }
  }

  /** What has to be done to show what is loaded, in its order. */
  private turns(): (() => void)[] {
    const { loaded } = this;
    if (!loaded) return [];
    const { view } = this.store;
    const stretch = this.playing ?? stretchOf(view);
    let draw = (): void => undefined;
    return [
      () => {
        this.picture = picture(loaded.loaded, view, stretch, view.actors);
        this.frame.showForm(this.drawable ? view.show : "table");
      },
      () => (draw = this.drawing(view)),
      () => draw(),
      () => this.showLists(view),
      () => this.filters.show(view, facets(loaded.loaded, view, stretchOf(view))),
      () => this.showWords(view, loaded),
    ];
  }

  private showLists(view: View): void {
    if (view.show === "table" || !this.drawable) this.table.show(this.picture, view.selected);
    this.list.show(this.picture);
  }

  private showWords(view: View, loaded: Network): void {
    const { picture: shown } = this;
    this.time.show(view, loaded.period);
    const nothing = loaded.total === 0 && !isFiltered(view);
    this.frame.showStatus(nothing ? "" : statusLine(view, loaded, shown), loaded.truncated && view.limit < 20_000);
    this.frame.describeNetwork(shown.actors.size, shown.links.length);
    this.frame.showSteps(this.store.canUndo, this.store.canRedo);
    this.frame.showInspector(view.selected !== null);
    if (view.selected) this.inspector.show(view.selected, view, loaded, shown);
    else this.inspector.clear();
    this.save.enable(shown.relations.length > 0);
    this.showNotice(view, loaded, shown);
    this.showChosen(view);
    this.rendered = this.playing ? null : view;
  }

  private showNotice(view: View, loaded: Network, shown: Picture): void {
    if (shown.relations.length > 0 || this.playing) return this.notices.clear();
    const filtered = isFiltered(view) || view.hidden.length > 0;
    if (view.actors.length === 0 && !filtered && loaded.total === 0) this.notices.empty();
    else this.notices.none(filtered);
  }

  /** What draws the picture, where it is to be drawn. */
  private drawing(view: View): () => void {
    if (!this.network || view.show !== "network") return () => undefined;
    const places = new Map(this.places);
    for (const [id, [x, y]] of Object.entries(view.pins)) places.set(id, { x, y });
    return this.network.prepared(this.picture, places, { selected: view.selected, pinned: new Set(Object.keys(view.pins)), seeds: new Set(view.actors) });
  }

  private playFrame(stretch: Stretch): void {
    this.playing = stretch;
    if (!this.loaded) return;
    this.render();
  }

  private showChosen(view: View): void {
    this.search.showChosen(view.actors.map((id) => ({ id, label: this.loaded?.loaded.actors.get(id)?.label ?? id })));
  }

  /** An actor found by its name: the view starts from it, besides those it starts from already. */
  private choose(id: string): void {
    const { view } = this.store;
    const actors = view.actors.includes(id) ? view.actors : [...view.actors, id];
    this.store.change({ actors, expanded: [], hidden: view.hidden.filter((one) => one !== id), selected: { kind: "actor", id } });
  }

  /** A click on an actor: it is selected, and its neighbors are added where not all are there. */
  private select(id: string): void {
    const { view } = this.store;
    const whole = this.loaded !== null && !this.loaded.truncated && view.actors.length === 0;
    const open = whole || view.actors.includes(id) || view.expanded.includes(id);
    this.store.change({ selected: { kind: "actor", id }, expanded: open ? view.expanded : [...view.expanded, id] });
  }

  private pin(id: string, x: number, y: number): void {
    const place = [Math.round(x * 10) / 10, Math.round(y * 10) / 10] as const;
    this.store.change({ pins: { ...this.store.view.pins, [id]: place } });
  }

  private shown(): Shown | null {
    const { loaded, picture: shown } = this;
    if (!loaded) return null;
    const { view } = this.store;
    const places = new Map(this.places);
    for (const [id, [x, y]] of Object.entries(view.pins)) places.set(id, { x, y });
    this.table.show(shown, view.selected);
    return { picture: shown, places, rows: this.table.shown, caption: statusLine(view, loaded, shown), query: query(view, loaded, shown) };
  }

  private key(event: KeyboardEvent): void {
    const typing = (event.target as HTMLElement).closest("input, textarea, select, dialog") !== null;
    if (typing || event.altKey) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "z") {
      event.preventDefault();
      if (event.shiftKey) this.store.redo();
      else this.store.undo();
    } else if (!command && event.key === "/") {
      event.preventDefault();
      this.search.focus();
    } else if (event.key === "Escape" && this.store.view.selected) this.store.change({ selected: null });
  }
}

/** Whether the change is one click, and not one of many movements. */
function needsHaste(view: View, before: View): boolean {
  return view.from === before.from && view.to === before.to && view.weight === before.weight;
}
