"""The tree and the sentences of a parsed text as lists of tokens, made once.

spaCy builds a span at each ``token.sent`` and new tokens at each ``token.children``; the rules ask for both so often
that it would cost a quarter of their time.
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

_KEY = "extract.children"


def children(token: Token) -> tuple[Token, ...]:
    """The tokens that hang on ``token``, in the order of the text."""
    cache = token.doc.user_data.setdefault(_KEY, {})
    found: tuple[Token, ...] | None = cache.get(token.i)
    if found is None:
        found = cache[token.i] = tuple(token.children)
    return found


def lefts(token: Token) -> list[Token]:
    """Those of its children that stand before ``token``."""
    return [child for child in children(token) if child.i < token.i]


def rights(token: Token) -> list[Token]:
    """Those of its children that stand after ``token``."""
    return [child for child in children(token) if child.i > token.i]


class Sentences:
    """The tokens of each sentence of a doc, by the index of any of them."""

    def __init__(self, doc: Doc) -> None:
        self._of: list[list[Token]] = []
        for sentence in doc.sents:
            tokens = list(sentence)
            self._of.extend([tokens] * len(tokens))

    def tokens(self, i: int) -> list[Token]:
        """The tokens of the sentence in which token ``i`` stands."""
        return self._of[i]

    def start(self, i: int) -> int:
        """The index of the first token of that sentence."""
        return self._of[i][0].i

    def before(self, i: int) -> list[Token]:
        """The tokens of the sentence before token ``i``."""
        tokens = self._of[i]
        return tokens[: i - tokens[0].i]
