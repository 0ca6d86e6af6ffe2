"""Operators and rules give the CAMEO codes and modes that the definitions ask for, and each code can be given."""

from __future__ import annotations

from importlib import resources

import pytest

from extract.actions import CONSIDERED
from extract.lexicon import TABLES, load_lexicon
from extract.model import CodedDocument, Document
from extract.pipeline import Extractor
from extract.tables import items, rows

CODES = {
    "cut-aid": ("Chad threatened to cut aid to Mali.", "THREATEN relations 1311"),
    "sanctions": ("Chad threatened to impose sanctions on Mali.", "THREATEN restrict 1312"),
    "break-ties": ("Chad threatened to break ties with Mali.", "THREATEN relations 1313"),
    "limit-speech": ("Chad threatened to censor Malian newspapers.", "THREATEN political 1321"),
    "ban-a-party": ("Niger threatened to ban the Socialist Party.", "THREATEN ban 1322"),
    "end-talks": ("Chad threatened to break off talks with Mali.", "THREATEN relations 134"),
    "expel-inspectors": ("Chad threatened to expel U.N. inspectors.", "THREATEN expel 136"),
    "arrest": ("Chad threatened to arrest Malian diplomats.", "THREATEN arrest 137"),
    "deport": ("Kenya threatened to deport Somali migrants.", "THREATEN expel 137"),
    "occupy": ("Syria threatened to seize Turkish territory.", "THREATEN territory 1382"),
    "blockade": ("Iran threatened to blockade Bahrain.", "THREATEN restrict 1381"),
    "shell": ("Iran threatened to shell Iraq.", "THREATEN violence 1384"),
    "refuse-an-agreement": ("Sudan refused to sign a peace agreement with Chad.", "REJECT meet 127"),
    "refuse-to-mediate": ("Sudan refused to mediate between Chad and Mali.", "REJECT meet 126"),
    "reject-mediation": ("Sudan rejected mediation by Chad.", "REJECT meet 126"),
    "demand-a-settlement": ("Chad demanded that Mali settle the dispute with Niger.", "REQUEST meet 107"),
    "demand-mediation": ("Rebels in Chad demanded U.N. mediation.", "REQUEST meet 108"),
    "appeal-to-settle": ("Chad urged Mali to settle its dispute with Niger.", "REQUEST meet 027"),
    "appeal-to-support": ("Chad urged Mali to support Niger.", "REQUEST assist 022"),
    "end-of-a-strike": ("Peruvian unions called off their strike.", "CONCEDE - 082"),
    "convict": ("A court in Peru convicted a Chilean general.", "ACCUSE disapprove 116"),
    "disapprove": ("Chad disapproved of Mali.", "ACCUSE disapprove 110"),
    "agitate": ("Rebels agitated against Chad.", "PROTEST - 140"),
    "promise-reform": ("Sudan promised to grant the demands of Darfur.", "AGREE - 034"),
    "no-comment": ("Norway declined to comment on the report by Chad.", None),
    "refusal-of-comment": ("Norway refused to comment.", None),
    "considered": ("Chad is considering an attack on Mali.", None),
}

OF_NO_CODE = {("RETREAT", "resign"), ("SANCTION", "convict"), ("ASSAULT", "other")}
"""Modes of PLOVER to which no CAMEO code belongs: resignations are 0831 (CONCEDE), convictions 116 (ACCUSE)."""


@pytest.mark.parametrize(("text", "coded"), CODES.values(), ids=CODES)
def test_codes(text: str, coded: str | None, extractor: Extractor) -> None:
    (document,) = extractor.extract([Document("x", text)])
    assert isinstance(document, CodedDocument)
    given = {f"{event.type} {event.mode or '-'} {event.cameo}" for event in document.events}
    assert given == ({coded} if coded else set())


def _given() -> set[tuple[str, str, str]]:
    """(type, mode, code) of each rule and composition."""
    rules = [(r["plover"], r["mode"], r["cameo"]) for r in rows("actions.tsv", TABLES["actions.tsv"])]
    composed = [(r["plover"], r["mode"], r["cameo"]) for r in rows("compose.tsv", TABLES["compose.tsv"])]
    return {*rules, *composed, ("-", "", CONSIDERED.cameo)}


def test_every_code_of_three_digits_can_be_given() -> None:
    given = {code[:3] for _, _, code in _given()}
    assert [code for code in load_lexicon().codes if len(code) == 3 and code not in given] == []


def test_every_type_and_mode_can_be_given() -> None:
    table = resources.files("extract") / "data" / "plover.tsv"
    header = next(line for line in table.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    modes = {(r["type"], mode) for r in rows("plover.tsv", header.split("\t")) for mode in items(r["modes"])}
    assert modes - {(type_, mode) for type_, mode, _ in _given()} == OF_NO_CODE
