"""What is refused of a SPARQL query before the engine's parser sees it.

The parser recurses, so that depth is a crash; SERVICE would reach the network from this machine. The engine
takes keywords that stick to a name (``SERVICEex:a{}``) and a ``<`` as less-than where an IRI after it fails,
so that no simple split into tokens is safe: a text is read in every way in which the engine might read it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from graph.query_errors import QueryRefused

MAX_CHARACTERS = 256 * 1024
MAX_UPDATE_CHARACTERS = 8 * 2**20
MAX_OPERATIONS = 1000
"""Operations of one update, which ``;`` separates."""

MAX_NESTING = 200
"""Brackets of any kind within each other; the engine ends in a segmentation fault at some thousands."""

KEPT_CHARACTERS = 16 * 1024
"""Length of a text whose tokens are kept for a moment; those of longer ones would take too much memory."""

_IRI_CHARACTER = r"""(?:[^<>\s{}"|^`\\]|\\[uU])"""
_TOKEN = re.compile(
    rf"""
    (?P<space>   (?:\s|\#[^\n\r]*+)++ )
  | (?P<string>  \'\'\'(?:'{{0,2}}(?:[^'\\]|\\.))*+\'\'\' | \"\"\"(?:"{{0,2}}(?:[^"\\]|\\.))*+\"\"\"
               | '(?!'')(?:[^'\\\n\r]|\\.)*+' | "(?!"")(?:[^"\\\n\r]|\\.)*+" )
  | (?P<open>    \'\'\'.*+ | \"\"\".*+ | ['"][^\n\r]*+ )
  | (?P<iri>     <{_IRI_CHARACTER}*+> )
  | (?P<mark>    [?$]\w++ | @[a-zA-Z-]++ )
  | (?P<name>    (?:[^\W\d][\w.-]{{0,99}}+)?:(?:[\w:-]|%[0-9a-fA-F]{{2}}|\\.|\.(?=[\w:%.\\-]))*+ )
  | (?P<word>    [^\W\d]\w*+ )
  | (?P<number>  \d[\d.]*+(?:[eE][+-]?\d++)? )
  | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_NOTEWORTHY = re.compile("from|service", re.IGNORECASE)
_SERVICE = re.compile("service", re.IGNORECASE)
_LOAD = re.compile("load", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_NO_OPERAND = re.compile("<[a-zA-Z][a-zA-Z0-9+.-]*://")
"""An IRI that cannot be "less than" and an expression: no expression goes on with two slashes."""
_GRAPH_NAME = re.compile(r"(?:^|[\s{}])(?:GRAPH|FROM|NAMED|DESCRIBE)[^\S\n\r]+$", re.IGNORECASE)
_READING_BUDGET = 16
"""How many times the length of the text its readings may add up to; real queries stay below 2."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What has to be known of a query before it runs: whether it names its dataset (``FROM``) itself."""

    dataset: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text: ``kind`` is the name of its group in the pattern, ``start`` and ``end`` are half-open."""

    kind: str
    text: str
    start: int
    end: int


def check_query(
    text: str,
    *,
    prefixes: Mapping[str, str] | None = None,
    max_characters: int = MAX_CHARACTERS,
    max_nesting: int = MAX_NESTING,
) -> Scan:
    """Raise QueryRefused for what must not reach the parser; ``prefixes`` are declared beside the query's own."""
    if not text.strip():
        raise QueryRefused("empty", "The query is empty. Give a SELECT, ASK, CONSTRUCT or DESCRIBE query.")
    if len(text) > max_characters:
        raise QueryRefused(
            "length",
            f"The query has {len(text)} characters, and at most {max_characters} are read. Split it, or shorten its "
            "VALUES lists.",
        )
    _check_nesting(text, max_nesting)
    if not _NOTEWORTHY.search(text):
        return Scan(dataset=False)
    declared = dict(prefixes or {})
    dataset = _scan_prologue_and_dataset(text, declared)
    _check_service(text, declared)
    return Scan(dataset)


def check_update(
    text: str,
    *,
    prefixes: Mapping[str, str] | None = None,
    max_characters: int = MAX_UPDATE_CHARACTERS,
    max_nesting: int = MAX_NESTING,
    max_operations: int = MAX_OPERATIONS,
) -> None:
    """Raise QueryRefused for an update that must not reach the parser."""
    if len(text) > max_characters:
        raise QueryRefused(
            "length",
            f"The update has {len(text)} characters, and at most {max_characters} are read. Split it, or send the "
            "data to /graph-store.",
        )
    _check_nesting(text, max_nesting)
    if text.count(";") >= max_operations:
        _check_operations(text, max_operations)
    declared = dict(prefixes or {})
    if _SERVICE.search(text) or _LOAD.search(text):
        _scan_prologue_and_dataset(text, declared)
        _check_service(text, declared)
        _check_load(text, declared)


def check_graphs(graphs: Sequence[str]) -> None:
    """Raise QueryRefused for a graph name, given beside the query, that is a file or no IRI."""
    for iri in graphs:
        if iri[:5].lower() == "file:":
            raise _file_refused(iri)
        if not is_iri(iri):
            raise QueryRefused(
                "graph",
                f"The graph name {iri!r} is no absolute IRI. Give one such as http://example.org/graph.",
            )


def first_word(text: str) -> str:
    """The word after the prologue, in capitals: the form of the query.

    >>> first_word("PREFIX a: <http://a/> # SELECT\\n insert data {}")
    'INSERT'
    """
    words = (token.text.upper() for token in tokens(text) if token.kind == "word")
    return next((word for word in words if word not in ("PREFIX", "BASE", "VERSION")), "")


def undeclared(text: str, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Those of ``prefixes`` that the text uses and does not declare.

    >>> undeclared("PREFIX a: <http://a/> SELECT * { a:x b:y ?z }", {"a": "http://1/", "b": "http://2/"})
    {'b': 'http://2/'}
    """
    used: set[str] = set()
    declared: set[str] = set()
    before = ""
    for token in tokens(text):
        if token.kind == "name":
            (declared if before == "PREFIX" else used).add(token.text.partition(":")[0])
        if token.kind != "space":
            before = token.text.upper() if token.kind == "word" else ""
    return {label: iri for label, iri in prefixes.items() if label in used - declared}


def relative_iri(text: str) -> Token | None:
    """The first IRI that needs a BASE, in a text that declares none."""
    iris: list[Token] = []
    for token in tokens(text):
        if token.kind == "word" and token.text.upper() == "BASE":
            return None
        if token.kind == "iri" and not _SCHEME.match(token.text, 1):
            iris.append(token)
    return iris[0] if iris else None


def tokens(text: str) -> Iterator[Token]:
    """The tokens in the reading that people have: a ``<`` that can begin an IRI does."""
    return iter(_kept(text)) if len(text) <= KEPT_CHARACTERS else _read(text)


@functools.lru_cache(maxsize=16)
def _kept(text: str) -> tuple[Token, ...]:
    """The tokens of a short text, which guard, mends and row limit each go through."""
    return tuple(_read(text))


def _read(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        yield Token(str(match.lastgroup), match.group(), match.start(), match.end())


def surely_iri(text: str) -> bool:
    """Whether what looks like an IRI cannot be a less-than and what follows it."""
    return _NO_OPERAND.match(text) is not None


def tokens_with_depth(text: str) -> Iterator[tuple[Token, int]]:
    """Each token with the number of braces that are open around it; a brace itself stands outside."""
    depth = 0
    for token in tokens(text):
        if token.text == "}" and token.kind == "other":
            depth -= 1
        yield token, depth
        if token.text == "{" and token.kind == "other":
            depth += 1


def _check_nesting(text: str, limit: int) -> None:
    if text.count("{") + text.count("(") + text.count("[") <= limit:
        return
    depth = 0
    for token in tokens(text):
        if token.kind == "other":
            depth += (token.text in "{([") - (token.text in "})]")
            if depth > limit:
                line = text.count("\n", 0, token.start) + 1
                raise QueryRefused(
                    "nesting",
                    f"In line {line} the query's brackets are nested deeper than the {limit} levels that are read. "
                    "Use fewer nested groups.",
                )


def _check_operations(text: str, limit: int) -> None:
    depth, operations = 0, 1
    for token in tokens(text):
        if token.kind == "other":
            depth += (token.text in "{([") - (token.text in "})]")
            operations += token.text == ";" and depth == 0
    if operations > limit:
        raise QueryRefused(
            "operations",
            f"The update has {operations} operations, and at most {limit} are carried out at once. Split it.",
        )


def _scan_prologue_and_dataset(text: str, prefixes: dict[str, str]) -> bool:
    """True if the query has a FROM; adds the query's own prefixes to ``prefixes``; refuses files.

    The engine never opens what FROM names, but an empty answer would not tell the user so.
    """
    base = ""
    dataset = False
    before = ""
    label = ""
    for token in tokens(text):
        if token.kind == "space":
            continue
        if token.kind == "iri":
            iri = token.text[1:-1]
            resolved = iri if _SCHEME.match(iri) else base + iri
            if before == "BASE":
                base = iri
            elif before == "PREFIX":
                prefixes[label] = resolved
            elif before == "FROM":
                _refuse_file(resolved)
        elif token.kind == "name":
            label, _, local = token.text.partition(":")
            if before == "FROM":
                _refuse_file(prefixes.get(label, "") + local)
        if token.kind == "word":
            word = token.text.upper()
            dataset = dataset or word == "FROM"
            before = before if word == "NAMED" else word
        elif not (before == "PREFIX" and token.kind == "name"):
            before = ""
    return dataset


def _check_service(text: str, prefixes: Mapping[str, str]) -> None:
    """Refuse a text in which the engine may read a SERVICE pattern: the keyword, a name, and a brace."""
    line = _line_of(_SERVICE, text, prefixes, _brace_follows)
    if line:
        raise QueryRefused(
            "service",
            f"The query asks another server (SERVICE in line {line}), and whowhom does not call out. Ask that "
            "server yourself, and give its rows as VALUES.",
        )


def _check_load(text: str, prefixes: Mapping[str, str]) -> None:
    """Refuse a text in which the engine may read a LOAD operation: the keyword, and a name."""
    line = _line_of(_LOAD, text, prefixes, _name_follows)
    if line:
        raise QueryRefused(
            "load",
            f"The update loads another server's data (LOAD in line {line}), and whowhom does not call out. Fetch them "
            "yourself, and send them to /graph-store, or as INSERT DATA.",
        )


def _line_of(
    keyword: re.Pattern[str],
    text: str,
    prefixes: Mapping[str, str],
    goes_on: Callable[[Mapping[int, Token], Token], bool],
) -> int | None:
    """The line in which the engine may read ``keyword``, with what ``goes_on`` finds behind it."""
    if not keyword.search(text):
        return None
    readings = _readings(text)
    for token in readings.values():
        for found in keyword.finditer(text, token.start, token.end):
            if _may_be_keyword(text, token, found.start(), prefixes) and goes_on(readings, token):
                return text.count("\n", 0, found.start()) + 1
    return None


def _readings(text: str) -> dict[int, Token]:
    """The tokens of every way to read the text, by where they start: a ``<`` may begin an IRI or be an operator."""
    tokens: dict[int, Token] = {}
    todo = [0]
    budget = _READING_BUDGET * len(text)
    while todo:
        start = todo.pop()
        match = None if start in tokens else _TOKEN.match(text, start)
        if match is None:
            continue
        kind = str(match.lastgroup)
        tokens[start] = Token(kind, match.group(), start, match.end())
        budget -= match.end() - start
        if budget < 0:
            raise QueryRefused(
                "service",
                "The query can be read in too many ways to be sure that it asks no other server. Write spaces around "
                "each < and > that compares, and full IRIs.",
            )
        todo.append(match.end())
        if kind == "iri" and not _NO_OPERAND.match(text, start):
            todo.append(start + 1)
    return tokens


def _brace_follows(readings: Mapping[int, Token], token: Token) -> bool:
    """True if a ``{`` stands behind the token, or behind two more at most (SILENT and a name)."""
    if token.kind == "open":
        return True
    names = 0
    following = readings.get(token.end)
    while following and names <= 2:
        if following.text == "{":
            return True
        if following.kind not in ("space", "iri", "mark", "name", "word"):
            return False
        names += following.kind != "space"
        following = readings.get(following.end)
    return False


def _name_follows(readings: Mapping[int, Token], token: Token) -> bool:
    """True if the name of a document may stand behind the token, or behind SILENT."""
    if token.kind in ("open", "name"):  # of a name, the engine may take a part for the keyword
        return True
    following = readings.get(token.end)
    while following and (following.kind == "space" or following.text.upper() == "SILENT"):
        following = readings.get(following.end)
    return following is not None and following.kind in ("iri", "name", "open")


def _may_be_keyword(text: str, token: Token, at: int, prefixes: Mapping[str, str]) -> bool:
    """True unless "service" at ``at`` surely belongs to a string, a comment, an IRI, a variable or a name."""
    if token.kind != "name":
        return token.kind in ("word", "open") or token.text.startswith("@")
    label, _, local = token.text.partition(":")
    if at < token.start + len(label):
        return not _GRAPH_NAME.search(text, 0, token.start)
    if label == "_":
        return False
    # Where the name makes no IRI, or has dots, the engine may end it before "service".
    return label not in prefixes or "." in local or not is_iri(prefixes[label] + local)


def _refuse_file(iri: str) -> None:
    if iri[:5].lower() == "file:":
        raise _file_refused(iri)


def _file_refused(iri: str) -> QueryRefused:
    return QueryRefused(
        "file",
        f"The query names the file {iri} as a graph, and whowhom reads no files for a query. Name a graph of the "
        "store, or load the file first.",
    )


def is_iri(text: str) -> bool:
    """True if the engine takes the text, without brackets, for an absolute IRI."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
