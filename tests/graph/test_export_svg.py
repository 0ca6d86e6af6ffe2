"""The drawing of a network: what is in it is what was asked for, nothing of a name becomes markup, names lie apart."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from extract.model import QUAD_CLASSES
from graph.errors import BadSelection
from graph.export import FORMATS, svg
from graph.export.captions import line, listed, query_words, width_of
from graph.export.drawing import drawing
from graph.export.labels import overlapping
from graph.export.layout import placed
from graph.export.text import portable
from graph.network import Edge, Network, Node
from graph.palette import QUAD_COLORS, QUAD_DASHES, hexadecimal

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "desc", "rect", "g", "path", "polygon", "circle", "text", "line"}
HOSTILE = [
    "<img src=x onerror=alert(1)>", "</title><script>alert(1)</script>", "\"'><g onload=\"x()\">", "a&b;&lt;",
    "\u202ereversed\u202c", "עִברית العربية", "北京 \U0001f54a", "nul\x00\ufffe\ud800", "two\nlines", " ", "", "x" * 300,
]  # fmt: skip


def node(id_: str, label: str | None = None, events: int = 1, kind: str = "State") -> Node:
    return Node(id_, id_ if label is None else label, kind, id_[:3], None, events)


def edge(source: str, target: str, quad: int, weight: int = 1, action: str = "act") -> Edge:
    return Edge(
        f"{source}--{action}--{target}", source, target, action, "AID", quad, 0.0, weight, weight, None, None
    )


def parsed(network: Network) -> etree._Element:
    return etree.fromstring(b"".join(FORMATS["svg"].stream(network)))


def texts(root: etree._Element) -> list[str]:
    return [str(one.text) for one in root.iter(f"{SVG}text")]


def arrows(root: etree._Element) -> dict[tuple[str, str, int], int]:
    found = {}
    for group in root.iter(f"{SVG}g"):
        if group.get("data-quad"):
            key = (
                str(group.get("data-source")),
                str(group.get("data-target")),
                int(str(group.get("data-quad"))),
            )
            assert key not in found
            found[key] = int(str(group.get("data-events")))
    return found


def star(number: int, *, quads: tuple[int, ...] = (1, 3), seed: int = 1) -> Network:
    """A hub with ``number`` partners, each of which answers."""
    draw = random.Random(seed)
    names = [f"P{n:03}" for n in range(number)]
    edges = [
        edge(*ends, quad, draw.randint(1, 90), f"a{quad}")
        for name in names
        for ends in (("HUB", name), (name, "HUB"))
        for quad in quads
    ]
    nodes = [node("HUB", "The hub of all", sum(one.weight for one in edges))]
    nodes += [node(name, f"Partner {name}", draw.randint(1, 200)) for name in names]
    return Network(
        tuple(nodes), tuple(edges), {"seeds": ["HUB"], "generation": 3, "query": {"actor": ["HUB"]}}
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    texts = st.sampled_from(HOSTILE) | st.text(max_size=8)
    ids = draw(st.lists(texts.map(portable).filter(bool), min_size=1, max_size=7, unique=True))
    nodes = tuple(node(id_, draw(texts), draw(st.integers(0, 10**6)), draw(texts)) for id_ in ids)
    ends = st.sampled_from(ids)
    edges = draw(
        st.lists(st.builds(edge, ends, ends, st.integers(1, 4), st.integers(1, 10**6), texts), max_size=9)
    )
    seeds = draw(st.lists(ends, max_size=3, unique=True))
    truncated = draw(st.booleans())
    meta = {
        "seeds": seeds,
        "truncated": truncated,
        "total": 10**6,
        "reason": draw(texts),
        "query": {"actor": seeds},
    }
    return Network(nodes, tuple(edges), meta)


@given(network=networks())
def test_holds_the_actors_and_their_relations_and_nothing_else(network: Network) -> None:
    root = parsed(network)
    assert {etree.QName(one).localname for one in root.iter()} <= ALLOWED
    assert all(not str(name).startswith("on") for one in root.iter() for name in one.attrib)
    discs = [
        str(one.get("data-actor")) for one in root.iter(f"{SVG}circle") if one.get("data-actor") is not None
    ]
    assert sorted(discs) == sorted(one.id for one in network.nodes)
    sums: Counter[tuple[str, str, int]] = Counter()
    for one in network.edges:
        sums[one.source, one.target, one.quad] += one.weight
    assert arrows(root) == sums
    for text in texts(root):
        assert text == line(text)


def test_the_titles_tell_what_has_no_room() -> None:
    told = (
        edge("KOR", "PRK", 3, 5, "accuse"),
        edge("KOR", "PRK", 3, 2, "threaten"),
        edge("PRK", "KOR", 4, 1, "shell"),
    )
    network = Network(
        (node("KOR", "South Korea", 8), node("PRK", "North Korea", 8)), told, {"seeds": ["KOR"]}
    )
    titles = [str(one.text) for one in parsed(network).iter(f"{SVG}title")]
    assert titles[0] == "Who did what to whom around South Korea"
    assert "KOR to PRK, verbal conflict, 7 events: accuse 5, threaten 2" in titles
    assert "PRK to KOR, material conflict, 1 event: shell 1" in titles
    assert "South Korea (KOR): 8 events; State, KOR" in titles


@pytest.mark.parametrize("quad", QUAD_CLASSES)
def test_an_arrow_has_the_colour_and_the_dashes_of_its_quad_class(quad: int) -> None:
    root = parsed(Network((node("A"), node("B")), (edge("A", "B", quad),)))
    (path,), (head,) = list(root.iter(f"{SVG}path")), list(root.iter(f"{SVG}polygon"))
    color = hexadecimal(QUAD_COLORS[quad])
    assert (path.get("stroke"), head.get("fill")) == (color, color)
    assert (path.get("stroke-dasharray") is None) is (QUAD_DASHES[quad] == ())
    assert f"{QUAD_CLASSES[quad]} 1" in texts(root)


def test_width_and_area_grow_with_the_events() -> None:
    nodes = (node("A", events=100), node("B", events=25), node("C", events=1))
    root = parsed(Network(nodes, (edge("A", "B", 1, 100), edge("A", "C", 1, 1)), {"seeds": ["A"]}))
    wide, thin = (float(str(path.get("stroke-width"))) for path in root.iter(f"{SVG}path"))
    assert wide == 7.0
    assert 1 < thin < 2
    radii = {one.get("data-actor"): float(str(one.get("r"))) for one in root.iter(f"{SVG}circle")}
    assert radii["A"] > radii["B"] > radii["C"]
    assert radii["B"] == pytest.approx((5 + 24) / 2)


@pytest.mark.parametrize("number", [1, 2, 3, 6, 12, 26, 60, 200])
@pytest.mark.parametrize("quads", [(1,), (1, 2, 3, 4)])
def test_around_an_actor_no_name_and_no_disc_lies_on_another(number: int, quads: tuple[int, ...]) -> None:
    drawn = drawing(star(number, quads=quads))
    assert len(drawn.labels) == number + 1
    assert overlapping(drawn.labels) == []
    apart(drawn.discs)
    (hub,) = [disc for disc in drawn.discs if disc.id == "HUB"]
    assert hub.at == (0.0, 0.0)
    assert len({round(math.hypot(*disc.at)) for disc in drawn.discs}) == 2


def apart(discs: object) -> None:
    for one, other in itertools.combinations(discs, 2):  # type: ignore[call-overload]
        assert math.dist(one.at, other.at) > one.radius + other.radius


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.integers(0, 90), st.integers(0, 10**6))
def test_in_any_network_names_and_discs_lie_apart(actors: int, relations: int, seed: int) -> None:
    draw = random.Random(seed)
    ids = [f"N{n}" for n in range(actors)]
    edges = tuple(
        edge(draw.choice(ids), draw.choice(ids), draw.randint(1, 4), 1, str(n)) for n in range(relations)
    )
    drawn = drawing(Network(tuple(node(id_, f"Name of {id_}", draw.randint(0, 50)) for id_ in ids), edges))
    assert overlapping(drawn.labels) == []
    apart(drawn.discs)


def test_rings_are_steps_from_the_actors() -> None:
    chain = [("A", "B"), ("B", "C"), ("D", "C"), ("A", "E")]
    nodes = tuple(node(id_) for id_ in "ABCDEF")
    network = Network(nodes, tuple(edge(*ends, 1) for ends in chain), {"seeds": ["A"]})
    rings: defaultdict[int, set[str]] = defaultdict(set)
    for disc in drawing(network).discs:
        rings[round(math.hypot(*disc.at))].add(disc.id)
    assert [rings[radius] for radius in sorted(rings)] == [{"A"}, {"B", "E"}, {"C"}, {"D"}, {"F"}]


def test_a_layout_that_was_asked_for_is_kept() -> None:
    network = placed(star(5))
    places = {disc.id: disc.at for disc in drawing(network).discs}
    assert places == {
        id_: (pytest.approx(x * 0.85), pytest.approx(y * 0.85)) for id_, (x, y) in network.positions.items()
    }


def test_a_name_that_has_no_room_is_left_out_and_stands_in_the_title() -> None:
    nodes = tuple(node(f"N{n}", "a rather long name", 9 - n) for n in range(9))
    crowd = Network(
        nodes, (edge("N0", "N1", 1),), {}, {one.id: (n * 2.0, 0.0) for n, one in enumerate(nodes)}
    )
    drawn = drawing(crowd)
    assert 0 < len(drawn.labels) < 9
    assert overlapping(drawn.labels) == []
    assert (
        len([one for one in parsed(crowd).iter(f"{SVG}title") if "a rather long name" in str(one.text)]) == 9
    )


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Network((), ()), "No relations match the query."),
        (Network((node("A"),), (), {"seeds": ["A"]}), "No relations match the query."),
    ],
    ids=["nobody", "nothing-around"],
)
def test_nothing_says_so(network: Network, words: str) -> None:
    assert words in texts(parsed(network))


def test_a_loop_and_the_way_back_are_drawn() -> None:
    root = parsed(Network((node("A"), node("B")), (edge("A", "A", 4), edge("A", "B", 1), edge("B", "A", 1))))
    assert arrows(root) == {("A", "A", 4): 1, ("A", "B", 1): 1, ("B", "A", 1): 1}
    curves = sorted(str(path.get("d")) for path in root.iter(f"{SVG}path"))
    assert ["C" in curve for curve in curves].count(True) == 1
    assert len(set(curves)) == 3


def test_what_was_cut_is_told_and_whence_it_is() -> None:
    network = star(3)
    meta = network.meta | {"truncated": True, "total": 1234, "reason": "limit of 12 edges"}
    meta |= {"dataset": {"generation": 7}, "query": {"actor": ["HUB"], "quad": [3], "depth": 1, "limit": 12}}
    said = " ".join(texts(parsed(Network(network.nodes, network.edges, meta))))
    assert "cut from 1,234 relations (limit of 12 edges)" in said
    assert "whowhom · query: actor=HUB quad=3 · events without a date · generation 7 of the store" in said


@pytest.mark.parametrize(
    ("actors", "relations", "words"),
    [
        (svg.MAX_NODES + 1, 0, "500 actors at most, and these are 501"),
        (2, svg.MAX_EDGES + 1, "2000 relations at most"),
    ],
)
def test_more_than_can_be_looked_at_is_refused(actors: int, relations: int, words: str) -> None:
    network = Network(tuple(node(f"N{n}") for n in range(actors)), (edge("N0", "N1", 1),) * relations)
    with pytest.raises(BadSelection, match=words):
        FORMATS["svg"].stream(network)


def test_the_largest_is_drawn_within_its_page() -> None:
    drawn = drawing(star(svg.MAX_NODES - 1))
    x, y = drawn.origin
    assert all(
        0 < place[0] + x < drawn.width and place[1] + y > 0 for place in (disc.at for disc in drawn.discs)
    )
    assert all(label.box[0] + x >= 0 and label.box[2] + x <= drawn.width for label in drawn.labels)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_is_one_line_without_what_turns_its_direction(text: str) -> None:
    shown = line(text, 20)
    assert len(shown) <= 20
    assert not any(c in shown for c in "\n\r\t\u202e\u202c\u2067\x00\ufffe\ud800")


def test_words_of_captions() -> None:
    assert listed([]) == ""
    assert listed(["A"]) == "A"
    assert query_words({"modality": ["actual", "planned", "threatened", "requested", "historical"]}) == (
        "modality=all but hypothetical"
    )
    assert width_of("北京") > width_of("Be")
