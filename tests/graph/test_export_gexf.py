"""GEXF 1.3: the schema itself where it is at hand, and its rules that matter here as own checks."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from api import demo
from extract.model import MODALITIES, CodedDocument
from extract.pipeline import Extractor
from graph import palette
from graph.export import FORMATS, gexf
from graph.export.attributes import EDGE_TYPES, NODE_TYPES, edge_attributes
from graph.export.layout import placed
from graph.network import ACTORS_BY, AGGREGATES, DIRECTIONS, Edge, Network, Node, Selection
from graph.store import Store

SCHEMA = Path(__file__).parents[2].parent / "shared" / "gexf" / "gexf.rng"
GEXF = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"

# The attributes that the schema asks for and allows, and the children in their order, of each element that we write.
RULES: dict[str, tuple[set[str], set[str], list[str]]] = {
    f"{GEXF}gexf": ({"version"}, set(), ["meta", "graph"]),
    f"{GEXF}meta": (set(), {"lastmodifieddate"}, ["creator", "description"]),
    f"{GEXF}creator": (set(), set(), []),
    f"{GEXF}description": (set(), set(), []),
    f"{GEXF}graph": (
        set(),
        {"defaultedgetype", "idtype", "mode", "timeformat", "timerepresentation"},
        ["attributes", "attributes", "nodes", "edges"],
    ),
    f"{GEXF}attributes": ({"class"}, {"mode"}, ["attribute"]),
    f"{GEXF}attribute": ({"id", "title", "type"}, set(), ["default"]),
    f"{GEXF}default": (set(), set(), []),
    f"{GEXF}nodes": (set(), {"count"}, ["node"]),
    f"{GEXF}node": ({"id"}, {"label"}, ["attvalues", "color", "position", "size"]),
    f"{GEXF}edges": (set(), {"count"}, ["edge"]),
    f"{GEXF}edge": (
        {"source", "target"},
        {"id", "label", "weight", "kind", "start", "end"},
        ["attvalues", "spells", "color"],
    ),
    f"{GEXF}spells": (set(), set(), ["spell"]),
    f"{GEXF}spell": ({"start", "end"}, set(), []),
    f"{GEXF}attvalues": (set(), set(), ["attvalue"]),
    f"{GEXF}attvalue": ({"for", "value"}, set(), []),
    f"{VIZ}color": ({"r", "g", "b"}, set(), []),
    f"{VIZ}position": ({"x", "y"}, set(), []),
    f"{VIZ}size": ({"value"}, set(), []),
}
LEXICAL = {"integer": r"-?\d+", "double": r"-?\d+(\.\d+)?(e[+-]?\d+)?", "string": r"(?s).*"}

any_text = st.text(max_size=10)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    names = draw(st.lists(any_text, max_size=3, unique=True))
    kinds = st.sampled_from([*palette.ACTOR_COLORS, "UnknownActor"])
    counts = st.integers(0, 10**6)
    nodes = [
        Node(name, draw(any_text), draw(kinds), draw(any_text), draw(st.none() | any_text), draw(counts))
        for name in names
    ]
    edges = [
        Edge(
            *(str(number), draw(st.sampled_from(names)), draw(st.sampled_from(names))),
            *(draw(st.none() | any_text), draw(st.none() | st.just("AID")), draw(st.integers(1, 4))),
            *(draw(st.floats(-10, 10)), draw(counts), draw(counts)),
            *(draw(st.none() | st.dates()), draw(st.none() | st.dates())),
            quads=draw(st.none() | st.tuples(counts, counts, counts, counts)),
            months=tuple((day.replace(day=1), 1) for day in sorted(draw(st.sets(st.dates(), max_size=4)))),
        )
        for number in range(draw(st.integers(0, 3)) if names else 0)
    ]
    places = draw(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), max_size=3))
    positions = dict(zip(names, places, strict=False))
    meta = draw(st.dictionaries(st.just("truncated"), st.booleans()))
    return Network(tuple(nodes), tuple(edges), meta, positions)


def parsed(network: Network, *, modified: dt.date | None = None) -> etree._Element:
    return etree.fromstring("".join(gexf.chunks(network, modified=modified)).encode())


def check_rules(root: etree._Element) -> None:
    for element in root.iter():
        required, optional, children = RULES[str(element.tag)]
        names = set(map(str, element.attrib))
        assert required <= names <= required | optional, element.tag
        found = [etree.QName(child).localname for child in element]
        repeated = {"attribute", "node", "edge", "attvalue", "spell"}
        assert [name for n, name in enumerate(found) if name not in repeated or name not in found[:n]] == [
            name
            for name in children
            if name in found or name not in {*repeated, "color", "position", "spells"}
        ], element.tag
    types = {
        (str(group.get("class")), str(attribute.get("id"))): str(attribute.get("type"))
        for group in root.iter(f"{GEXF}attributes")
        for attribute in group
    }
    for owner in ("node", "edge"):
        for element in root.iter(GEXF + owner):
            for value in element.iter(f"{GEXF}attvalue"):
                kind = types[owner, str(value.get("for"))]
                assert re.fullmatch(LEXICAL[kind], str(value.get("value"))), (kind, value.get("value"))
            if owner == "edge":
                assert re.fullmatch(LEXICAL["double"], str(element.get("weight")))
    for color in root.iter(f"{VIZ}color"):
        assert all(0 <= int(str(channel)) <= 255 for channel in color.attrib.values())
    for name in ("node", "edge"):
        [group] = root.iter(f"{GEXF}{name}s")
        assert group.get("count") == str(len(group))
    nodes = {node.get("id") for node in root.iter(f"{GEXF}node")}
    assert all({edge.get("source"), edge.get("target")} <= nodes for edge in root.iter(f"{GEXF}edge"))


@pytest.fixture(scope="module")
def schema() -> etree.RelaxNG:
    if not SCHEMA.exists():
        pytest.skip(f"the schema of GEXF 1.3 is not at {SCHEMA}; the test of its rules runs without it")
    return etree.RelaxNG(etree.parse(SCHEMA))


KOREA = Network(
    (Node("KOR", "South Korea", "State", "KOR", "GOV", 2), Node("PRK", "North Korea", "State", "PRK", None, 2)),
    (
        Edge("KOR--pressure--PRK", "KOR", "PRK", "pressure", "REQUEST", 3, -5.0, 2, 4, dt.date(2017, 1, 4), None),
        Edge("KOR--aid--PRK", "KOR", "PRK", "aid", "AID", 2, 1e-7, 1, 1, None, None),
    ),
)  # fmt: skip


WAR = Network(
    (Node("A", "A", "Country", "AAA", None, 400), Node("B", "B", "Sector", "BBB", "GOV", 100)),
    (
        Edge("A--3--B", "A", "B", None, None, 3, -5.0, 4, 4, dt.date(2016, 11, 4), dt.date(9999, 12, 30),
             months=((dt.date(2016, 11, 1), 1), (dt.date(2016, 12, 1), 1), (dt.date(2017, 1, 1), 1),
                     (dt.date(2017, 3, 1), 1), (dt.date(9999, 12, 1), 1))),
        Edge("A--B", "A", "B", None, None, 4, -9.0, 4, 4, dt.date(2016, 11, 4), None, quads=(0, 1, 0, 3)),
        Edge("B--A", "B", "A", None, None, 4, -9.0, 4, 4, None, None, quads=(0, 0, 0, 4)),
    ),
    positions={"A": (-1.5, 2.0)},
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(network=networks())
def test_is_valid_against_the_schema(schema: etree.RelaxNG, network: Network) -> None:
    schema.assertValid(parsed(network))


@pytest.mark.parametrize("network", [KOREA, WAR, Network((), ())], ids=["korea", "war", "empty"])
@pytest.mark.parametrize("modified", [None, dt.date(2017, 1, 4)])
def test_is_valid_with_and_without_a_date(
    schema: etree.RelaxNG, network: Network, modified: dt.date | None
) -> None:
    schema.assertValid(parsed(network, modified=modified))


@pytest.mark.parametrize(
    ("element", "attribute", "value"),
    [
        ("node", "id", None),
        ("node", "size", "1"),
        ("edge", "weight", "heavy"),
        ("attribute", "type", "text"),
        ("color", "r", "256"),
        ("gexf", "version", "1.2"),
    ],
)
def test_the_schema_and_the_rules_can_say_no(element: str, attribute: str, value: str | None) -> None:
    root = parsed(KOREA)
    [broken, *_] = root.iter(f"{{*}}{element}")
    if value is None:
        del broken.attrib[attribute]
    else:
        broken.set(attribute, value)
    if SCHEMA.exists():
        assert not etree.RelaxNG(etree.parse(SCHEMA)).validate(root)
    if attribute not in ("type", "version"):
        with pytest.raises(AssertionError):
            check_rules(root)


@given(network=networks())
def test_keeps_the_rules_of_the_schema(network: Network) -> None:
    check_rules(parsed(network))


def test_every_attribute_is_declared_with_type_and_default() -> None:
    declared = {
        (group.get("class"), attribute.get("title")): (attribute.get("type"), attribute[0].text)
        for group in parsed(KOREA).iter(f"{GEXF}attributes")
        for attribute in group
    }
    defaults = {"string": None, "integer": "0", "double": "0.0"}
    assert declared == {
        (owner, name): (kind, defaults[kind])
        for owner, types in (("node", NODE_TYPES), ("edge", EDGE_TYPES))
        for name, kind in types.items()
        if name != "weight"
    }


def test_what_is_missing_is_left_out() -> None:
    _, korea = parsed(KOREA).iter(f"{GEXF}node")
    assert [value.get("for") for value in korea.iter(f"{GEXF}attvalue")] == [
        "actor_type",
        "country",
        "events",
    ]
    pressure, aid = parsed(KOREA).iter(f"{GEXF}edge")
    assert [value.get("for") for value in pressure.iter(f"{GEXF}attvalue")][-2:] == ["first", "first_month"]
    assert [value.get("for") for value in aid.iter(f"{GEXF}attvalue")][-1] == "mentions"


def test_parallel_edges_differ_in_kind() -> None:
    edges = list(parsed(KOREA).iter(f"{GEXF}edge"))
    assert [(edge.get("kind"), edge.get("label"), edge.get("weight")) for edge in edges] == [
        ("pressure", "pressure", "2.0"),
        ("aid", "aid", "1.0"),
    ]


def test_colors_tell_actor_types_and_quad_classes() -> None:
    colors = [dict(color.attrib) for color in parsed(KOREA).iter(f"{VIZ}color")]
    assert colors[0] == colors[1] == {"r": "0", "g": "114", "b": "178"}
    assert colors[2] != colors[3]
    assert len(set(palette.ACTOR_COLORS.values()) | {palette.OTHER_COLOR}) == len(palette.ACTOR_COLORS) + 1
    assert palette.color_of("Country") == palette.ACTOR_COLORS["State"]
    assert palette.color_of("UnknownActor") == palette.OTHER_COLOR


def graph_of(network: Network) -> etree._Element:
    [graph] = parsed(network).iter(f"{GEXF}graph")
    return graph


def test_a_network_with_dates_is_dynamic() -> None:
    assert dict(graph_of(WAR).attrib).items() >= {"mode": "dynamic", "timeformat": "date"}.items()
    undated = Network(KOREA.nodes, list(KOREA.edges)[1:])
    assert dict(graph_of(undated).attrib).items() >= {"mode": "static"}.items()
    assert "timeformat" not in graph_of(undated).attrib


def test_edges_are_there_from_the_first_event_to_the_last() -> None:
    assert [(edge.get("start"), edge.get("end")) for edge in graph_of(WAR).iter(f"{GEXF}edge")] == [
        ("2016-11-04", "9999-12-30"),
        ("2016-11-04", None),
        (None, None),
    ]


def test_months_in_a_row_are_one_spell() -> None:
    war, *others = graph_of(WAR).iter(f"{GEXF}edge")
    assert [tuple(map(str, spell.attrib.values())) for spell in war.iter(f"{GEXF}spell")] == [
        ("2016-11-01", "2017-01-31"),
        ("2017-03-01", "2017-03-31"),
        ("9999-12-01", "9999-12-31"),
    ]
    assert [list(edge.iter(f"{GEXF}spells")) for edge in others] == [[], []]


def test_sizes_grow_with_the_square_root_and_positions_are_given() -> None:
    big, small = graph_of(WAR).iter(f"{GEXF}node")
    assert [size.get("value") for size in graph_of(WAR).iter(f"{VIZ}size")] == ["60.0", "35.0"]
    assert [dict(place.attrib) for place in big.iter(f"{VIZ}position")] == [{"x": "-1.5", "y": "2.0"}]
    assert list(small.iter(f"{VIZ}position")) == []


@given(network=networks())
def test_attributes_are_those_of_all_formats(network: Network) -> None:
    """The writer makes its lines by itself; names, values and their order are those of graph.export.attributes."""
    for element, edge in zip(parsed(network).iter(f"{GEXF}edge"), network.edges, strict=True):
        told = edge_attributes(edge)
        assert element.get("weight") == repr(float(told.pop("weight")))
        assert [(value.get("for"), value.get("value")) for value in element.iter(f"{GEXF}attvalue")] == [
            (name, str(value)) for name, value in told.items()
        ]


def test_the_date_is_stated_only_if_given() -> None:
    def date(modified: dt.date | None) -> str | None:
        [meta] = parsed(KOREA, modified=modified).iter(f"{GEXF}meta")
        return meta.get("lastmodifieddate")

    assert date(None) is None
    assert date(dt.date(2017, 1, 4)) == "2017-01-04"


def test_small_and_large_numbers_stay() -> None:
    stream = io.BytesIO()
    FORMATS["gexf"].write(KOREA, stream)
    stream.seek(0)
    network = nx.read_gexf(stream)
    assert sorted(score for *_, score in network.edges(data="goldstein")) == [-5.0, 1e-7]


def test_the_writer_holds_no_file_in_memory() -> None:
    pieces = gexf.chunks(KOREA)
    sizes = [len(piece) for piece in pieces]
    assert len(sizes) == 3 + 2 + 1 + 2 + 2


# --- what a store of real texts gives, by every way to ask


@pytest.fixture(scope="module")
def stored(extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("gexf") / "store", create=True) as store:
        store.load(
            [coded for coded in extractor.extract(demo._packaged()) if isinstance(coded, CodedDocument)]
        )
        yield store


ASKED = {
    **{
        f"{by}, {aggregate}, {'months' if months else 'days'}": Selection(
            by=by, aggregate=aggregate, months=months
        )
        for by, aggregate, months in product(ACTORS_BY, AGGREGATES, (False, True))
    },
    **{f"{modality} events": Selection(modalities=(modality,)) for modality in MODALITIES},
    **{f"quad class {quad}": Selection(quads=(quad,), months=True) for quad in (1, 2, 3, 4)},
    **{
        f"{direction}, depth {depth}": Selection(actors=("NOR",), direction=direction, depth=depth)
        for direction, depth in product(DIRECTIONS, (1, 2, 3))
    },
    "all modalities": Selection(modalities=MODALITIES),
    "the latest": Selection(order="recent", limit=10),
    "one edge": Selection(limit=1),
    "a cut neighborhood": Selection(actors=("NOR",), depth=2, limit=5),
    "a type": Selection(actions=("CONSULT",)),
    "a code": Selection(actions=("04",)),
    "a relation": Selection(actions=("meet",)),
    "a sector": Selection(sectors=("GOV",)),
    "two actors": Selection(actors=("NOR", "KOR"), aggregate="dyad", months=True),
    "of a time": Selection(start=dt.date(2024, 3, 1), end=dt.date(2024, 4, 1)),
    "before all": Selection(end=dt.date(1900, 1, 1)),
    "strong": Selection(min_weight=2),
    "too strong": Selection(min_weight=10**6),
    "sure": Selection(min_confidence=0.8),
}


def test_there_are_many_ways_to_ask() -> None:
    assert len(ASKED) >= 40


@pytest.mark.parametrize("places", [False, True], ids=["", "laid out"])
@pytest.mark.parametrize("asked", ASKED.values(), ids=list(ASKED))
def test_what_a_store_gives_keeps_the_rules(stored: Store, asked: Selection, places: bool) -> None:
    check_rules(of_store(stored, asked, places=places))


@pytest.mark.parametrize("places", [False, True], ids=["", "laid out"])
@pytest.mark.parametrize("asked", ASKED.values(), ids=list(ASKED))
def test_what_a_store_gives_is_valid(
    schema: etree.RelaxNG, stored: Store, asked: Selection, places: bool
) -> None:
    schema.assertValid(of_store(stored, asked, places=places))


def of_store(store: Store, asked: Selection, *, places: bool) -> etree._Element:
    network = store.index.network(asked)
    root = parsed(placed(network) if places else network)
    for name, held in (("node", network.nodes), ("edge", network.edges)):
        assert [item.get("id") for item in root.iter(GEXF + name)] == [one.id for one in held]
    assert (len(list(root.iter(f"{VIZ}position"))) > 0) is (places and len(network.nodes) > 0)
    return root
