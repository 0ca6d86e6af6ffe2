"""Where: the place of an event, from the locative phrases that belong to it and not to one of its actors.

A phrase belongs to an event when it hangs on the trigger, on the verb that carries it, or on what is attacked, held
or done there ("a convoy *in Gao*"). People who are where they act ("police *in Lima* arrested …") say where as
well; officials do not ("the ambassador in Tokyo"). Of nested phrases the most precise one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from extract.actions import Reading
from extract.coreference import LOCAL, Cast
from extract.frames import conjuncts
from extract.gazetteer import Gazetteer, Site
from extract.model import PRECISIONS, UNKNOWN, Place, Span

AT = frozenset(
    "in at near outside inside on off around across throughout along over into within above beside "
    "between through".split()
)
"""Prepositions that say where; "between" only before places ("between Gaza and Israel")."""

TOWARDS = frozenset({"of", "from", "to"})
"""Prepositions that go on from a distance or direction: "20 km north *of* Aleppo"."""

DIRECTIONS = frozenset(
    "north south east west northeast northwest southeast southwest km kilometer kilometre mile meter metre outskirt "
    "edge suburb border side part area center centre heart vicinity coast shore bank".split()
)
"""Words after which the place is named by the next phrase."""

CITY_WORDS = frozenset(
    "city town village hamlet township settlement suburb district neighborhood port".split()
)
REGION_WORDS = frozenset(
    "province region oblast state valley governorate prefecture county island islands department peninsula "
    "territory territories mountains republic canton strip enclave basin delta highlands desert".split()
)
SITE_WORDS = frozenset(
    "square crossing airport camp base prison embassy mosque church cathedral temple university hospital bridge "
    "checkpoint station palace hotel refinery mine plant stadium dam road highway street avenue airfield airbase "
    "monastery shrine school market terminal harbor harbour barracks plaza park gate consulate".split()
)
SEA_WORDS = frozenset("sea ocean gulf strait straits bay channel waters lake".split())

KINDS = (
    ("sea", SEA_WORDS),
    ("site", SITE_WORDS),
    ("city", CITY_WORDS),
    ("region", REGION_WORDS),
)
"""What the last word of a name says of its precision."""

ATTACKED = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "RETREAT"})
"""Types whose target can be the place itself ("shelled Donetsk")."""

SPEECH = frozenset({"say", "tell", "report", "add", "announce", "declare", "warn", "state"})
NEVER = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY", "EVENT", "LAW"})
OBJECTS = frozenset({"dobj", "nsubjpass", "pobj", "attr"})


@dataclass(frozen=True, slots=True)
class _Named:
    """A name in a locative phrase: its tokens, and the head words inside whose place it lies."""

    words: DocSpan
    kind: str | None
    container: tuple[str, ...]


class Places:
    """The places of one document's events."""

    def __init__(self, gazetteer: Gazetteer, cast: Cast) -> None:
        self._gazetteer = gazetteer
        self._cast = cast

    def of(self, reading: Reading, *, offset: int) -> Place | None:
        """Where an event happened; None where the text does not say. ``offset`` is the block's in the document."""
        best: tuple[tuple[int, int, int], Place] | None = None
        for rank, head in self._heads(reading):
            place = self._read(head, offset)
            if place is not None:
                closeness = (
                    PRECISIONS.index(place.precision) if place.precision in PRECISIONS else len(PRECISIONS)
                )
                order = (rank, closeness, abs(head.i - reading.trigger.i))
                if best is None or order < best[0]:
                    best = (order, place)
        return best[1] if best else None

    # --- which phrases belong to the event

    def _heads(self, reading: Reading) -> Iterator[tuple[int, Token]]:
        """The heads of the phrases that may say where, with how far they are from the event."""
        trigger = reading.trigger
        if reading.action.type in ATTACKED:
            yield from ((0, head) for head in _stormed(trigger))
        near = _carriers(trigger)
        done: set[int] = set()
        for rank, anchors in enumerate((near, _undergoing(near), self._acting(near))):
            for anchor in anchors:
                if anchor.i not in done:
                    done.add(anchor.i)
                    yield from ((rank, head) for head in _located(anchor))

    def _acting(self, near: Sequence[Token]) -> list[Token]:
        """The subjects that act where they are: crowds, gunmen, police."""
        found = []
        for verb in near:
            for child in verb.children:
                if child.dep_ in {"nsubj", "agent"}:
                    heads = [child] if child.dep_ == "nsubj" else list(child.children)
                    for head in heads:
                        sectors = {m.actor.sector for m in self._cast.actors(head)}
                        if sectors & LOCAL or not sectors:
                            found.append(head)
        return found

    # --- what a phrase names

    def _read(self, head: Token, offset: int) -> Place | None:
        """The most precise place that a locative phrase names."""
        named = list(self._names(head))
        if not named:
            return None
        outer = tuple(word for name in named[1:] for word in (name.words.text,))
        first = named[0]
        countries = self._countries(head, (*first.container, *outer))
        return self._place(first, countries, offset)

    def _names(self, head: Token) -> Iterator[_Named]:
        """The names of a phrase from the innermost: "the town of *Bentiu* in *Unity State*"."""
        kind = _kind_of(head)
        words = _name_of(head)
        if words is not None and self._is_place(words, head, kind):
            yield _Named(words, kind, ())
        elif kind is not None or head.lemma_.lower() in DIRECTIONS or head.pos_ in {"NOUN", "ADV"}:
            for child in head.children:
                if child.dep_ == "appos" and child.pos_ == "PROPN":
                    yield from self._names(child)
                elif child.lower_ in {*TOWARDS, *AT} and child.dep_ == "prep":
                    for inner in child.children:
                        if inner.dep_ == "pobj":
                            below = list(self._names(inner))
                            if below and below[0].kind is None and child.lower_ == "of":
                                named = kind if kind in {"city", "region"} else None
                                below[0] = _Named(below[0].words, named, below[0].container)
                            yield from below
        for child in head.children:
            if child.dep_ in {"appos", "conj", "npadvmod"} and child.i > head.i and words is not None:
                yield from self._names(child)
            elif child.dep_ == "prep" and child.lower_ in {"in", "of"} and words is not None:
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        yield from self._names(inner)

    def _is_place(self, words: DocSpan, head: Token, kind: str | None) -> bool:
        if head.ent_type_ in NEVER:
            return False
        name = self._cast.phrases.name_at(head)
        if name is not None:
            return name[1].kind in {"country", "capital", "place"}
        sites = self._gazetteer.find(words.text)
        if head.ent_type_ in {"GPE", "LOC", "FAC"} or kind is not None:
            return True
        return any(site.main for site in sites) and head.ent_type_ != "PERSON"

    def _countries(self, head: Token, words: Iterable[str]) -> list[str]:
        """The countries in whose favor an ambiguous name is read: the phrase's, the sentence's, the document's."""
        found: dict[str, None] = {}
        for word in words:
            found.update(dict.fromkeys(n.code for n in self._cast.meanings(word)))
            found.update(dict.fromkeys(site.code for site in self._gazetteer.find(word)[:1]))
        for token in head.sent:
            name = self._cast.phrases.name_at(token)
            if name is not None and name[1].kind != "place" and token.i != head.i:
                found[name[1].code] = None
        found.update(dict.fromkeys(self._cast.countries()))
        found.pop(UNKNOWN, None)
        return list(found)

    def _place(self, named: _Named, countries: Sequence[str], offset: int) -> Place:
        words = named.words
        span = Span(words.text, words.start_char + offset, words.end_char + offset)
        known = self._cast.phrases.name_at(words[-1])
        meaning = known[1] if known is not None else None
        if meaning is not None and meaning.kind == "country":
            return Place(words.text, meaning.code, span, precision="country")
        if named.kind in {"sea", "site"}:
            return Place(words.text, self._home_of(named, countries), span, precision=named.kind)
        sites = self._gazetteer.find(words.text)
        code = meaning.code if meaning is not None and meaning.code != UNKNOWN else None
        site = _settled(sites, named.kind, code, countries)
        if site is None:
            kind = named.kind or (self._cast.place_kind(words.text)) or "city"
            return Place(words.text, code or self._home_of(named, countries), span, precision=kind)
        return Place(
            words.text,
            self._cast.state_then(site.code),
            span,
            precision=site.precision,
            geonames=site.geonames,
            latitude=site.latitude,
            longitude=site.longitude,
        )

    def _home_of(self, named: _Named, countries: Sequence[str]) -> str | None:
        """The country of a place that no table knows; the sea has none."""
        return None if named.kind == "sea" or not countries else countries[0]


def _settled(
    sites: Sequence[Site], kind: str | None, code: str | None, countries: Sequence[str]
) -> Site | None:
    """The site that a name means: of the kind said, in the country known or nearest, else the largest."""
    if code is not None:
        sites = [site for site in sites if site.code == code]
    fitting = [site for site in sites if site.precision == kind] if kind else []
    fitting = fitting or [site for site in sites if kind or site.precision == "city"] or list(sites)
    nearness = {country: rank for rank, country in enumerate(countries)}
    return min(
        fitting,
        key=lambda s: (nearness.get(s.code, len(nearness)), not s.main, -s.population),
        default=None,
    )


def _kind_of(head: Token) -> str | None:
    lemma = head.lower_ if head.pos_ == "PROPN" else head.lemma_.lower()
    return next((kind for kind, words in KINDS if lemma in words), None)


def _name_of(head: Token) -> DocSpan | None:
    """The words of a proper name that ends with ``head``; of "Helmand province" the first."""
    start = end = head.i
    if head.pos_ != "PROPN":
        if _kind_of(head) is None:
            return None
        before = [c for c in head.lefts if c.dep_ == "compound" and c.pos_ == "PROPN"]
        if not before or before[-1].i != head.i - 1:
            return None
        site = _kind_of(head) in {"site", "sea"}
        start, end = before[0].left_edge.i, head.i if site else head.i - 1
    else:
        for child in head.lefts:
            if child.dep_ in {"compound", "amod", "nmod"} and child.text[:1].isupper():
                start = min(start, child.left_edge.i)
    doc = head.doc
    while start < end and not doc[start].text[:1].isupper():
        start += 1
    return doc[start : end + 1]


def _carriers(trigger: Token) -> list[Token]:
    """The trigger, and the verbs that carry it: "*held* talks", "*agreed* to meet"; none that only tells of it."""
    found, current = [trigger], trigger
    while current.head != current and current.dep_ in {
        "dobj",
        "nsubj",
        "nsubjpass",
        "pobj",
        "prep",
        "conj",
        "xcomp",
    }:
        current = current.head
        if current.pos_ in {"VERB", "AUX"} and current.lemma_ not in SPEECH:
            found.append(current)
            if current.dep_ not in {"conj", "xcomp"}:
                break
    if found[-1].dep_ in {"relcl", "acl"}:
        found.append(found[-1].head)
    return found


def _undergoing(near: Sequence[Token]) -> list[Token]:
    """What is done or undergoes it: "attacked a *convoy* in Gao"."""
    found: list[Token] = []
    for verb in near:
        for child in verb.children:
            if child.dep_ in {"dobj", "nsubjpass", "attr"}:
                found.extend(conjuncts(child))
            elif child.dep_ == "prep" and child.lower_ in {"of", "on", "against", "to", "with"}:
                found.extend(c for c in child.children if c.dep_ == "pobj")
    return found


def _stormed(trigger: Token) -> Iterator[Token]:
    """The objects of an attack, which may themselves be the place: "shelled *Donetsk*", "shelling of *Donetsk*"."""
    for child in trigger.children:
        if child.dep_ in {"dobj", "nsubjpass"}:
            yield child
        elif child.dep_ == "prep" and child.lower_ in {"of", "on", "against"}:
            yield from (c for c in child.children if c.dep_ == "pobj")


def _located(anchor: Token) -> Iterator[Token]:
    """The heads of the phrases below a token that say where."""
    for child in anchor.children:
        if child.dep_ == "prep" and child.lower_ in AT:
            for head in child.children:
                if head.dep_ in {"pobj", "pcomp"}:
                    yield head
        elif child.dep_ in {"advmod", "npadvmod", "prep"} and child.lemma_.lower() in DIRECTIONS:
            yield child
