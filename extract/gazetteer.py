"""Where places lie: the cities and regions of ``extract/data/gazetteer.tsv`` by their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from extract.errors import BadTable
from extract.tables import DATA

TABLE = "gazetteer.tsv"
COLUMNS = tuple("geonames keys name code region latitude longitude population precision".split())

_FOLDED = {
    number: unicodedata.normalize("NFKD", chr(number)).encode("ascii", "ignore").decode() or None
    for number in range(0xC0, 0x250)
    if unicodedata.normalize("NFKD", chr(number)) != chr(number)
}
_FOLDED |= dict.fromkeys(map(ord, "'’‘`ʼ.")) | {ord("-"): " "}

_ARTICLES = ("al ", "el ", "ad ", "ar ", "as ", "at ", "an ", "az ")

_KIND = re.compile(
    r"^(?:the|city of|greater) | (?:province|region|oblast|governorate|state|district|prefecture|department|county"
    r"|republic|territory|voivodeship|canton|wilaya|emirate)$"
)


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the gazetteer.

    ``latitude`` and ``longitude`` are degrees north and east (WGS 84), ``precision`` is ``city`` or ``region``;
    ``geonames`` is None for most regions. ``main`` tells whether the name asked for is its main one.
    """

    name: str
    code: str
    region: str
    latitude: float
    longitude: float
    population: int
    precision: str
    geonames: int | None
    main: bool


def key(name: str) -> str:
    """A name without case, marks, apostrophes and the Arabic article at its head, its hyphens as spaces.

    >>> key("Sana'a"), key("Al-Qamishli"), key("S\N{LATIN SMALL LETTER A WITH TILDE}o Paulo")
    ('sanaa', 'qamishli', 'sao paulo')
    """
    if name.isascii():  # ten times as fast as translate, and so are most
        folded = name.lower().replace("-", " ").replace("'", "").replace(".", "")
    else:
        folded = name.translate(_FOLDED).casefold()
    return folded[3:] if folded.startswith(_ARTICLES) else folded


def region_key(name: str) -> str:
    """The key of a region without the word for its kind.

    >>> region_key("Helmand Province")
    'helmand'
    """
    return _KIND.sub("", key(name)) or key(name)


class Gazetteer:
    """The places by key. Rows stay text, a line each, until they are asked for, for few of them ever are."""

    def __init__(self, rows: dict[str, str]) -> None:
        self._rows = rows

    def names(self) -> Iterable[str]:
        """The keys of all names."""
        return self._rows.keys()

    def find(self, name: str) -> list[Site]:
        """The places of that name, those with more inhabitants first."""
        folded = region_key(name)
        asked = {folded, key(name)}
        found = [_site(row, asked) for each in asked for row in self._rows.get(each, "").splitlines()]
        return sorted(found, key=lambda s: (-s.population, s.code, s.precision, s.geonames or 0))


def load_gazetteer(folder: Traversable = DATA) -> Gazetteer:
    """Reads the table; raises BadTable for a row with another number of cells."""
    rows: dict[str, str] = {}
    lines = (folder / TABLE).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith(("#", COLUMNS[0])):
            continue
        if line.count("\t") != len(COLUMNS) - 1:
            raise BadTable(
                TABLE, number, f"{line.count(chr(9)) + 1} cells, the header has {len(COLUMNS)} columns"
            )
        for folded in line.split("\t", 2)[1].split(";"):
            rows[folded] = f"{rows[folded]}\n{line}" if folded in rows else line
    return Gazetteer(rows)


def _site(row: str, asked: Collection[str]) -> Site:
    id_, _, name, code, region, latitude, longitude, population, precision = row.split("\t")
    return Site(
        name=name,
        code=code,
        region=region,
        latitude=float(latitude),
        longitude=float(longitude),
        population=int(population),
        precision=precision,
        geonames=int(id_) if id_ else None,
        main=key(name) in asked or region_key(name) in asked,
    )
