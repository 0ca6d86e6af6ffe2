"""A parsed text as plain Python objects, under spaCy's names: what the rules read.

spaCy makes a new object for each ``token.head`` and looks a string up for each ``token.dep_``; the rules ask so often
that it would double their time. What a word is does not change after the parse, so it is taken out once.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import overload


class Token:
    """One word of a :class:`Parsed` text, the same object whenever it is asked for.

    ``i`` is its index in the text's tokens, ``idx`` that of its first character; ``lemma_``, ``pos_``, ``tag_``,
    ``dep_``, ``ent_type_`` and ``ent_iob`` (3 begins an entity, 1 goes on with it) are as in spaCy. The root of a
    sentence is its own ``head``; ``children`` stand in the order of the text.
    """

    __slots__ = (
        "children",
        "dep_",
        "doc",
        "ent_iob",
        "ent_type_",
        "head",
        "i",
        "idx",
        "lemma_",
        "lower_",
        "pos_",
        "sent",
        "tag_",
        "text",
    )

    head: Token
    sent: Tokens

    def __init__(
        self,
        doc: Parsed,
        i: int,
        idx: int,
        form: tuple[str, str, str, str, str, str],
        ent_type_: str,
        ent_iob: int,
    ) -> None:
        self.doc = doc
        self.i = i
        self.idx = idx
        self.text, self.lower_, self.lemma_, self.pos_, self.tag_, self.dep_ = form
        self.ent_type_ = ent_type_
        self.ent_iob = ent_iob
        self.children: list[Token] = []

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    @property
    def left_edge(self) -> Token:
        """The first token of its subtree."""
        first = self
        while first.children and first.children[0].i < first.i:
            first = first.children[0]
        return first

    @property
    def right_edge(self) -> Token:
        """The last token of its subtree."""
        last = self
        while last.children and last.children[-1].i > last.i:
            last = last.children[-1]
        return last

    @property
    def subtree(self) -> Iterator[Token]:
        """The token and all below it, in the order of the text."""
        for child in self.children:
            if child.i < self.i:
                yield from child.subtree
        yield self
        for child in self.children:
            if child.i > self.i:
                yield from child.subtree

    @property
    def lefts(self) -> list[Token]:
        """Those of its children that stand before it."""
        return [child for child in self.children if child.i < self.i]

    @property
    def rights(self) -> list[Token]:
        """Those of its children that stand after it."""
        return [child for child in self.children if child.i > self.i]

    @property
    def is_punct(self) -> bool:
        """Whether it is nothing but punctuation."""
        return not self.text[0].isalnum() and all(unicodedata.category(c)[0] == "P" for c in self.text)

    def before(self) -> list[Token]:
        """The tokens of its sentence that stand before it."""
        return self.doc.tokens[self.sent.start : self.i]


class Tokens:
    """Neighboring tokens of a text, from index ``start`` to before ``end``: a sentence, a name."""

    __slots__ = ("doc", "end", "start")

    def __init__(self, doc: Parsed, start: int, end: int) -> None:
        self.doc = doc
        self.start = start
        self.end = end

    def __iter__(self) -> Iterator[Token]:
        return iter(self.doc.tokens[self.start : self.end])

    def __len__(self) -> int:
        return self.end - self.start

    @overload
    def __getitem__(self, key: int) -> Token: ...
    @overload
    def __getitem__(self, key: slice) -> Tokens: ...
    def __getitem__(self, key: int | slice) -> Token | Tokens:
        if isinstance(key, int):
            return self.doc.tokens[range(self.start, self.end)[key]]
        indices = range(self.start, self.end)[key]
        return Tokens(self.doc, indices.start, max(indices.start, indices.stop))

    def __repr__(self) -> str:
        return self.text

    @property
    def start_char(self) -> int:
        """The index of their first character in the text."""
        return self.doc.tokens[self.start].idx

    @property
    def end_char(self) -> int:
        """The index after their last character in the text."""
        last = self.doc.tokens[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """Their words as they are written."""
        return self.doc.text[self.start_char : self.end_char] if self.start < self.end else ""

    @property
    def root(self) -> Token:
        """The token nearest to the root of the sentence, of those whose head stands outside."""
        best, least = None, 0
        for token in self:
            if token.head is token:
                return token
            if not self.start <= token.head.i < self.end:
                depth = _depth(token)
                if best is None or depth < least:
                    best, least = token, depth
        return best or self[0]


class Parsed(Tokens):
    """A whole parsed text: its ``tokens``, its sentences (``sents``) and its named entities (``ents``)."""

    __slots__ = ("_text", "ents", "sents", "tokens")

    def __init__(self, text: str) -> None:
        super().__init__(self, 0, 0)
        self._text = text
        self.tokens: list[Token] = []
        self.sents: Sequence[Tokens] = ()
        self.ents: Sequence[Tokens] = ()

    def fill(self, tokens: list[Token], sents: Sequence[Tokens]) -> None:
        """Take the text's tokens, made for it, and its sentences."""
        self.tokens, self.sents, self.end = tokens, sents, len(tokens)
        begins = [t.i for t in tokens if t.ent_iob == 3]
        self.ents = [Tokens(self, i, self._entity_end(i)) for i in begins]

    def _entity_end(self, start: int) -> int:
        end = start + 1
        while end < self.end and self.tokens[end].ent_iob == 1:
            end += 1
        return end

    @overload
    def __getitem__(self, key: int) -> Token: ...
    @overload
    def __getitem__(self, key: slice) -> Tokens: ...
    def __getitem__(self, key: int | slice) -> Token | Tokens:
        return self.tokens[key] if isinstance(key, int) else super().__getitem__(key)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    @property
    def text(self) -> str:
        """The text as it was given."""
        return self._text

    def covering(self, start: int, end: int) -> Tokens:
        """The tokens that have a character from ``start`` to before ``end``."""
        first = bisect_right(self.tokens, start, key=lambda t: t.idx) - 1
        return Tokens(self, max(first, 0), bisect_left(self.tokens, end, key=lambda t: t.idx))


def conjuncts(token: Token) -> Iterator[Token]:
    """The token and what is coordinated to its right, each once."""
    yield token
    for child in token.children:
        if child.dep_ == "conj" and child.i > token.i:
            yield from conjuncts(child)


def _depth(token: Token) -> int:
    """How many words stand above a token; punctuation and spaces are no roots where there is anything else."""
    if not token.children and (token.text.isspace() or token.is_punct):
        return len(token.doc)
    depth = 0
    while token.head is not token:
        depth, token = depth + 1, token.head
    return depth
