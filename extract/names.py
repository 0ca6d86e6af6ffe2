"""Which names of the tables stand in a parsed text, and which of their meanings they have there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from extract.knowledge import Knowledge, Name
from extract.model import UNKNOWN
from extract.nlp import Parser
from extract.parsed import Parsed, Token, Tokens

FOREIGN = frozenset(
    "backed held occupied controlled ruled run born funded supported trained speaking sponsored allied friendly "
    "aligned style made donated educated".split()
)
"""Second parts of "Iranian-backed rebels": the country is not theirs."""

ABOUT = frozenset({"pro", "anti", "non"})
"""First parts of "anti-American protesters": the country is not theirs."""

PLACES = frozenset({"country", "capital", "place", "government"})
"""Kinds of names by which people are called, too."""

OF_A_NATION = frozenset(
    "language dialect alphabet script literature cuisine cigar coffee carpet rug dish".split()
)
"""What is called by a nation and is none of its actors'."""

MOST_LEADERS = 4096
"""How many answers about leaders are kept."""

DIRECTIONS = frozenset(
    "north south east west northern southern eastern western central greater new upper lower great san saint st. "
    "inner outer mainland".split()
)


class NameFinder:
    """Finds the names of the tables in parsed docs; made once for a parser.

    spaCy's PhraseMatcher does the same, but takes two seconds to be filled.
    """

    def __init__(self, parser: Parser, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._leaders: dict[tuple[str, dt.date | None], Name | None] = {}
        self._by_start: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self._longer: set[str] = set()
        for form in knowledge.names:
            words = parser.words(form)
            self._by_start[words[:2]].append((words, form))
            if len(words) > 1:
                self._longer.add(words[0])

    def find(self, doc: Parsed) -> dict[int, tuple[Tokens, tuple[Name, ...]]]:
        """Token index → the longest name over it and what the name can stand for."""
        texts = [token.text for token in doc]
        matches = []
        for i, text in enumerate(texts):
            starts = [(text,), (text, *texts[i + 1 : i + 2])] if text in self._longer else [(text,)]
            matches += [
                (i, i + len(words), form)
                for start in starts
                for words, form in self._by_start.get(start, ())
                if len(words) < 3 or tuple(texts[i : i + len(words)]) == words
            ]
        found: dict[int, tuple[Tokens, tuple[Name, ...]]] = {}
        for start, end, form in sorted(matches, key=lambda match: (match[0] - match[1], match[0])):
            if start not in found and end - 1 not in found:
                hit = doc[start:end], self.knowledge.names[form]
                found.update(dict.fromkeys(range(start, end), hit))
        for i, text in enumerate(texts):
            if "-" in text:
                self._find_joined(doc, doc.tokens[i], found)
        return found

    def _find_joined(
        self, doc: Parsed, token: Token, found: dict[int, tuple[Tokens, tuple[Name, ...]]]
    ) -> None:
        """The names before a hyphen: "U.S.-led" is one token, "Sino-Japanese" three."""
        first = token.text.rpartition("-")[0]
        i = token.i if first else token.i - 1
        form = first or f"{doc[max(i, 0)].text}-"
        if i >= 0 and i not in found and form in self.knowledge.names:
            found[i] = (doc[i : i + 1], self.knowledge.names[form])

    def leader(self, name: str, date: dt.date | None) -> Name | None:
        """See :meth:`Knowledge.leader`; a name is looked for once."""
        key = name, date
        if key not in self._leaders:
            if len(self._leaders) > MOST_LEADERS:
                self._leaders.clear()
            self._leaders[key] = self.knowledge.leader(name, date)
        return self._leaders[key]


class Names:
    """The names of one parsed doc, on the document's date; ``home`` is the country of its dateline."""

    def __init__(
        self, doc: Parsed, finder: NameFinder, date: dt.date | None, home: str | None = None
    ) -> None:
        self._doc = doc
        self._home = home
        self._knowledge = finder.knowledge
        self._date = date
        self._hits = finder.find(doc)
        self._found: dict[int, tuple[Tokens, Name] | None] = {}

    def at(self, token: Token) -> tuple[Tokens, Name] | None:
        """The name that covers ``token`` and its likeliest meaning on the document's date."""
        hit = self._hits.get(token.i)
        if hit is None:
            return None
        start = hit[0].start
        if start not in self._found:
            self._found[start] = self._read(*hit)
        return self._found[start]

    def _read(self, span: Tokens, names: Sequence[Name]) -> tuple[Tokens, Name] | None:
        if self._is_part_of_larger_name(span) or self._is_language(span):
            return None
        name = self._choose(span, names)
        return None if name.kind in PLACES and self._is_person(span) else (span, name)

    def inside(self, entity: Tokens) -> Name | None:
        """The first meaning of a country's or place's name inside a larger name."""
        hits = (self._hits.get(token.i) for token in entity)
        names = (self._choose(*hit) for hit in hits if hit is not None)
        return next((n for n in names if n.kind in {"country", "adjective", "place"}), None)

    def is_foreign(self, span: Tokens) -> bool:
        """Whether the words around a country's name say that it is not its owner's: "Iranian-backed", "pro-Russian"."""
        doc = self._doc
        if len(span) == 1 and span.text.rpartition("-")[2].lower() in FOREIGN:
            return True
        after, before = doc[span.end : span.end + 2], doc[max(0, span.start - 2) : span.start]
        if len(after) == 2 and after[0].text == "-" and after[1].lower_ in FOREIGN:
            return True
        if len(before) == 2 and before[1].text == "-" and before[0].lower_ in ABOUT:
            return True
        return doc[span.start].lower_.startswith(("pro-", "anti-", "non-"))

    def is_seat(self, span: Tokens) -> bool:
        """Whether a name only says where somebody is based: "a *London*-based Saudi dissident"."""
        after = self._doc[span.end : span.end + 2]
        apart = len(after) == 2 and after[0].text == "-" and after[1].lower_ == "based"
        return apart or (len(span) == 1 and span.text.endswith("-based"))

    def _is_part_of_larger_name(self, span: Tokens) -> bool:
        """Whether a proper noun goes on after a country's name in one entity: "Korea Exchange", "Iran Air"."""
        if span.end >= len(self._doc):
            return False
        after = self._doc[span.end]
        if after.pos_ != "PROPN" or after.ent_type_ != "ORG" or after.ent_iob != 1:
            return False
        return (
            span.root.dep_ == "compound" and not self._is_agent(span.root.head) and after.i not in self._hits
        )

    def _is_language(self, span: Tokens) -> bool:
        """Whether a nation's name only tells what somebody speaks or eats: "the Russian *language*"."""
        return span.end < len(self._doc) and self._doc[span.end].lemma_.lower() in OF_A_NATION

    def _is_person(self, span: Tokens) -> bool:
        """Whether a place's name is a person's: "Michael *Jordan*", "*Chelsea* Clinton", "Senator *Austin*"."""
        doc, root = self._doc, span.root
        sentence = self._doc[span.start].sent
        before = doc[span.start - 1] if span.start > sentence[0].i else None
        after = doc[span.end] if span.end <= sentence[-1].i else None
        if (
            before is not None
            and before.pos_ == "PROPN"
            and before.dep_ == "compound"
            and before.head == root
        ):
            named = before.i not in self._hits and before.lower_ not in DIRECTIONS
            if named and before.text[:1].isupper():
                titled = self._knowledge.agents.get(before.lower_)
                if titled is not None:
                    return titled.kind == "person" and root.dep_ != "compound"
                return root.ent_type_ == "PERSON" and before.ent_type_ == "PERSON"
        if (
            after is not None
            and after.pos_ == "PROPN"
            and root.dep_ == "compound"
            and root.head.pos_ == "PROPN"
        ):
            family = root.head.ent_type_ == "PERSON" and root.ent_type_ == "PERSON"
            addressed = before is not None and self._is_title(before)
            return (family or addressed) and not self._is_agent(after) and after.i not in self._hits
        return False

    def _is_title(self, token: Token) -> bool:
        agent = self._knowledge.agents.get(token.lower_)
        return token.text[:1].isupper() and agent is not None and agent.kind == "person"

    def _is_agent(self, token: Token) -> bool:
        forms = (token.lower_, token.lemma_.lower(), token.lower_.removesuffix("s"))
        return any(form in self._knowledge.agents for form in forms)

    def _choose(self, span: Tokens, names: Sequence[Name]) -> Name:
        """The likeliest meaning: in force on the date, an adjective where the grammar wants one, tables' order."""
        if len(names) == 1:
            return names[0]
        valid = [n for n in names if n.holds(self._date)] or list(names)
        modifies = span.root.dep_ in {"amod", "compound", "nmod"}
        plural = span.root.tag_ in {"NNPS", "NNS"}
        wanted = {"adjective": modifies, "demonym": plural}
        order = sorted(range(len(valid)), key=lambda k: (not wanted.get(valid[k].kind, False), k))
        best = valid[order[0]]
        if len({n.code for n in valid}) > 1:
            cues = self._cues(span)
            if best.code not in cues:
                return next((valid[k] for k in order if valid[k].code in cues), best)
        return best

    def _cues(self, span: Tokens) -> set[str]:
        """The countries of which the sentence speaks by names that mean nothing else, and that of the dateline."""
        found = {self._home} if self._home else set()
        for token in self._doc[span.start].sent:
            hit = self._hits.get(token.i)
            if hit is not None and hit[0].start != span.start and len({n.code for n in hit[1]}) == 1:
                found.add(hit[1][0].code)
        return found - {UNKNOWN}
