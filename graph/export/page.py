"""What stands around the network of a drawing: title, key and source, each with its place on the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extract.model import QUAD_CLASSES
from graph.export.captions import counted, days_words, line, listed, source_words, width_of
from graph.export.spread import Point
from graph.network import Edge, Node

MARGIN = 16.0
LINE = 17.0
HEAD = 64.0
"""Height of the lines above the network."""

TITLE, PLAIN, KEY, SMALL = 20.0, 13.0, 12.0, 11.0
PROSE = 0.59
"""Width of a letter of prose in units of its size, in one of the wider fonts."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text that begins at ``at``."""

    at: Point
    text: str
    size: float
    bold: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """What the key explains, beginning at ``at``: an arrow of a quad class, or a disc of an actor type."""

    at: Point
    quad: int | None = None
    actor_type: str | None = None


@dataclass(slots=True)
class Page:
    """Words and samples on a page that is ``width`` wide, and how far down it reaches."""

    width: float
    bottom: float
    words: list[Words] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def say(self, text: str, size: float, *, faint: bool = False) -> None:
        """The text below all else, in as many lines as it needs."""
        most = int((self.width - 2 * MARGIN) / (PROSE * size))
        for row in textwrap.wrap(text, most, break_on_hyphens=False):
            self.words.append(Words((MARGIN, self.bottom + SMALL), row, size, faint=faint))
            self.bottom += LINE

    def explain(self, entries: Iterable[tuple[Sample, float, str]]) -> None:
        """Samples with their words side by side, as many as a row has room for."""
        x, used = MARGIN, False
        for sample, gap, words in entries:
            wide = gap + width_of(words) * KEY + 22
            if used and x + wide > self.width - MARGIN:
                x, self.bottom = MARGIN, self.bottom + LINE
            at = x, self.bottom + 7
            self.samples.append(Sample(at, sample.quad, sample.actor_type))
            self.words.append(Words((x + gap, self.bottom + 11), words, KEY))
            x, used = x + wide, True
        self.bottom += LINE if used else 0.0


def page(
    width: float,
    height: float,
    heading: tuple[str, str],
    source: str,
    quads: Sequence[tuple[int, int]],
    types: Sequence[str],
    widest: int,
) -> Page:
    """A page with ``heading`` (title and what is below it) above a network of ``height``, key and source below."""
    made = Page(width, HEAD + height + 2 * MARGIN)
    title, subtitle = heading
    made.words.append(Words((MARGIN, MARGIN + TITLE), title, TITLE, bold=True))
    made.words.append(Words((MARGIN, MARGIN + TITLE + 20), subtitle, PLAIN))
    made.explain(_of_quads(quads))
    made.explain((Sample((0, 0), actor_type=one), 17.0, _spaced(one)) for one in types)
    if widest:
        told = f"The numbers are events; the widest arrow stands for {counted(widest, 'event')}."
        made.say(f"{told} Width and area grow with the events.", SMALL, faint=True)
    made.say(source, SMALL, faint=True)
    made.bottom += MARGIN
    return made


def _of_quads(quads: Iterable[tuple[int, int]]) -> Iterator[tuple[Sample, float, str]]:
    for quad, events in quads:
        yield Sample((0, 0), quad=quad), 40.0, f"{QUAD_CLASSES.get(quad, 'other')} {events:,}"


def _spaced(actor_type: str) -> str:
    """``StateOrgan`` as ``state organ``."""
    words = "".join(f" {one.lower()}" if one.isupper() else one for one in actor_type)
    return line(words, 40).replace("non governmental", "non-governmental") or "no type"


def heading(
    meta: Mapping[str, object],
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    seeds: Sequence[str],
    width: float,
) -> tuple[str, str]:
    """Title and what is below it; ``seeds`` are the names of the selected actors."""
    around = f" around {listed(line(name, 40) for name in seeds)}" if seeds else ""
    title = line(f"Who did what to whom{around}", int(width / (0.66 * TITLE)))
    if not edges:
        return title, "No relations match the query."
    sizes = [counted(len(nodes), "actor"), counted(len(edges), "relation")]
    sizes.append(counted(sum(edge.weight for edge in edges), "event"))
    total, reason = meta.get("total"), meta.get("reason")
    every = counted(total, "relation") if isinstance(total, int) else "more relations"
    cut = f"; cut from {every} ({reason})" if meta.get("truncated") else ""
    return title, line(", ".join(sizes) + cut, int(width / (PROSE * PLAIN)))


def source_of(meta: Mapping[str, object], edges: Sequence[Edge]) -> str:
    """Whence the drawing of a network is."""
    query, dataset = meta.get("query"), meta.get("dataset", meta)
    first = min((edge.first for edge in edges if edge.first), default=None)
    last = max((edge.last or edge.first for edge in edges if edge.first), default=None)
    return source_words(
        query if isinstance(query, Mapping) else {},
        dataset if isinstance(dataset, Mapping) else {},
        days_words(first, last) if edges else "",
    )
