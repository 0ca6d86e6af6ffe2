"""Where: the place of an event, from the locative phrases that belong to it and not to one of its actors.

A phrase belongs to an event when it hangs on the trigger, on the verb that carries it, or on what is attacked, held
or done there ("a convoy *in Gao*"). People who are where they act ("police *in Lima* arrested …") say where as
well; officials do not ("the ambassador in Tokyo"). Of nested phrases the most precise one counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.coreference import LOCAL, Cast
from extract.gazetteer import Gazetteer, Site
from extract.model import PRECISIONS, UNKNOWN, Place, Span
from extract.parsed import Token, Tokens, conjuncts

AT = frozenset(
    "in at near outside inside on off around across throughout along over into within above beside "
    "between through".split()
)
"""Prepositions that say where; "between" only before places ("between Gaza and Israel")."""

AROUND = frozenset({"in", "near", "outside", "inside", "around"})
"""Prepositions after which an unknown name is a place's."""

UPON = frozenset({"on", "over", "off"})
"""Prepositions that say where only before places that do not act."""

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

VAGUE = 2
"""By how many steps a mere country stands behind a place in it."""

CARRIED = frozenset({"dobj", "nsubj", "nsubjpass", "pobj", "prep", "xcomp", "attr", "compound"})
"""Dependencies through which a word belongs to the verb above it."""

OTHER_CLAUSES = frozenset({"relcl", "ccomp", "advcl", "parataxis", "csubj"})
POSTED = frozenset("ambassador envoy embassy consulate consul diplomat correspondent attache mission".split())
"""Those who are in a place for their office, not for what they do."""

EVICTING = frozenset("expel evict remove clear flee evacuate chase drive withdraw eject".split())
EVICTION = frozenset({"from"})
"""Prepositions that say where with :data:`EVICTING`."""

ATTACKED = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "RETREAT"})
"""Types whose target can be the place itself ("shelled Donetsk")."""

NAMESAKE = 0.03
"""The least share of the inhabitants of the best known place of a name that a namesake must have."""

SPEECH = frozenset({"say", "tell", "report", "add", "announce", "declare", "warn", "state"})
NEVER = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY", "EVENT", "LAW"})


@dataclass(frozen=True, slots=True)
class _Named:
    """A name in a locative phrase, and of what kind the words say that the place is."""

    words: Tokens
    kind: str | None


class Places:
    """The places of one document's events."""

    def __init__(self, gazetteer: Gazetteer, cast: Cast) -> None:
        self._gazetteer = gazetteer
        self._cast = cast

    def of(self, trigger: Token, *, type_: str, offset: int) -> Place | None:
        """Where the event of a type happened that a word reports; None where the text does not say.

        ``offset`` is the block's in the document.
        """
        best: tuple[tuple[int, int, int], Place] | None = None
        for rank, head in self._heads(trigger, type_):
            if best is not None and rank > best[0][0]:
                break
            place = self._read(head, offset)
            if place is not None:
                closeness = (
                    PRECISIONS.index(place.precision) if place.precision in PRECISIONS else len(PRECISIONS)
                )
                order = (rank + VAGUE * (place.precision == "country"), closeness, abs(head.i - trigger.i))
                if best is None or order < best[0]:
                    best = (order, place)
        return best[1] if best else None

    # --- which phrases belong to the event

    def _heads(self, trigger: Token, type_: str) -> Iterator[tuple[int, Token]]:
        """The heads of the phrases that may say where, with how far they are from the event."""
        if type_ in ATTACKED:
            yield from ((0, head) for head in _stormed(trigger) if self._can_be_stormed(head, type_))
        near = _carriers(trigger)
        away = EVICTION if trigger.lemma_.lower() in EVICTING else frozenset()
        for verb in near:
            yield from ((0, head) for head in _located(verb, away))
        for verb in near:
            for anchor in _inside(verb):
                if not self._is_away(anchor):
                    yield from ((1, head) for head in _located(anchor, away))
        for verb in near:
            for subject in _subjects(verb):
                if self._is_there(subject):
                    yield from (
                        (2, head) for anchor in (subject, *_inside(subject)) for head in _located(anchor)
                    )
        above = _main_clause(near[-1])
        if above is not None:
            for anchor in (above, *_inside(above)):
                if not self._is_away(anchor):
                    yield from ((3, head) for head in _located(anchor))

    def _can_be_stormed(self, head: Token, type_: str) -> bool:
        """Whether what undergoes an act is a place: a whole country need not be, nor a capital but in an attack."""
        name = self._cast.phrases.name_at(head)
        if name is None:
            return all(m.resolution is None for m in self._cast.actors(head))
        return name[1].kind == "place" or (name[1].kind == "capital" and type_ == "ASSAULT")

    def _is_government(self, head: Token) -> bool:
        """Whether a name is a state or its capital: "sanctions on Pyongyang" are not imposed there."""
        name = self._cast.phrases.name_at(head)
        return name is not None and name[1].kind in {"country", "capital"}

    def _is_away(self, anchor: Token) -> bool:
        """Whether a noun is one whose place is not the event's: an ambassador or embassy *in Tokyo*."""
        return anchor.lemma_.lower() in POSTED

    def _is_there(self, subject: Token) -> bool:
        """Whether who acts is where they act: crowds, gunmen, police, courts."""
        sectors = {m.actor.sector for m in self._cast.actors(subject)}
        there = sectors & (LOCAL | {"JUD", "MIL", "GOV", "MED"})
        return bool(there) and sectors != {"GOV"} and subject.lemma_.lower() not in POSTED

    # --- what a phrase names

    def _read(self, head: Token, offset: int) -> Place | None:
        """The most precise place that a locative phrase names."""
        named = list(self._names(head))
        if not named or (head.head.lower_ in UPON and self._is_government(head)):
            return None
        countries = self._countries(head, [outer.words.text for outer in named[1:]])
        return self._place(named[0], countries, offset)

    def _names(self, head: Token, kind: str | None = None) -> Iterator[_Named]:
        """The names of a phrase from the innermost: "the town of *Bentiu* in *Unity State*"."""
        kind = _kind_of(head) or kind
        words = _name_of(head)
        if words is not None and self._is_place(words, head, kind):
            yield _Named(words, kind)
        elif kind is not None or head.lemma_.lower() in DIRECTIONS or head.pos_ in {"NOUN", "ADV"}:
            for child in head.children:
                if child.dep_ == "appos" and child.pos_ == "PROPN":
                    yield from self._names(child)
                elif child.lower_ in {*TOWARDS, *AT} and child.dep_ == "prep":
                    named = kind if kind in {"city", "region"} and child.lower_ == "of" else None
                    for inner in child.children:
                        if inner.dep_ == "pobj":
                            yield from self._names(inner, named)
        for child in head.children:
            if child.dep_ in {"appos", "conj", "npadvmod"} and child.i > head.i and words is not None:
                yield from self._names(child)
            elif child.dep_ == "prep" and child.lower_ in {"in", "of"} and words is not None:
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        yield from self._names(inner)

    def _is_place(self, words: Tokens, head: Token, kind: str | None) -> bool:
        if head.ent_type_ in NEVER:
            return False
        if self._cast.phrases.name_at(head) is not None:
            return self._cast.place(head) is not None
        if head.ent_type_ in {"GPE", "LOC", "FAC"} or kind is not None or head.head.lower_ in AROUND:
            return True
        return any(site.main for site in self._gazetteer.find(words.text)) and head.ent_type_ not in {
            "PERSON",
            "ORG",
        }

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
        called = self._cast.actors(words[-1]) if meaning is None else ()
        if called and called[0].resolution == "short form":  # "in the North"
            return Place(words.text, called[0].actor.code, span, precision="country")
        told = self._cast.place_kind(words.text)
        kind = told if told in PRECISIONS else named.kind
        if kind in {"sea", "site"}:
            return Place(words.text, self._home_of(named, countries), span, precision=kind)
        sites = self._gazetteer.find(words.text)
        code = meaning.code if meaning is not None and meaning.code != UNKNOWN else None
        site = _settled(sites, named.kind, code, countries)
        if site is None:
            return Place(words.text, code or self._home_of(named, countries), span, precision=kind or "city")
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
        if "sea" in {named.kind, self._cast.place_kind(named.words.text)}:
            return None
        for token in named.words:
            inner = self._cast.phrases.name_at(token)
            if inner is not None and inner[1].code != UNKNOWN:
                return self._cast.state_then(inner[1].code)
        for token in named.words[:-1]:
            site = _settled(self._gazetteer.find(token.text), "city", None, countries)
            if site is not None:
                return self._cast.state_then(site.code)
        return countries[0] if countries else None


def _settled(
    sites: Sequence[Site], kind: str | None, code: str | None, countries: Sequence[str]
) -> Site | None:
    """The site that a name means: of the kind said, in a country that is named near it, else as the tables have it.

    A namesake that is small beside the best known one is never meant: Paris in Texas.
    """
    fitting = [site for site in sites if site.precision == kind] if kind else []
    fitting = fitting or [site for site in sites if kind or site.precision == "city"] or list(sites)
    known = [site for site in fitting if site.code == code]
    if code is not None and not known:
        fitting = [site for site in fitting if site.code in countries]
    largest = max((site.population for site in known), default=0)
    fitting = [site for site in fitting if site.population >= NAMESAKE * largest]
    nearness = {country: rank for rank, country in enumerate(countries)}
    return min(
        fitting,
        key=lambda s: (nearness.get(s.code, len(nearness)), s.code != code, not s.main, -s.population),
        default=None,
    )


def _kind_of(head: Token) -> str | None:
    first = next((c for c in head.lefts if c.dep_ == "compound"), head)
    if first.lower_ == "camp" and first.text[:1].isupper():
        return "site"
    lemma = head.lower_ if head.pos_ == "PROPN" else head.lemma_.lower()
    return next((kind for kind, words in KINDS if lemma in words), None)


def _name_of(head: Token) -> Tokens | None:
    """The words of a proper name that ends with ``head``; of "Helmand province" the first."""
    start = end = head.i
    if head.pos_ != "PROPN":
        if _kind_of(head) is None:
            return None
        compounds = [c for c in head.lefts if c.dep_ == "compound"]
        before = [c for c in compounds if c.pos_ == "PROPN" or c.text[:1].isupper()]
        if not before or compounds[-1].i != head.i - 1:
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
    while current.head != current and current.dep_ in CARRIED:
        current = current.head
        if current.pos_ in {"VERB", "AUX"} and current.lemma_ not in SPEECH:
            found.append(current)
            if current.dep_ != "xcomp":
                break
    if found[-1].dep_ in {"relcl", "acl"}:
        found.append(found[-1].head)
    return found


def _inside(head: Token) -> Iterator[Token]:
    """What stands below a word in its own clause, without its subject; nearest first."""
    for child in sorted(head.children, key=lambda t: abs(t.i - head.i)):
        if child.dep_ in OTHER_CLAUSES or child.dep_ in {"nsubj", "punct", "cc", "det"}:
            continue
        if child.dep_ == "conj" and child.pos_ in {"VERB", "AUX"}:
            continue
        yield child
        yield from _inside(child)


def _subjects(verb: Token) -> Iterator[Token]:
    for child in verb.children:
        if child.dep_ in {"nsubj", "nsubjpass"}:
            yield from conjuncts(child)
        elif child.dep_ == "agent":
            yield from (c for c in child.children if c.dep_ == "pobj")


def _main_clause(verb: Token) -> Token | None:
    """The verb that shares its place with a coordinated or participial one: "attacked a convoy in Gao, *killing* …"."""
    if verb.dep_ == "conj" or (verb.dep_ == "advcl" and verb.tag_ in {"VBG", "VB"}):
        return verb.head if verb.head.pos_ in {"VERB", "AUX"} and verb.head.lemma_ not in SPEECH else None
    return None


def _stormed(trigger: Token) -> Iterator[Token]:
    """The objects of an attack, which may themselves be the place: "shelled *Donetsk*", "shelling of *Donetsk*"."""
    for child in trigger.children:
        if child.dep_ in {"dobj", "nsubjpass"} or (
            child.dep_ == "npadvmod" and _without_time(child) != child
        ):
            yield _without_time(child)
        elif child.dep_ == "prep" and child.lower_ in {"of", "on", "against"}:
            yield from (c for c in child.children if c.dep_ == "pobj")


def _without_time(head: Token) -> Token:
    """The place that the parser took for part of a time: "attacked *Sanaa* hours before"."""
    if head.ent_type_ in {"DATE", "TIME"}:
        return next((c for c in head.lefts if c.dep_ == "compound" and c.pos_ == "PROPN"), head)
    return head


def _located(anchor: Token, away: Collection[str] = ()) -> Iterator[Token]:
    """The heads of the phrases below a token that say where; ``away`` are further prepositions that do."""
    for child in anchor.children:
        if child.dep_ == "prep" and (child.lower_ in AT or child.lower_ in away):
            yield from (_without_time(head) for head in child.children if head.dep_ in {"pobj", "pcomp"})
        elif child.dep_ == "prep" and any(g.lemma_.lower() in DIRECTIONS for g in child.children):
            yield from (head for head in child.children if head.dep_ == "pobj")
        elif (
            child.dep_ in {"advmod", "npadvmod", "prep"} and child.lemma_.lower() in {*DIRECTIONS, "close"}
        ) or (child.dep_ == "dobj" and child.lemma_.lower() in {"center", "centre", "street", "outskirt"}):
            yield child
