"""The groups of a SPARQL text: which braces hold which patterns, and nothing of what the expressions say.

This is no parser of SPARQL. It reads only what it surely understands, so that a text can be changed in one place
and kept to the letter everywhere else; of any other text it says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graph.guard import Token

_BLOCK_WORDS = frozenset(("OPTIONAL", "MINUS", "GRAPH", "FILTER", "BIND", "VALUES"))
_TRIPLE_WORDS = frozenset(("A", "TRUE", "FALSE"))
_HEAD_WORDS = frozenset(("SELECT", "DISTINCT", "REDUCED", "WHERE"))
_TAIL_WORDS = frozenset(("GROUP", "BY", "HAVING", "ORDER", "ASC", "DESC", "LIMIT", "OFFSET"))
_TEMPLATE_WORDS = frozenset(("CONSTRUCT", "INSERT", "DELETE", "DATA"))
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_GLUED = re.compile(
    "(?:GRAPH|MINUS|FILTER|VALUES|SELECT|OPTIONAL|UNION|BIND|WHERE|FROM|NAMED|BY|AS|IN|EXISTS|SERVICE)",
    re.IGNORECASE,
)
"""A prefix that begins like this may be a keyword without a space after it."""


class NotUnderstoodError(Exception):
    """The text has something of which it is not certain how the engine reads it; it is to be left as it is."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a text: the tokens ``first`` to before ``last``, with the parts in it.

    ``kind`` is ``group`` (braces and all), ``select`` (a subquery without its braces), ``triples``, ``union`` (one
    group or several), ``values``, ``filter``, ``bind``, or ``optional``, ``minus``, ``graph`` with one group each.
    ``name`` is the term of a ``graph``; ``body`` is which of the children is the WHERE of a ``select``.
    """

    kind: str
    first: int
    last: int
    children: tuple[Node, ...] = ()
    name: str = ""
    body: int = 0


def read_groups(tokens: Sequence[Token], prefixes: Sequence[str]) -> tuple[Node, ...]:
    """The groups at the top of a query or update, templates left out; ``prefixes`` are the labels declared.

    ``tokens`` have no space among them. Raises NotUnderstoodError.
    """
    _check_certain(tokens, frozenset(prefixes))
    return _Reader(tokens).top()


def _check_certain(tokens: Sequence[Token], prefixes: frozenset[str]) -> None:
    """Raise unless the tokens are those that the engine reads, whatever it tries first."""
    open_brackets: list[str] = []
    previous = None
    for token in tokens:
        if (
            token.kind == "open"
            or token.text == "~"
            or (token.kind != "string" and "\\u" in token.text.lower())
        ):
            raise NotUnderstoodError
        if previous and previous.text + token.text in ("<<", "{|", "|}"):
            raise NotUnderstoodError
        if token.kind == "name":
            label = token.text.partition(":")[0]
            if (
                label not in prefixes
                and label != "_"
                and not (previous and previous.text.upper() == "PREFIX")
            ):
                raise NotUnderstoodError
            if _GLUED.match(label):
                raise NotUnderstoodError
        elif token.kind == "iri" and "://" not in token.text:
            # Behind an operand within parentheses this may be two comparisons.
            inside = bool(open_brackets) and open_brackets[-1] == "("
            if inside and previous and previous.text not in ("(", ","):
                raise NotUnderstoodError
        elif token.kind == "other":
            if token.text in _CLOSING:
                open_brackets.append(token.text)
            elif token.text in _CLOSING.values() and (
                not open_brackets or _CLOSING[open_brackets.pop()] != token.text
            ):
                raise NotUnderstoodError
        previous = token
    if open_brackets:
        raise NotUnderstoodError


class _Reader:
    """Reads tokens from left to right; brackets are known to be balanced."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def top(self) -> tuple[Node, ...]:
        groups = []
        while self._at < len(self._tokens):
            if self._word() == "VALUES":
                self._values()
            elif self._text() != "{":
                self._at += 1
            elif self._word(-1) in _TEMPLATE_WORDS or (
                self._word(-1) == "WHERE" and self._word(-2) in _TEMPLATE_WORDS
            ):
                self._skip()
            else:
                groups.append(self._group())
        return tuple(groups)

    def _text(self, offset: int = 0) -> str:
        at = self._at + offset
        return self._tokens[at].text if 0 <= at < len(self._tokens) else ""

    def _word(self, offset: int = 0) -> str:
        at = self._at + offset
        known = 0 <= at < len(self._tokens) and self._tokens[at].kind == "word"
        return self._tokens[at].text.upper() if known else ""

    def _skip(self) -> None:
        """Go behind the bracket that closes the one here."""
        depth = 0
        while True:
            depth += (self._text() in _CLOSING) - (self._text() in ")]}")
            self._at += 1
            if not depth:
                return

    def _expect(self, text: str) -> None:
        if self._text() != text:
            raise NotUnderstoodError

    def _group(self) -> Node:
        self._expect("{")
        first = self._at
        self._at += 1
        elements: list[Node] = []
        if self._word() == "SELECT":
            elements.append(self._select())
            self._expect("}")
        while self._text() != "}":
            elements.append(self._element())
        self._at += 1
        return Node("group", first, self._at, tuple(elements))

    def _element(self) -> Node:
        first = self._at
        word = self._word()
        name = ""
        if self._text() == "{":
            groups = [self._group()]
            while self._word() == "UNION":
                self._at += 1
                groups.append(self._group())
            return self._node("union", first, groups)
        if word not in _BLOCK_WORDS:
            return self._triples()
        if word == "VALUES":
            self._values()
            return self._node("values", first, ())
        self._at += 1
        if word == "FILTER":
            return self._node("filter", first, self._constraint())
        if word == "BIND":
            return self._node("bind", first, self._expression())
        if word == "GRAPH":
            name = self._text()
            if self._tokens[self._at].kind not in ("mark", "iri", "name"):
                raise NotUnderstoodError
            self._at += 1
        return self._node(word.lower(), first, (self._group(),), name=name)

    def _node(self, kind: str, first: int, children: Sequence[Node], *, name: str = "") -> Node:
        return Node(kind, first, self._at, tuple(children), name=name)

    def _triples(self) -> Node:
        first = self._at
        while self._text() not in ("{", "}") and self._word() not in _BLOCK_WORDS:
            if self._word() and self._word() not in _TRIPLE_WORDS:
                raise NotUnderstoodError
            self._at += 1
        if self._at == first:
            raise NotUnderstoodError
        return self._node("triples", first, ())

    def _values(self) -> None:
        self._at += 1
        if self._text() == "(":
            self._skip()
        else:
            self._at += 1
        self._expect("{")
        self._skip()

    def _constraint(self) -> list[Node]:
        if self._word() == "NOT":
            self._at += 1
            if self._word() != "EXISTS":
                raise NotUnderstoodError
        if self._word() == "EXISTS":
            self._at += 1
            return [self._group()]
        if self._text() != "(":
            self._at += 1
        return self._expression()

    def _expression(self) -> list[Node]:
        """What stands in the parentheses that open here; the groups in it belong to EXISTS."""
        self._expect("(")
        groups = []
        depth = 0
        while True:
            if self._text() == "{":
                if self._word(-1) != "EXISTS":
                    raise NotUnderstoodError
                groups.append(self._group())
                continue
            depth += (self._text() == "(") - (self._text() == ")")
            self._at += 1
            if not depth:
                return groups

    def _select(self) -> Node:
        first = self._at
        children: list[Node] = []
        while self._text() != "{":
            self._clause(children, _HEAD_WORDS)
        body = len(children)
        children.append(self._group())
        while self._text() != "}":
            if self._word() == "VALUES":
                self._values()
            else:
                self._clause(children, _TAIL_WORDS)
        return Node("select", first, self._at, tuple(children), body=body)

    def _clause(self, children: list[Node], words: frozenset[str]) -> None:
        """One step before or behind the WHERE of a subquery."""
        if self._text() == "(":
            children.extend(self._expression())
        elif self._text(1) == "(" and self._word() not in words:  # a condition, or a key of a group
            self._at += 1
            children.extend(self._expression())
        elif self._word() in words or (not self._word() and self._text() not in ("", "{", "}")):
            self._at += 1
        else:
            raise NotUnderstoodError
