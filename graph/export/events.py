"""Tables of events, one a row: our own, and in the columns of ICEWS and POLECAT, for whoever has programs for these.

The two are separated by tabs and have no white space but blanks in a cell; in all three a text that may be a formula
gets an apostrophe in front. What a column holds, and which stay empty, is told in ``docs/exports.md``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import pyoxigraph as ox

from extract.model import QUAD_CLASSES, Actor, ActorMention, Place
from graph import ontology
from graph.errors import BadSelection
from graph.export import CSV, pieces
from graph.export.tables import neutral
from graph.reports import Report
from graph.selecting import EventRow
from graph.vocabulary import value_of

Cell: TypeAlias = str | int | float | None

TSV = "text/tab-separated-values; charset=utf-8; header=present"


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event, and the first report of it."""

    row: EventRow
    report: Report


@dataclass(frozen=True, slots=True)
class EventFormat:
    """A table by its name.

    ``plain`` says that the table knows neither what did not happen nor what is only supposed, so that such events
    may not stand in it as if they had.
    """

    name: str
    media_type: str
    suffix: str
    columns: tuple[str, ...]
    cells: Callable[[ToldEvent], Sequence[Cell]]
    plain: bool

    def stream(self, events: Iterable[ToldEvent]) -> Iterator[bytes]:
        """The file in pieces of some 64 KB."""
        return pieces(self._lines(events))

    def _lines(self, events: Iterable[ToldEvent]) -> Iterator[str]:
        tabs = self.media_type == TSV
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter="\t" if tabs else ",", lineterminator="\n" if tabs else "\r\n")
        writer.writerow(self.columns)
        for event in events:
            cells = ("" if value is None else value for value in self.cells(event))
            writer.writerow([neutral(_blank(value) if tabs else value) for value in cells])
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
        yield buffer.getvalue()


def format_named(name: str) -> EventFormat:
    """The table of that name; BadSelection if there is none."""
    if name not in EVENT_FORMATS:
        raise BadSelection("format", name, f"one of {', '.join(EVENT_FORMATS)}")
    return EVENT_FORMATS[name]


COLUMNS = (
    *("id", "start", "end", "granularity", "source", "source_name", "source_country", "source_sector"),
    *(
        "source_type",
        "action",
        "plover",
        "mode",
        "contexts",
        "cameo",
        "quad",
        "goldstein",
        "target",
        "target_name",
    ),
    *(
        "target_country",
        "target_sector",
        "target_type",
        "modality",
        "negated",
        "confidence",
        "mentions",
        "relation",
    ),
    *(
        "place",
        "place_country",
        "place_precision",
        "latitude",
        "longitude",
        "geonames",
        "document",
        "published",
    ),
    *("publisher", "url", "sentence_number", "sentence"),
)


def _cells(told: ToldEvent) -> Sequence[Cell]:
    row, event, document = told.row, told.report.event, told.report.document
    place = event.place or Place("", None)
    source, target = _actor(event.source), _actor(event.target)
    return (
        *(row.event, _day(row.start), _day(row.end), row.granularity, row.source, source.name, source.code),
        *(
            source.sector,
            source.type,
            row.action,
            row.plover,
            event.mode,
            ";".join(event.contexts),
            row.cameo,
        ),
        *(row.quad, row.goldstein, row.target, target.name, target.code, target.sector, target.type),
        *(row.modality, "true" if row.negated else "false", row.confidence, row.mentions, row.relation),
        *(place.name, place.code, place.precision, place.latitude, place.longitude, place.geonames),
        *(document.id, _day(document.date), document.publisher, document.url),
        *(event.sentence.number, event.sentence.span.text),
    )


ICEWS_COLUMNS = (
    *(
        "Event ID",
        "Event Date",
        "Source Name",
        "Source Sectors",
        "Source Country",
        "Event Text",
        "CAMEO Code",
    ),
    *(
        "Intensity",
        "Target Name",
        "Target Sectors",
        "Target Country",
        "Story ID",
        "Sentence Number",
        "Publisher",
    ),
    *("City", "District", "Province", "Country", "Latitude", "Longitude"),
)


def _icews_cells(told: ToldEvent) -> Sequence[Cell]:
    row, event, document = told.row, told.report.event, told.report.document
    source, target = _actor(event.source), _actor(event.target)
    return (
        *(
            row.event,
            _day(row.start),
            source.name,
            source.sector,
            source.code,
            _texts().get(row.cameo, row.action),
        ),
        *(
            row.cameo,
            row.goldstein,
            target.name,
            target.sector,
            target.code,
            document.id,
            event.sentence.number,
        ),
        *(document.publisher, *_placed(event.place)),
    )


POLECAT_COLUMNS = (
    *("Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts"),
    *("Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title"),
    *("Actor Name Raw", "Wikipedia Actor ID", "Recipient Name", "Recipient Country", "Recipient COW"),
    *("Primary Recipient Sector", "Recipient Sectors", "Recipient Title", "Recipient Name Raw"),
    *(
        "Wikipedia Recipient ID",
        "Placename",
        "City",
        "District",
        "Province",
        "Country",
        "Latitude",
        "Longitude",
    ),
    *("GeoNames ID", "Raw Placename", "Feature Type", "Source", "Publication Date", "Story People"),
    *("Story Organizations", "Story Locations", "Language", "Version"),
)


def _polecat_cells(told: ToldEvent) -> Sequence[Cell]:
    row, event, document = told.row, told.report.event, told.report.document
    place = event.place
    city, district, province, country, latitude, longitude = _placed(place)
    return (
        *(row.event, _day(row.start), row.plover, event.mode, row.goldstein, QUAD_CLASSES[row.quad].upper()),
        ";".join(event.contexts),
        *_polecat_actor(event.source),
        *_polecat_actor(event.target),
        *(place.name if place else None, city, district, province, country, latitude, longitude),
        *(place.geonames if place else None, place.span.text if place and place.span else None),
        *(place.precision if place else None, document.publisher, _day(document.date), None, None, None),
        *("English", "whowhom"),
    )


def _polecat_actor(mention: ActorMention | None) -> Sequence[Cell]:
    """Name, country, COW, primary sector, sectors, title, raw name, Wikipedia id."""
    actor = _actor(mention)
    raw = mention.span.text if mention else None
    return actor.name, actor.code, None, actor.sector, actor.sector, None, raw, None


def _placed(place: Place | None) -> Sequence[Cell]:
    """City, district, province, country, latitude, longitude."""
    if place is None:
        return (None,) * 6
    city = place.name if place.precision in ("site", "city") else None
    province = place.name if place.precision == "region" else None
    return city, None, province, place.code, place.latitude, place.longitude


def _actor(mention: ActorMention | None) -> Actor:
    return mention.actor if mention else _NOBODY


_NOBODY = Actor("", None, "", "")


def _day(day: object) -> str | None:
    return str(day) if day else None


def _blank(value: str | int | float) -> str | int | float:
    return " ".join(value.split()) if isinstance(value, str) else value


@cache
def _texts() -> dict[str, str]:
    """What each CAMEO code says."""
    scheme, label = f"{ontology.ACTIONS}cameo/", f"{ontology.SKOS}prefLabel"
    _, triples = ontology.seeds()[ox.NamedNode(ontology.ACTIONS)]
    return {
        value_of(triple.subject).removeprefix(scheme): value_of(triple.object)
        for triple in triples
        if triple.predicate.value == label and value_of(triple.subject).startswith(scheme)
    }


EVENT_FORMATS = {
    form.name: form
    for form in (
        EventFormat("events-csv", CSV, ".csv", COLUMNS, _cells, plain=False),
        EventFormat("events-icews", TSV, ".tab", ICEWS_COLUMNS, _icews_cells, plain=True),
        EventFormat("events-polecat", TSV, ".tab", POLECAT_COLUMNS, _polecat_cells, plain=True),
    )
}
"""The tables by name."""
