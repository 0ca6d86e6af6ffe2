/** The SPARQL query that gives what the explorer shows. */

import type { Picture } from "./filtering";
import type { Network } from "./loading";
import { MODALITIES, type View } from "./view";

/** The query for a picture, with its rule where one gives it, else with the relations that are drawn. */
export function query(view: View, network: Network, picture: Picture): string {
  return view.expanded.some((id) => !view.actors.includes(id)) ? listed(view, network, picture) : ruled(view, network);
}

const HEAD = "SELECT ?source ?action ?target (COUNT(DISTINCT ?event) AS ?events)";
const TAIL = ["GROUP BY ?source ?action ?target", "ORDER BY DESC(?events) ?source ?action ?target"];

function ruled(view: View, network: Network): string {
  const lines = ["# What the explorer showed: who did what to whom, by the number of events."];
  const having = view.weight > 1 ? [`HAVING (COUNT(DISTINCT ?event) >= ${view.weight})`] : [];
  const body = [...events(view, network), ...around(view, network.base), ...who(view, network.base)];
  const limit = network.truncated ? [`LIMIT ${view.limit}`] : [];
  return [...lines, HEAD, "WHERE {", ...body.map((line) => `  ${line}`), "}", TAIL[0], ...having, TAIL[1], ...limit].join("\n") + "\n";
}

function listed(view: View, network: Network, picture: Picture): string {
  const relations = picture.relations.map(({ relation }) => `<${network.base}relation/${relation.id}>`);
  const body = ["VALUES ?relation {", ...relations.map((iri) => `  ${iri}`), "}", "?event ww:relation ?relation .", ...events(view, network)];
  const head = "# The relations that the explorer showed, by the number of their events.";
  return [head, HEAD, "WHERE {", ...body.map((line) => `  ${line}`), "}", ...TAIL].join("\n") + "\n";
}

function events(view: View, { period }: Network): string[] {
  const out = ["?event ww:source ?source ; ww:action ?action ; ww:target ?target ; ww:negated false ; ww:modality ?modality ."];
  if (view.modalities.length < MODALITIES.length) out.push(`FILTER(?modality IN (${view.modalities.map(literal).join(", ")}))`);
  const [from, to] = [view.from ?? period?.from, view.to ?? period?.to];
  if (from || to) {
    const tests = [from && `?day >= "${from}-01"^^xsd:date`, to && `?day < "${to}-01"^^xsd:date`].filter(Boolean);
    out.push("?event ww:startDate ?day .", `FILTER(${tests.join(" && ")})`);
  }
  if (view.confidence > 0) {
    out.push(`FILTER EXISTS { ?mention ww:mentionOf ?event ; ww:confidence ?confidence . FILTER(?confidence >= ${view.confidence}) }`);
  }
  return out;
}

function who(view: View, base: string): string[] {
  const out: string[] = [];
  if (view.quads.length > 0) {
    out.push("?event ww:quadClass ?quad .", `FILTER(?quad IN (${view.quads.map((quad) => `quad:${quad}`).join(", ")}))`);
  }
  if (view.actions.length > 0) {
    const plover = view.actions.filter((name) => name === name.toUpperCase()).map((name) => `plover:${name}`);
    const names = view.actions.filter((name) => name !== name.toUpperCase()).map((name) => `<https://w3id.org/whowhom/relation/${escaped(name)}>`);
    const tests = [plover.length > 0 && `?type IN (${plover.join(", ")})`, names.length > 0 && `?action IN (${names.join(", ")})`];
    out.push("?event ww:ploverType ?type .", `FILTER(${tests.filter(Boolean).join(" || ")})`);
  }
  for (const end of ["source", "target"]) {
    const free = view.actors.length > 0 ? `?${end} IN (${view.actors.map((id) => actor(id, base)).join(", ")}) || ` : "";
    if (view.types.length > 0) {
      out.push(`FILTER(${free}EXISTS { ?${end} a ?${end}Type . FILTER(?${end}Type IN (${view.types.map((type) => `ww:${type}`).join(", ")})) })`);
    }
    if (view.sectors.length > 0) {
      const known = view.sectors.filter(Boolean).map(literal);
      const tests = [known.length > 0 && `EXISTS { ?${end} ww:sector ?${end}Sector . FILTER(?${end}Sector IN (${known.join(", ")})) }`];
      if (view.sectors.includes("")) tests.push(`NOT EXISTS { ?${end} ww:sector ?no${end} }`);
      out.push(`FILTER(${free}${tests.filter(Boolean).join(" || ")})`);
    }
    if (view.hidden.length > 0) out.push(`FILTER(?${end} NOT IN (${view.hidden.map((id) => actor(id, base)).join(", ")}))`);
  }
  return out;
}

function around(view: View, base: string): string[] {
  if (view.actors.length === 0) return [];
  const actors = view.actors.map((id) => actor(id, base)).join(", ");
  return [`FILTER(?source IN (${actors}) || ?target IN (${actors}))`];
}

/** The IRI of an actor in SPARQL, below the namespace of the store. */
export function actor(id: string, base: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(id) ? `actor:${id}` : `<${base}actor/${escaped(id)}>`;
}

function escaped(local: string): string {
  return encodeURIComponent(local).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function literal(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}
