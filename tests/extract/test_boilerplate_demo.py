"""The demo's own texts: all there, of the length that is promised, and read without their furniture."""

import csv
import datetime as dt
from importlib import resources

import pytest

from extract.boilerplate import segments
from extract.read import read_documents

FOLDER = resources.files("api") / "demo_texts"
with (FOLDER / "manifest.tsv").open(encoding="utf-8") as manifest:
    ROWS = list(csv.DictReader(manifest, delimiter="\t"))

PLACES = {
    "01": "Oslo",
    "04": "Nairobi, Kenya",
    "05": "Bamako",
    "06": "Lyon, France",
    "07": "Buenos Aires",
    "08": "Tokyo",
    "09": "Brussels",
    "10": "Jakarta, Indonesia",
}


def test_the_manifest_names_every_text_but_the_readme():
    names = {entry.name for entry in FOLDER.iterdir()}
    assert names == {row["file"] for row in ROWS} | {"README.txt", "manifest.tsv"}
    assert len(ROWS) == 10


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_a_text_is_read_as_it_was_written(row):
    date = dt.date.fromisoformat(row["date"])
    assert dt.date(2024, 3, 1) <= date <= dt.date(2024, 4, 30)
    with (FOLDER / row["file"]).open("rb") as stream:
        [document] = read_documents(stream, name=row["file"], date=date, publisher=row["publisher"])
    assert 80 <= len(document.text.split()) <= 180
    assert document.notes == ()
    layout = segments(document)
    assert layout.place == PLACES.get(row["file"][:2])
    assert layout.date in (None, date)
    assert layout.agency in (None, row["publisher"])
    # The headline list has nothing but headlines; every other text has one, and ends its paragraphs.
    kinds = [block.kind for block in layout.blocks]
    if row["file"].startswith("03"):
        assert kinds == ["title"] * 12
    else:
        assert kinds == ["title"] + ["prose"] * (len(kinds) - 1)
        assert len(kinds) >= 6
        assert all(document.text[b.start : b.end].endswith((".", '"')) for b in layout.blocks[1:])
