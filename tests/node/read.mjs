// Reads an export from standard input in the way of its first argument, and writes its nodes and edges as JSON:
// {"nodes": {id: attributes}, "edges": [{id, source, target, attributes}]}.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {join} from "node:path";

const [form, modules] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const text = readFileSync(0, "utf8");

const ofGraphology = (graph) => ({
  kind: [graph.type, graph.multi, graph.allowSelfLoops],
  nodes: Object.fromEntries(graph.mapNodes((id, attributes) => [id, attributes])),
  edges: graph.mapEdges((id, attributes, source, target) => ({id, source, target, attributes})),
});

const readers = {
  graphology: () => {
    const Graph = require("graphology");
    const data = JSON.parse(text);
    return ofGraphology(Graph.from(data));
  },
  gexf: () => {
    const Graph = require("graphology");
    const gexf = require("graphology-gexf");
    return ofGraphology(gexf.parse(Graph.MultiDirectedGraph, text));
  },
  cytoscape: () => {
    const cytoscape = require("cytoscape");
    const graph = cytoscape({headless: true, layout: {name: "preset"}, elements: JSON.parse(text).elements});
    const nodes = graph.nodes().map((node) => [node.id(), {...node.data(), ...node.position()}]);
    const edges = graph.edges().map((edge) => {
      const {id, source, target, ...attributes} = edge.data();
      return {id, source, target, attributes};
    });
    return {nodes: Object.fromEntries(nodes), edges};
  },
  dot: async () => {
    const {Graphviz} = require("@hpcc-js/wasm-graphviz");
    const graphviz = await Graphviz.load();
    const {objects = [], edges = []} = JSON.parse(graphviz.layout(text, "json0", "dot"));
    const nodes = objects.map(({name, _gvid, ...attributes}) => [name, attributes]);
    return {
      nodes: Object.fromEntries(nodes),
      edges: edges.map(({tail, head, id, _gvid, ...attributes}) => (
        {id, source: objects[tail].name, target: objects[head].name, attributes}
      )),
    };
  },
};

process.stdout.write(JSON.stringify(await readers[form]()));
