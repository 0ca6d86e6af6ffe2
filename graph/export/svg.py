"""SVG, for looking at a small network, above all that around an actor; nothing but the standard library is needed.

The file is whole in itself: no script, no font, no style from elsewhere. Discs and arrows have a title, which a page
shows under the pointer, and the ids of what they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.errors import BadSelection
from graph.export.arrows import Arrow, Disc
from graph.export.drawing import drawing
from graph.export.labels import LARGE, Label
from graph.export.page import Sample, Words
from graph.export.text import xml
from graph.network import Network
from graph.palette import FAINT, INK, PAPER, color_of, dashes, hexadecimal, quad_color

MAX_NODES, MAX_EDGES = 500, 2000

FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"


def check(network: Network) -> None:
    """Raises BadSelection where there is more than can be looked at."""
    for held, most, noun in (
        (len(network.nodes), MAX_NODES, "actors"),
        (len(network.edges), MAX_EDGES, "relations"),
    ):
        if held > most:
            raise BadSelection(
                "format",
                "svg",
                f"for {most} {noun} at most, and these are {held}: give a limit, or take gexf",
            )


def chunks(network: Network) -> Iterator[str]:
    """The file in pieces of a line."""
    drawn = drawing(network)
    width, height = _number(drawn.width), _number(drawn.height)
    x, y = map(_number, drawn.origin)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{FONT}" role="img" aria-labelledby="title about">\n'
        f'<title id="title">{xml(drawn.title)}</title>\n<desc id="about">{xml(drawn.about)}</desc>\n'
        f'<rect width="100%" height="100%" fill="{hexadecimal(PAPER)}"/>\n'
        f'<g transform="translate({x} {y})">\n<g class="relations" fill="none">\n'
    )
    yield from map(_arrow, drawn.arrows)
    yield f'</g>\n<g class="actors" stroke="{hexadecimal(PAPER)}" stroke-width="1.5">\n'
    yield from map(_disc, drawn.discs)
    yield (
        f'</g>\n<g class="names" fill="{hexadecimal(INK)}" stroke="{hexadecimal(PAPER)}" stroke-width="3"'
        ' stroke-linejoin="round" paint-order="stroke">\n'
    )
    yield from map(_label, drawn.labels)
    yield '</g>\n</g>\n<g class="page">\n'
    yield from map(_sample, drawn.samples)
    yield from map(_words, drawn.words)
    yield "</g>\n</svg>\n"


def _arrow(arrow: Arrow) -> str:
    color = hexadecimal(quad_color(arrow.quad))
    start, *others = (f"{_number(x)} {_number(y)}" for x, y in arrow.curve)
    curve = f"M{start}{'Q' if len(others) == 2 else 'C'}{' '.join(others)}"
    corners = " ".join(f"{_number(x)},{_number(y)}" for x, y in arrow.head)
    return (
        f'<g data-source="{xml(arrow.source)}" data-target="{xml(arrow.target)}" data-quad="{arrow.quad}"'
        f' data-events="{arrow.events}"><title>{xml(arrow.title)}</title>'
        f'<path d="{curve}" stroke="{color}" stroke-width="{_number(arrow.width)}"{_dash(arrow.quad, arrow.width)}/>'
        f'<polygon points="{corners}" fill="{color}"/></g>\n'
    )


def _dash(quad: int, width: float) -> str:
    lengths = dashes(quad, width)
    return f' stroke-dasharray="{" ".join(map(_number, lengths))}"' if lengths else ""


def _disc(disc: Disc) -> str:
    x, y = disc.at
    return (
        f'<circle data-actor="{xml(disc.id)}" cx="{_number(x)}" cy="{_number(y)}" r="{_number(disc.radius)}"'
        f' fill="{hexadecimal(disc.color)}"><title>{xml(disc.title)}</title></circle>\n'
    )


def _label(label: Label) -> str:
    x, y = label.at
    turn = f' transform="rotate({_number(label.angle)} {_number(x)} {_number(y)})"' if label.angle else ""
    weight = ' font-weight="bold"' if label.size == LARGE else ""
    anchor = f' text-anchor="{label.anchor}"' if label.anchor != "start" else ""
    return (
        f'<text x="{_number(x)}" y="{_number(y)}" font-size="{_number(label.size)}"{weight}{anchor}{turn}>'
        f"{xml(label.text)}</text>\n"
    )


def _sample(sample: Sample) -> str:
    x, y = map(_number, sample.at)
    if sample.quad is None:
        color = hexadecimal(color_of(sample.actor_type or ""))
        return f'<circle cx="{_number(sample.at[0] + 6)}" cy="{y}" r="6" fill="{color}"/>\n'
    color, end = hexadecimal(quad_color(sample.quad)), _number(sample.at[0] + 34)
    dash = _dash(sample.quad, 3)
    return f'<line x1="{x}" y1="{y}" x2="{end}" y2="{y}" stroke="{color}" stroke-width="3"{dash}/>\n'


def _words(words: Words) -> str:
    x, y = map(_number, words.at)
    bold = ' font-weight="bold"' if words.bold else ""
    color = hexadecimal(FAINT if words.faint else INK)
    size = _number(words.size)
    return f'<text x="{x}" y="{y}" font-size="{size}"{bold} fill="{color}">{xml(words.text)}</text>\n'


def _number(value: float) -> str:
    """In the shortest form, to a tenth.

    >>> _number(2.0), _number(0.25)
    ('2', '0.2')
    """
    return f"{value:.1f}".removesuffix(".0")
