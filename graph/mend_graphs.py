"""What GRAPH means to the patterns in it, where the engine gives it another meaning.

SPARQL 1.1 (18.6, Evaluation of a Graph Pattern): ``GRAPH ?g { P }`` evaluates P in each named graph by itself, and
only then joins ``?g`` to the solutions. The engine instead writes ``?g`` into each triple pattern of P, so that

- what is no triple pattern (VALUES, a GRAPH within) knows no ``?g``: it is anchored with ``GRAPH ?g {}``;
- a subquery that does not select ``?g`` mixes the graphs: it is made to select it, and to group by it;
- ``?g`` is a variable that both sides of a MINUS have: where they have no other, the MINUS takes nothing away.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.guard import Token
from graph.mend_paths import mended_triples
from graph.patterns import Node

AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))

MAX_TWICE = 8192
"""How many characters a pattern may have that has to be written twice; subqueries in each other would add up."""

MENDED_PATH = "A path of length zero also holds for a term that no triple has."
MENDED_MINUS = "A MINUS within GRAPH {} shares no variable with what is before it, and takes nothing away."
MENDED_ANCHOR = "What stands within GRAPH {} is joined with the names of the graphs."
MENDED_SELECT = "A subquery within GRAPH {} is evaluated in each graph by itself."

DOUBT_MINUS = (
    "A MINUS within GRAPH {} may have no variable bound on both sides; the engine then takes away too much. "
    "Bind one on both sides, or write FILTER NOT EXISTS."
)
DOUBT_SELECT = (
    "A subquery within GRAPH {0} is evaluated over all graphs at once. Select {0} in it, and write the GRAPH "
    "into the subquery."
)


class Source:
    """A text with its tokens (no space among them), some of which are to be replaced."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self._replaced: dict[int, str] = {}
        self._order: list[int] = []

    def replace(self, at: int, text: str) -> None:
        """Replace the token of that number."""
        self._replaced[at] = text
        bisect.insort(self._order, at)

    def slice(self, start: int, end: int) -> str:
        """The text between two offsets, with its tokens replaced."""
        pieces = []
        tokens = self.tokens
        first = bisect.bisect_left(self._order, start, key=lambda at: tokens[at].start)
        last = bisect.bisect_left(self._order, end, key=lambda at: tokens[at].start)
        for at in self._order[first:last]:
            pieces += [self.text[start : tokens[at].start], self._replaced[at]]
            start = tokens[at].end
        return "".join(pieces) + self.text[start:end]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The GRAPH around a pattern, empty for none, and whether a MINUS within that GRAPH is around it too."""

    graph: str = ""
    in_minus: bool = False

    @property
    def variable(self) -> str:
        """The name of the GRAPH's variable without its mark; empty where it has none."""
        return self.graph[1:] if self.graph[:1] in ("?", "$") else ""


class Rewriter:
    """Writes a text anew; ``notes`` say what was changed, ``doubts`` what should have been and could not."""

    def __init__(self, source: Source, resolve: Callable[[Token], str]) -> None:
        self.notes: list[str] = []
        self.doubts: list[str] = []
        self._source = source
        self._resolve = resolve

    def rewrite(self, groups: Sequence[Node]) -> str:
        """The whole text, which has these groups at its top."""
        return self._within(0, len(self._source.text), groups, _Scope())

    def _start(self, node: Node) -> int:
        return self._source.tokens[node.first].start

    def _end(self, node: Node) -> int:
        return self._source.tokens[node.last - 1].end

    def _within(self, start: int, end: int, nodes: Iterable[Node], scope: _Scope) -> str:
        """The text between two offsets, with the nodes in it written anew."""
        pieces = []
        for node in nodes:
            pieces += [self._source.slice(start, self._start(node)), self._write(node, scope)]
            start = self._end(node)
        return "".join(pieces) + self._source.slice(start, end)

    def _plain(self, node: Node, scope: _Scope) -> str:
        return self._within(self._start(node), self._end(node), node.children, scope)

    def _write(self, node: Node, scope: _Scope) -> str:
        match node.kind:
            case "group":
                return self._group(node, scope)
            case "triples":
                return self._triples(node, scope)
            case "select" if scope.variable:
                return self._select(node, scope)
            case "minus":
                return self._plain(node, _Scope(scope.graph, in_minus=True))
            case "graph":
                return self._plain(node, _Scope(node.name))
            case _:
                return self._plain(node, scope)

    def _triples(self, node: Node, scope: _Scope) -> str:
        block = self._source.tokens[node.first : node.last]
        mended = mended_triples(block, self._source.text, resolve=self._resolve, graph=scope.graph)
        if mended is None:
            return self._plain(node, scope)
        self.notes.append(MENDED_PATH)
        return mended

    def _group(self, node: Node, scope: _Scope, *, anchored: bool = False) -> str:
        """A group, braces and all; with ``anchored`` the graph's variable is bound in it in any case."""
        start = self._start(node)
        pieces = []
        if scope.graph and not scope.in_minus and not _anchors(node.children):
            needed = any(
                child.kind == "values" or (child.kind == "graph" and child.name != scope.graph)
                for child in node.children
            )
            if needed or anchored:
                pieces.append(f"{{ GRAPH {scope.graph} {{}} ")
                start = self._source.tokens[node.first].end
                if needed:
                    self.notes.append(MENDED_ANCHOR.format(scope.graph))
        if anchored and node.children and node.children[0].kind == "select":
            return f"{{ GRAPH {scope.graph} {{}} {self._plain(node, scope)} }}"
        before: set[str] = set()
        bound: set[str] = set()
        for child in node.children:
            pieces.append(self._source.slice(start, self._start(child)))
            start = self._end(child)
            own = self._variables(child) if scope.variable else set()
            if child.kind == "minus" and scope.variable and not own & before:
                self.notes.append(MENDED_MINUS.format(scope.graph))
                continue
            if child.kind == "minus" and scope.variable and not self._in_triples(child.children[0]) & bound:
                self.doubts.append(DOUBT_MINUS.format(scope.graph))
            pieces.append(self._write(child, scope))
            before |= own
            bound |= own if child.kind == "triples" else set()
        return "".join(pieces) + self._source.slice(start, self._end(node))

    def _in_triples(self, group: Node) -> set[str]:
        """The variables that the triples of a group bind, those of groups in it left out."""
        return set().union(*(self._variables(child) for child in group.children if child.kind == "triples"))

    def _variables(self, node: Node) -> set[str]:
        words = self._source.tokens[node.first : node.last]
        marks = (token.text for token in words if token.kind == "mark")
        return {mark[1:] for mark in marks if mark[0] in "?$"}

    def _select(self, node: Node, scope: _Scope) -> str:
        """A subquery within GRAPH ?g, which is to be evaluated in each graph."""
        graph = scope.graph
        body = node.children[node.body]
        head = [token for token in self._outside(node) if token.start < self._start(body)]
        tail = [token for token in self._outside(node) if token.start >= self._end(body)]
        words = [token.text.upper() for token in tail if token.kind == "word"]
        mentioned = scope.variable in self._variables(node)
        if mentioned and self._selected(head, scope.variable) and not {"LIMIT", "OFFSET"} & {*words}:
            return self._plain(node, scope)
        star = any(token.text == "*" for token in head) and not any(token.text == "(" for token in head)
        aggregates = any(token.text.upper() in AGGREGATES for token in (*head, *tail))
        implicit = aggregates and "GROUP" not in words
        if (
            scope.in_minus
            or mentioned
            or {"LIMIT", "OFFSET"} & {*words}
            or (implicit and ("VALUES" in words or len(node.children) > 1))
        ):
            self.doubts.append(DOUBT_SELECT.format(graph))
            return self._plain(node, scope)
        opening = self._within(self._start(node), self._start(body), node.children[: node.body], scope)
        closing = self._within(self._end(body), self._end(node), node.children[node.body + 1 :], scope)
        where = self._group(body, scope, anchored=True)
        if implicit and len(where) > MAX_TWICE:
            self.doubts.append(DOUBT_SELECT.format(graph))
            return f"{opening}{where}{closing}"
        self.notes.append(MENDED_SELECT.format(graph))
        if star:
            return f"{opening}{{ GRAPH {graph} {where} }}{closing}"
        selecting = _behind(
            opening, self._start(node), [head[0], *(t for t in head[1:2] if _is_distinct(t))], graph
        )
        if implicit:
            return (
                f"{{ {selecting}{where} GROUP BY {graph} {closing} }} UNION {{ "
                f"{{ GRAPH {graph} {{}} FILTER NOT EXISTS {where} }} {{ {opening}{{ FILTER(false) }} {closing} }} }}"
            )
        if "GROUP" in words:
            by = next(at for at, token in enumerate(tail) if token.text.upper() == "GROUP")
            closing = _behind(closing, self._end(body), tail[by : by + 2], graph)
        return f"{selecting}{where}{closing}"

    def _outside(self, node: Node) -> Iterator[Token]:
        """The tokens of a subquery that are in none of its groups."""
        inside = {at for child in node.children for at in range(child.first, child.last)}
        return (self._source.tokens[at] for at in range(node.first, node.last) if at not in inside)

    @staticmethod
    def _selected(head: Sequence[Token], variable: str) -> bool:
        depth = 0
        for token in head:
            depth += (token.text == "(") - (token.text == ")")
            if not depth and token.kind == "mark" and token.text[1:] == variable:
                return True
        return False


def _anchors(elements: Sequence[Node]) -> bool:
    """True if triples bind the graph's variable before OPTIONAL or MINUS could miss it."""
    for element in elements:
        if element.kind == "triples":
            return True
        if element.kind in ("optional", "minus", "select"):
            return element.kind == "select"
    return False


def _is_distinct(token: Token) -> bool:
    return token.text.upper() in ("DISTINCT", "REDUCED")


def _behind(text: str, offset: int, tokens: Sequence[Token], word: str) -> str:
    """``text``, which begins at ``offset`` of the source, with a word put in behind the last of the tokens.

    Nothing before these tokens was replaced, so that their places are still those of the source.
    """
    at = tokens[-1].end - offset
    return f"{text[:at]} {word}{text[at:]}"
