"""Paths of length zero from a term that the graph does not know.

``<x> :p* ?y`` has the solution ``?y = <x>`` in any graph (SPARQL 1.1, 18.4: ZeroLengthPath asks nothing of the
graph). The engine gives it only where ``<x>`` is the subject or object of some triple.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.guard import Token
from graph.patterns import NotUnderstoodError

_MODIFIERS = frozenset("*?+")
_CLOSING = {"(": ")", "[": "]"}


def mended_triples(
    tokens: Sequence[Token], text: str, *, resolve: Callable[[Token], str], graph: str
) -> str | None:
    """The block of triples ``tokens`` with its zero-length paths mended; None where nothing has to change.

    ``graph`` is the term of the GRAPH around it, or empty. A statement with blank nodes, brackets or lists is left
    as it is, and so is a path that is more than one element long: its ends are not both ends of the short one.
    """
    if not any(token.text in ("*", "?") for token in tokens) or any(
        token.text[:2] == "_:" for token in tokens
    ):
        return None
    pieces = []
    changed = False
    for statement in _statements(tokens):
        try:
            triples = _triples(statement)
        except NotUnderstoodError:
            pieces.append(_source(statement, text) + " .")
            continue
        mended = [_mended(triple, text, resolve, graph) for triple in triples]
        if any(mended):
            changed = True
            pieces.extend(
                new or " ".join(_source(part, text) for part in triple) + " ."
                for new, triple in zip(mended, triples, strict=True)
            )
        else:
            pieces.append(_source(statement, text) + " .")
    return " ".join(pieces) if changed else None


Triple = tuple[Sequence[Token], Sequence[Token], Sequence[Token]]


def _source(tokens: Sequence[Token], text: str) -> str:
    return text[tokens[0].start : tokens[-1].end]


def _statements(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    statements: list[Sequence[Token]] = []
    first = depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "other":
            depth += (token.text in "([") - (token.text in ")]")
            if token.text == "." and not depth:
                statements.append(tokens[first:at])
                first = at + 1
    statements.append(tokens[first:])
    return [statement for statement in statements if statement]


def _triples(statement: Sequence[Token]) -> list[Triple]:
    """Subject, path and object of each triple of a statement without brackets and lists."""
    triples: list[Triple] = []
    at = _after_term(statement, 0)
    subject = statement[:at]
    while at < len(statement):
        if statement[at].text == ";":
            at += 1
            continue
        start, at = at, _after_path(statement, at)
        path = statement[start:at]
        while True:
            start, at = at, _after_term(statement, at)
            triples.append((subject, path, statement[start:at]))
            if at >= len(statement) or statement[at].text != ",":
                break
            at += 1
        if at < len(statement) and statement[at].text != ";":
            raise NotUnderstoodError
    return triples


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""


def _after_term(tokens: Sequence[Token], at: int) -> int:
    """Where the term that begins at ``at`` ends."""
    if at >= len(tokens):
        raise NotUnderstoodError
    token = tokens[at]
    if token.kind == "string":
        if _text(tokens, at + 1)[:1] == "@":
            return at + 2
        return at + 4 if _text(tokens, at + 1) == "^" else at + 1
    if token.text in "+-" and at + 1 < len(tokens) and tokens[at + 1].kind == "number":
        return at + 2
    if token.kind in ("iri", "name", "number") or (token.text[0] in "?$" and token.kind == "mark"):
        return at + 1
    if token.text in ("true", "false"):
        return at + 1
    raise NotUnderstoodError


def _after_path(tokens: Sequence[Token], at: int) -> int:
    """Where the path, or the variable, that begins at ``at`` ends."""
    if at < len(tokens) and tokens[at].kind == "mark":
        return at + 1
    while True:
        at = _after_element(tokens, at)
        if _text(tokens, at) not in ("/", "|"):
            return at
        at += 1


def _after_element(tokens: Sequence[Token], at: int) -> int:
    while _text(tokens, at) in ("^", "!"):
        at += 1
    if _text(tokens, at) == "(":
        depth = 0
        while True:
            depth += (_text(tokens, at) == "(") - (_text(tokens, at) == ")")
            at += 1
            if not depth:
                break
    elif at < len(tokens) and (tokens[at].kind in ("iri", "name") or tokens[at].text == "a"):
        at += 1
    else:
        raise NotUnderstoodError
    return at + (_text(tokens, at) in _MODIFIERS)


def _may_be_empty(path: Sequence[Token]) -> bool:
    """True if the path is one element that begins and ends with the same node where its length is zero."""
    while path and path[0].text == "^":
        path = path[1:]
    if not path or path[0].kind == "mark" or _after_element(path, 0) != len(path):
        return False
    if path[-1].text in ("*", "?"):
        return True
    if path[-1].text == "+":
        return _may_be_empty(path[:-1])
    return path[0].text == "(" and path[-1].text == ")" and _may_be_empty(path[1:-1])


def _mended(triple: Triple, text: str, resolve: Callable[[Token], str], graph: str) -> str:
    """What stands for a triple that the engine may answer wrongly; empty for any other."""
    subject, path, target = triple
    fixed, other = (target, subject) if subject[0].kind == "mark" else (subject, target)
    if fixed[0].kind == "mark" or not _may_be_empty(path):
        return ""
    if other[0].kind != "mark":
        if len(subject) > 1 or len(target) > 1 or resolve(subject[0]) != resolve(target[0]):
            return ""
        return "{}"  # one solution, whatever the graph holds
    written, term, variable = (_source(part, text) for part in (path, fixed, other))
    anchor = f"GRAPH {graph} {{}} " if graph else ""
    return (
        f"{{ {_source(subject, text)} {written} {_source(target, text)} }} UNION "
        f"{{ {anchor}VALUES {variable} {{ {term} }} FILTER NOT EXISTS {{ {term} {written} {term} }} }}"
    )
