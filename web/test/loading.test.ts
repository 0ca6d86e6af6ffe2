import { expect, test } from "vitest";
import { Loader } from "../src/explorer/loading";
import type { Answer } from "../src/explorer/model";
import { START, type View } from "../src/explorer/view";

/** A server that has `total` relations and tells what it was asked. */
function server(total: number): { loader: Loader; asked: string[] } {
  const asked: string[] = [];
  const loader = new Loader((url) => {
    asked.push(url);
    const given = new URL(url, "http://x").searchParams;
    const start = Number(given.get("cursor") ?? 0);
    const returned = Math.min(Number(given.get("limit")), total - start);
    const edges = Array.from({ length: returned }, (_, n) => ({
      ...{ key: `A--a${start + n}--B`, source: "A", target: "B" },
      attributes: { action: `a${start + n}`, plover: "AID", quad: 2 as const, weight: 1, mentions: 1, goldstein: 0, months: [] },
    }));
    const nodes = ["A", "B"].map((key) => ({ key, attributes: { label: key, actor_type: "State", country: key, events: 1 } }));
    const next = start + returned < total ? String(start + returned) : null;
    const query = { from: given.get("from") ?? "2024-01-01", to: given.get("to") ?? "2025-01-01" };
    return Promise.resolve<Answer>({ attributes: { query, dataset: { base: "http://b/" }, total, returned, truncated: next !== null, next }, nodes, edges });
  });
  return { loader, asked };
}

const load = (loader: Loader, view: Partial<View>) => loader.network({ ...START, ...view }, new AbortController().signal);

test("what was not cut is loaded once, and filtered in the page", async () => {
  const { loader, asked } = server(50);
  expect((await load(loader, { actors: ["A"] })).narrowed).toBe(false);
  await load(loader, { actors: ["A"], quads: [1], weight: 3, from: "2024-02", to: "2024-04" });
  expect(asked).toHaveLength(1);
});

test("what was cut is asked for anew with the filters", async () => {
  const { loader, asked } = server(500);
  const network = await load(loader, { actors: ["A"], quads: [1, 3], actions: ["AID"], weight: 3, from: "2024-02" });
  expect(network).toMatchObject({ narrowed: true, truncated: true, total: 500, returned: 200 });
  expect(asked[0]).not.toContain("quad");
  expect(asked[1]).toContain("quad=1&quad=3&action=AID&min_weight=3&from=2024-02-01");
});

test("the overview with filters stays in the period that the server chose", async () => {
  const { loader, asked } = server(500);
  const network = await load(loader, { quads: [4] });
  expect(network.period).toEqual({ from: "2024-01", to: "2025-01" });
  expect(asked[1]).toContain("from=2024-01-01&to=2025-01-01");
});

test("modality and confidence are always the server's", async () => {
  const { loader, asked } = server(5);
  await load(loader, { modalities: ["planned", "actual"], confidence: 0.5 });
  expect(asked[0]).toContain("modality=planned&modality=actual&min_confidence=0.5");
});

test("many relations come in several answers", async () => {
  const { loader, asked } = server(25_000);
  const network = await load(loader, { actors: ["A"], limit: 20_000 });
  expect(network.loaded.relations).toHaveLength(20_000);
  expect(network).toMatchObject({ returned: 20_000, total: 25_000, truncated: true });
  expect(asked).toHaveLength(2);
});

test("an actor that was opened brings its neighbors of the same time", async () => {
  const { loader, asked } = server(5);
  const network = await load(loader, { expanded: ["C"] });
  expect(network.stages.map((stage) => stage.anchor)).toEqual([null, "C"]);
  expect(asked[1]).toContain("from=2024-01-01&to=2025-01-01&actor=C");
});

test("an answer that nobody waits for is not shown", async () => {
  const { loader } = server(5);
  const asking = new AbortController();
  const waiting = loader.network(START, asking.signal);
  asking.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
});

test("a failure is asked again", async () => {
  let calls = 0;
  const loader = new Loader(() => {
    calls++;
    return Promise.reject(new Error("down"));
  });
  await expect(load(loader, {})).rejects.toThrow("down");
  await expect(load(loader, {})).rejects.toThrow("down");
  expect(calls).toBe(2);
});
