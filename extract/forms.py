"""Parts of speech and lemmas as spaCy gives them, each word looked at once.

spaCy's attribute ruler and lemmatizer take a fifth of the time of a parse, and what they say of a word hangs on its
form, tag and dependency, rarely on the word beside it. So they are asked once for each of these and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from spacy.language import Language
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

FORMS = ("attribute_ruler", "lemmatizer")
"""The components that tell a word's part of speech and lemma."""

CONTRACTED = ("ai", "gon", "got", "let", "c'm", "y", "y'")
"""First parts of contractions, which the ruler reads together with their second ("gon-na", "let-'s")."""

MOST = 1 << 17
"""How many words are remembered at most."""

Form = tuple[str, str, str, str, str, str]
"""A word, in lower case, its lemma, part of speech, tag and dependency."""

_Kind = tuple[str, str, str, str]
"""Part of speech, morphology, tag and dependency."""


class _Word(NamedTuple):
    """A word with its tag and dependency; the one before with its dependency, and the one after, where they matter."""

    orth: int
    tag: int
    dep: int
    before: int = 0
    dep_before: int = 0
    after: int = 0


class Forms:
    """The forms of words as the components of one pipeline give them."""

    def __init__(self, nlp: Language) -> None:
        self._ruler = nlp.get_pipe("attribute_ruler")
        self._lemmatizer = nlp.get_pipe("lemmatizer")
        self._named = _named_by(cast(AttributeRuler, self._ruler).patterns)
        self._known: dict[tuple[int, ...], Form] = {}
        self._kinds: dict[tuple[int, int], _Kind] = {}
        add = nlp.vocab.strings.add
        self._contracted = {add(f) for w in CONTRACTED for f in (w, w.title(), w.upper(), w.capitalize())}
        self._expletive = add("expl")
        self._any_tag = add("NN")

    def of(self, vocab: Vocab, orths: Sequence[int], tags: Sequence[int], deps: Sequence[int]) -> list[Form]:
        """The forms of the words of one text, in order, by the hashes of their forms, tags and dependencies."""
        words = list(self._words(orths, tags, deps))
        known = self._known
        if len(known) > MOST:
            known.clear()
        plain: list[tuple[_Word, _Kind]] = []
        for row in dict.fromkeys(words):
            if row not in known:
                word = _Word(*row)
                kind = self._kind(vocab, word)
                if kind is not None:
                    plain.append((word, kind))
                else:
                    known[word] = self._ask(vocab, word)
        if plain:
            known.update(zip((word for word, _ in plain), self._lemmatized(vocab, plain), strict=True))
        return [known[word] for word in words]

    def _words(
        self, orths: Sequence[int], tags: Sequence[int], deps: Sequence[int]
    ) -> Iterator[tuple[int, ...]]:
        """What tells each word's form: itself, and what stands beside it where that matters."""
        contracted, expletive = self._contracted, self._expletive
        before = dep_before = 0
        for i, (orth, tag, dep) in enumerate(zip(orths, tags, deps, strict=True)):
            joins = orth in contracted
            after = orths[i + 1] if joins and i + 1 < len(orths) else 0
            yield orth, tag, dep, before, dep_before, after
            before, dep_before = (orth, dep) if joins or dep == expletive else (0, 0)

    def _kind(self, vocab: Vocab, word: _Word) -> _Kind | None:
        """What the ruler says of each word of a tag and dependency that no rule of it names; None where one does."""
        text = vocab.strings[word.orth]
        if word.before or word.after or text.isspace() or self._named(text.lower()):
            return None
        key = word.tag, word.dep
        if key not in self._kinds:
            token = self._ruler(_doc(vocab, [word]))[0]
            self._kinds[key] = token.pos_, str(token.morph), token.tag_, token.dep_
        return self._kinds[key]

    def _lemmatized(self, vocab: Vocab, words: Sequence[tuple[_Word, _Kind]]) -> Iterator[Form]:
        """The forms of words of which the ruler needs to say nothing more."""
        doc = Doc(
            vocab,
            words=[vocab.strings[word.orth] for word, _ in words],
            pos=[kind[0] for _, kind in words],
            morphs=[kind[1] for _, kind in words],
        )
        for token, (_, kind) in zip(self._lemmatizer(doc), words, strict=True):
            yield token.text, token.lower_, token.lemma_, kind[0], kind[2], kind[3]

    def _ask(self, vocab: Vocab, word: _Word) -> Form:
        """What the components say of one word beside those that matter for it."""
        rows = [_Word(word.before, self._any_tag, word.dep_before)] if word.before else []
        rows.append(word)
        rows += [_Word(word.after, self._any_tag, 0)] if word.after else []
        token: Token = self._lemmatizer(self._ruler(_doc(vocab, rows)))[1 if word.before else 0]
        return token.text, token.lower_, token.lemma_, token.pos_, token.tag_, token.dep_


def _doc(vocab: Vocab, words: Sequence[_Word]) -> Doc:
    return Doc(
        vocab,
        words=[vocab.strings[word.orth] for word in words],
        tags=[vocab.strings[word.tag] for word in words],
        deps=[vocab.strings[word.dep] for word in words],
        heads=list(range(len(words))),
    )


def _named_by(patterns: Iterable[Mapping[str, Any]]) -> Callable[[str], bool]:
    """Whether a word in lower case is one that a rule of the ruler asks for."""
    words: set[str] = set()
    regexes = []
    for pattern in patterns:
        for token in (t for tokens in pattern["patterns"] for t in tokens):
            asked = token.get("LOWER", ())
            words.update([asked] if isinstance(asked, str) else asked.get("IN", ()) if asked else ())
            if isinstance(asked, dict) and "REGEX" in asked:
                regexes.append(re.compile(asked["REGEX"]))
    return lambda word: word in words or any(regex.search(word) for regex in regexes)
