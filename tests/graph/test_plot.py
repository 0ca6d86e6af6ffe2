"""Plots by matplotlib: the figures that they show are the values, and names are text."""

from __future__ import annotations

import datetime as dt
import io
import struct
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from matplotlib.figure import Figure

from graph.errors import PackageMissing
from graph.export.drawing import drawing
from graph.network import Edge, Network, Node
from graph.palette import QUAD_COLORS, hexadecimal
from graph.plot import calendar, dyad, matrix, network, sheet
from graph.plot.calendar import CalendarValues, place_of, shades_of
from graph.plot.dyad import DyadValues, MonthValues, Turn
from graph.plot.matrix import MatrixValues
from graph.plot.sheet import Heading, Picture, picture, settings

ODD = '<img src=x onerror=alert(1)> & $x^2$ "q" עִברית \U0001f54a ' + "x" * 200
HEAD = Heading("A title", "below it", "whowhom · query: actor=KOR · generation 7 of the store")
ODD_HEAD = Heading(ODD, ODD, ODD)
Quads = tuple[int, int, int, int]


def month(year: int, number: int, quads: Quads = (1, 2, 3, 4), goldstein: float | None = -1.5) -> MonthValues:
    return MonthValues(dt.date(year, number, 1), quads, goldstein)


MONTHS = (month(2017, 1), month(2017, 2, (5, 0, 0, 1), 3.0), month(2017, 6, (0, 0, 2, 0), -2.0))
TURNS = (Turn(dt.date(2017, 2, 1), 4.0, -1.25, "2017-02-03 KOR shell PRK"),)
DAYS: dict[dt.date, Quads] = {
    dt.date(2016, 2, 29): (1, 0, 0, 0),
    dt.date(2017, 12, 31): (0, 2, 3, 4),
}
PLOTS: dict[str, Callable[[Heading], Figure]] = {
    "dyad": lambda head: dyad.draw(DyadValues(head, MONTHS, TURNS)),
    "dyad-empty": lambda head: dyad.draw(DyadValues(head, (), ())),
    "matrix": lambda head: matrix.draw(
        MatrixValues(head, ("A", head.title), {(0, 1): (1, 2, 3, 4), (1, 1): (0, 0, 0, 1)})
    ),
    "matrix-empty": lambda head: matrix.draw(MatrixValues(head, (), {})),
    "calendar": lambda head: calendar.draw(CalendarValues(head, DAYS, "Left out: 2 events without a date.")),
    "calendar-empty": lambda head: calendar.draw(CalendarValues(head, {}, "")),
    "network": lambda head: network.draw(
        drawing(
            Network(
                (Node("A", head.title, "State", "AAA", None, 2), Node("B", "B", "Group", "BBB", None, 1)),
                tuple(
                    Edge(f"{n}", "A", end, None, None, n, 0.0, n, n, None, None)
                    for n, end in ((1, "B"), (2, "B"), (3, "B"), (4, "A"))
                ),
                {"seeds": ["A"]},
            )
        )
    ),
}


def saved(name: str, suffix: str, head: Heading = HEAD) -> Picture:
    with settings():
        return picture(PLOTS[name](head), suffix)


def drawn(name: str, head: Heading = HEAD) -> Figure:
    with settings():
        return PLOTS[name](head)


def texts(data: bytes) -> list[str]:
    root = etree.fromstring(data)
    return ["".join(map(str, one.itertext())) for one in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("name", PLOTS)
def test_an_svg_is_text_with_heading_and_source_and_the_same_each_time(name: str) -> None:
    first, second = saved(name, ".svg"), saved(name, ".svg")
    assert first == second
    assert b"<dc:date>" not in first.data
    if name != "network":
        assert {HEAD.title, HEAD.subtitle, HEAD.source} <= set(texts(first.data))
    assert ("No events match the query." in texts(first.data)) is name.endswith("empty")


@pytest.mark.parametrize("name", PLOTS)
def test_a_png_has_its_size_in_dots(name: str) -> None:
    data = saved(name, ".png").data
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    inches = drawn(name).get_size_inches()
    assert (width, height) == tuple(int(side * sheet.PNG_DPI) for side in inches)
    assert width > 600
    assert data == saved(name, ".png").data


@pytest.mark.parametrize("name", PLOTS)
def test_a_hostile_name_is_text_and_no_formula(name: str) -> None:
    root = etree.fromstring(saved(name, ".svg", ODD_HEAD).data)
    names = {etree.QName(one).localname for one in root.iter() if isinstance(one.tag, str)}
    assert not names & {"img", "script", "image", "foreignObject"}
    said = " ".join(texts(etree.tostring(root)))
    assert "<img src=x" in said
    if name != "network":
        assert "$x^2$" in said


def test_characters_that_the_font_lacks_are_told_of_a_png_only() -> None:
    head = Heading("北京", "", "")
    assert saved("dyad", ".png", head).lacking == "京北"
    assert saved("dyad", ".svg", head).lacking == ""
    assert saved("dyad", ".png").lacking == ""


def test_other_warnings_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import warnings

    def warn(*_: Any, **__: Any) -> None:
        warnings.warn("something else", RuntimeWarning, stacklevel=1)

    with settings():
        figure = PLOTS["dyad"](HEAD)
        monkeypatch.setattr(figure, "savefig", warn)
        with pytest.warns(RuntimeWarning, match="something else"):
            picture(figure, ".png")


def bars(figure: Figure) -> dict[str, list[tuple[float, float]]]:
    """Base and height of each bar, by the colour."""
    found: dict[str, list[tuple[float, float]]] = {}
    for container in figure.axes[0].containers:
        patches: Any = container.patches  # type: ignore[attr-defined]
        found[str(patches[0].get_gid())] = [(patch.get_y(), patch.get_height()) for patch in patches]
    return found


def test_bars_of_a_dyad_are_its_months() -> None:
    figure = drawn("dyad")
    assert bars(figure) == {
        "quad-2": [(0, 2), (0, 0), (0, 0)],
        "quad-1": [(2, 1), (0, 5), (0, 0)],
        "quad-4": [(0, -4), (0, -1), (0, 0)],
        "quad-3": [(-4, -3), (-1, 0), (0, -2)],
    }
    (line,) = [line for line in figure.axes[1].lines if line.get_gid() == "goldstein"]
    assert [y for y in line.get_ydata() if y == y] == [-1.5, 3.0, -2.0]  # type: ignore[union-attr]
    assert len(line.get_ydata()) == 4  # type: ignore[arg-type] # a gap, as months are missing
    low, high = figure.axes[0].get_ylim()
    assert low < -7 < 5 < high


def test_turning_points_are_marked_and_told() -> None:
    figure = drawn("dyad")
    (level,) = [patch for patch in figure.axes[0].patches if patch.get_gid() == "level"]
    assert list(level.get_data().values) == [4.0, -1.25]  # type: ignore[attr-defined]
    said = texts(saved("dyad", ".svg").data)
    assert "1" in said
    assert "1 2017-02: +4.0 to −1.2 a month; 2017-02-03 KOR shell PRK" in [
        " ".join(one.split()) for one in said
    ]


def test_many_turning_points_are_all_marked_and_the_first_told() -> None:
    turns = tuple(Turn(dt.date(2000 + n, 1, 1), 1.0, 2.0, "") for n in range(20))
    months = tuple(month(2000 + n, 1) for n in range(20))
    with settings():
        said = texts(picture(dyad.draw(DyadValues(HEAD, months, turns)), ".svg").data)
    assert "20" in said
    assert "… and 8 turning points more; `whowhom dyad` lists them" in said


@pytest.mark.parametrize(
    ("first", "last"),
    [((1, 1), (9999, 12)), ((2017, 5), (2017, 5)), ((2015, 1), (2016, 12)), ((1990, 1), (2025, 12))],
)
def test_any_stretch_of_time_has_ticks(first: tuple[int, int], last: tuple[int, int]) -> None:
    months = tuple({month(*first): None, month(*last): None})
    with settings():
        figure = dyad.draw(DyadValues(HEAD, months, ()))
        picture(figure, ".svg")
    ticks = [tick.get_text() for tick in figure.axes[1].get_xticklabels()]
    assert 2 <= len(ticks) <= 20


def test_a_cell_of_a_matrix_has_its_number_and_the_shares_of_the_quad_classes() -> None:
    figure = drawn("matrix")
    axes = figure.axes[0]
    patches = {str(patch.get_gid()): patch for patch in axes.patches if patch.get_gid()}
    assert set(patches) == {*(f"cell-0-1-{quad}" for quad in (1, 2, 3, 4)), "cell-1-1-4"}
    widths = [patches[f"cell-0-1-{quad}"].get_width() for quad in (1, 2, 3, 4)]  # type: ignore[attr-defined]
    assert [width / sum(widths) for width in widths] == pytest.approx([0.1, 0.2, 0.3, 0.4])
    heights = [patches[name].get_height() for name in ("cell-0-1-1", "cell-1-1-4")]  # type: ignore[attr-defined]
    assert heights[0] / heights[1] == pytest.approx(10**0.5)
    places = {text.get_text(): text.get_position()[0] for text in axes.texts}
    assert places == {"10": 1.5, "1": 1.5}


def test_a_day_of_a_calendar_has_its_place_and_its_shade() -> None:
    figure = drawn("calendar")
    squares = {
        str(patch.get_gid()): {tuple(corner) for corner in patch.get_path().vertices[::5].round(2).tolist()}  # type: ignore[attr-defined]
        for patch in figure.axes[0].patches
        if patch.get_gid()
    }
    assert {name for name in squares if name != "days-#f3f3f3"} <= {
        f"days-{shade}" for shade in calendar.SHADES
    }
    assert sum(map(len, squares.values())) == 366 + 365
    first, last = (place_of(day, 2016) for day in sorted(DAYS))
    assert [places for name, places in squares.items() if name != "days-#f3f3f3"] == [
        {(place[0] + 0.06, place[1] + 0.06)} for place in (last, first)
    ]
    totals = [bar.get_width() for container in figure.axes[1].containers for bar in container]  # type: ignore[attr-defined]
    assert totals == [0, 2, 1, 0, 0, 3, 0, 4]
    assert {"1 event", "9 events"} <= {text.get_text().strip() for text in figure.axes[1].texts}


@pytest.mark.parametrize(
    ("day", "place"),
    [
        (dt.date(2018, 1, 1), (0, 0.0)),  # a Monday
        (dt.date(2018, 1, 8), (1, 0.0)),
        (dt.date(2017, 1, 1), (0, 6.0)),  # a Sunday
        (dt.date(2012, 12, 31), (53, 0.0)),  # of a leap year that begins on a Sunday
    ],
)
def test_days_stand_in_weeks_from_monday(day: dt.date, place: tuple[int, float]) -> None:
    assert place_of(day, day.year) == place
    assert place_of(day, day.year - 2) == (place[0], place[1] + 16)


@pytest.mark.parametrize("most", [1, 2, 4, 5, 6, 7, 9, 12, 40, 1000, 10**6])
def test_shades_are_for_rising_numbers_from_one_on(most: int) -> None:
    bounds = shades_of(most)
    assert bounds[0] == 1
    assert sorted(set(bounds)) == bounds
    assert bounds[-1] <= most
    assert len(bounds) == min(most, 5)


def test_of_very_many_years_the_latest_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert calendar.MOST_YEARS == 40
    monkeypatch.setattr(calendar, "MOST_YEARS", 3)
    days: dict[dt.date, Quads] = {dt.date(year, 5, 5): (1, 0, 0, 0) for year in (1, 1900, 2020, 9999)}
    with settings():
        said = texts(picture(calendar.draw(CalendarValues(HEAD, days, "")), ".svg").data)
    assert "9999" in said
    assert "3 events before 9997 left out: the latest 3 years are shown." in said


def test_the_colours_are_those_of_all_drawings() -> None:
    for name in ("dyad", "matrix", "calendar", "network"):
        text = saved(name, ".svg").data.decode()
        assert all(hexadecimal(color) in text for color in QUAD_COLORS.values()), name


def test_settings_of_the_user_change_nothing() -> None:
    import matplotlib as mpl

    before = saved("dyad", ".svg")
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.grid": True}):
        assert saved("dyad", ".svg") == before
        assert mpl.rcParams["font.size"] == 30


def test_pyplot_is_never_imported() -> None:
    code = """
import sys
from graph.plot import calendar, dyad, matrix, network, sheet
assert "matplotlib" not in sys.modules
with sheet.settings():
    sheet.picture(dyad.draw(dyad.DyadValues(sheet.Heading("a", "b", "c"), (), ())), ".png")
assert "matplotlib" in sys.modules
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_matplotlib_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PackageMissing, match=r"A plot needs matplotlib.*pip install 'whowhom\[plot\]'"):
        sheet.check("A plot")


def test_a_png_of_a_network_is_not_blank() -> None:
    from matplotlib import image

    dots = image.imread(io.BytesIO(saved("network", ".png").data))
    assert len({tuple(dot) for row in dots[::7] for dot in row[::7]}) > 5
