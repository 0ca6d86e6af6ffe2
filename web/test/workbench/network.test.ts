import { expect, test } from "vitest";
import { bundledNet } from "../../src/workbench/net-picture";

const NET = {
  nodes: ["A", "B", "C"],
  links: [
    { source: "A", target: "B", action: "meet", weight: 3 },
    { source: "A", target: "B", action: "accuse", weight: 1 },
    { source: "B", target: "A", action: "accuse", weight: 1 },
    { source: "C", target: "A", action: "?", weight: 2 },
  ],
  left: 0,
};
const quadOf = (action: string) => (action === "meet" ? 1 : action === "accuse" ? 3 : null);

test("what one does to the other is one line, in the class of most of it", () => {
  const { links, actors } = bundledNet(NET, quadOf);
  expect(links.map(({ source, target, quad, weight, mutual }) => [source, target, quad, weight, mutual])).toEqual([
    ["A", "B", 1, 4, true],
    ["B", "A", 3, 1, true],
    ["C", "A", 0, 2, false],
  ]);
  expect(actors.get("A")).toMatchObject({ weight: 7, partners: 2 });
});
