"""Predicates with their arguments by role, read off the dependency parse.

A role is the grammar's, whatever the word order: the *agent* of a passive is in its "by" phrase, of a relative
clause in its antecedent, of an infinitive in the clause above ("agreed to withdraw", "made a push to pressure").
Who is source and who is target of an event only the lexicon decides (:mod:`extract.actions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.parsed import Token, conjuncts

SUBJECTS = frozenset({"nsubj", "csubj"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
OBJECTS = frozenset({"dobj", "obj", "attr", "oprd"})
RELATIVES = frozenset({"who", "which", "that", "whom"})
CLAUSES_BELOW = frozenset({"xcomp", "advcl", "pcomp", "acl", "ccomp", "prep", "conj", "dobj", "pobj"})
OBJECT_CONTROL = frozenset(
    "ask urge order force tell call press pressure persuade convince allow permit enable want expect help warn "
    "instruct direct compel push encourage invite request require lead cause require beg lobby advise authorize "
    "appeal let make".split()
)
"""Verbs whose object, not subject, does what their infinitive says."""

LIGHT_NOUNS = frozenset(
    "effort process program programme campaign activity work operation attempt measure move round series wave act part "
    "rest bulk string spate number lot package project mission policy plan".split()
)
"""Nouns that only frame the one before them or in their "of" phrase."""

DOCUMENTS = frozenset(
    "statement report lawsuit suit resolution letter decree law bill complaint ultimatum message speech warning tweet "
    "declaration communique petition motion note article video editorial".split()
)
"""Nouns that do not act themselves: in "issued a statement accusing", its author accuses."""

PARTICLES = frozenset({"out", "back", "away", "off", "down"})
"""Words that belong to their verb over its object: "pulled its troops *out* of"."""

OPPOSING = frozenset({"protest", "defiance", "opposition", "retaliation", "revenge", "reprisal"})
"""Nouns that make "in … of", "in … at" mean "against"."""

CONTINUING = frozenset({"by", "through", "via", "as", "to", "in", "with"})
"""Prepositions whose gerund shares the standing of the clause above ("will help *by* sending"); "for" and "over" do
not ("will be tried *for* attacking")."""

MAX_CLIMB = 8
"""How many clauses up a missing agent is looked for."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A predicate and its arguments; every tuple holds the head tokens of phrases, coordinated ones expanded.

    ``pos`` is ``v``, ``n`` or ``a``; ``lemmas`` are the names to look for in the lexicon, the longest first
    (``call_off``, ``call``). ``phrases`` are (preposition, head) pairs of the predicate and of a verb's objects.
    """

    predicate: Token
    lemmas: tuple[str, ...]
    pos: str
    agents: tuple[Token, ...]
    objects: tuple[Token, ...]
    datives: tuple[Token, ...]
    phrases: tuple[tuple[str, Token], ...]
    passive: bool


def verb_frame(verb: Token) -> Frame:
    """The frame of a verb."""
    passive = is_passive(verb)
    objects = tuple(_objects(verb, passive=passive))
    datives = tuple(t for c in verb.children if c.dep_ == "dative" for t in conjuncts(_landing(c)))
    phrases = [*prepositions(verb)]
    for thing in objects:
        phrases.extend(prepositions(thing))
    agents = tuple(_by_phrase(verb)) if passive else tuple(subjects(verb))
    return Frame(verb, lemmas_of(verb), "v", agents, objects, datives, tuple(phrases), passive)


def noun_frame(noun: Token) -> Frame:
    """The frame of an event noun: agent from "by" and the possessor, object from "of"."""
    phrases = tuple(prepositions(noun))
    agents = [head for prep, head in phrases if prep == "by"]
    agents += [t for c in noun.lefts if c.dep_ == "poss" for t in conjuncts(c)]
    objects = tuple(head for prep, head in phrases if prep == "of")
    return Frame(noun, (noun.lemma_.lower(),), "n", tuple(agents), objects, (), phrases, passive=False)


def adjective_frame(adjective: Token) -> Frame:
    """The frame of a predicative adjective: "is critical of"."""
    copula = adjective.head
    agents = tuple(subjects(copula)) if adjective.dep_ in {"acomp", "attr"} else ()
    phrases = (*prepositions(adjective), *prepositions(copula))
    return Frame(adjective, (adjective.lemma_.lower(),), "a", agents, (), (), phrases, passive=False)


def lemmas_of(verb: Token) -> tuple[str, ...]:
    """What a verb may be called in the lexicon, the longest first: "walk_out_of", "walk_out", "walk".

    A particle, adverb, preposition or object that the lexicon joins to the verb follows it with an underscore.
    """
    lemma = verb.lemma_.lower()
    if lemma == "call" and {"dobj", "oprd"} <= {c.dep_ for c in verb.children}:
        return ("call_as",)  # "called him a liar" is no call
    found = []
    for child in verb.children:
        beside = child.i == verb.i + 1
        if child.dep_ in {"prt", "dobj", "ccomp"} or (
            child.dep_ in {"advmod", "prep"} and (beside or child.lower_ in PARTICLES)
        ):
            word = child.lemma_.lower() if child.pos_ == "NOUN" else child.lower_
            after = [
                c.lower_ for c in (*child.children, *verb.children) if c.dep_ == "prep" and c.i == child.i + 1
            ]
            found += [f"{lemma}_{word}_{last}" for last in after] + [f"{lemma}_{word}"]
        elif child.dep_ == "advmod" and child.i == verb.i - 1:
            found.append(f"{lemma}_{child.lower_}")
    return (*sorted(dict.fromkeys(found), key=lambda f: -f.count("_")), lemma)


def joined(frame: Frame, lemma: str) -> Frame:
    """The frame of a verb that ``lemma`` joins with its preposition: what stands under that is its object."""
    last = lemma.rsplit("_", 1)[-1]
    taken = lemma.count("_") > 1  # "took part in": the object is part of the name
    if (frame.objects and not taken) or "_" not in lemma:
        return frame
    objects = tuple(head for preposition, head in frame.phrases if preposition == last)
    below = [phrase for head in objects for phrase in prepositions(head)]
    return replace(frame, objects=objects, phrases=tuple(dict.fromkeys((*frame.phrases, *below))))


def is_passive(verb: Token) -> bool:
    """Whether the verb's grammatical subject undergoes it."""
    deps = {c.dep_ for c in verb.children}
    if deps & {"nsubjpass", "auxpass", "csubjpass"}:
        return True
    if verb.tag_ != "VBN" or "aux" in deps:
        return False
    if verb.dep_ in {"acl", "amod", "advcl", "relcl"}:
        return "nsubj" not in deps and not (deps & {"dobj"} and verb.dep_ == "advcl")
    return (
        verb.dep_ == "conj"
        and verb.head.pos_ in {"VERB", "AUX"}
        and is_passive(verb.head)
        and not deps & SUBJECTS
    )


def subjects(verb: Token) -> list[Token]:
    """Who does what an active verb says; climbs to the clause above where the verb has no subject of its own."""
    current = verb
    for _ in range(MAX_CLIMB):
        own = [
            c
            for c in current.children
            if c.dep_ in (SUBJECTS if current == verb else SUBJECTS | PASSIVE_SUBJECTS)
        ]
        if own:
            return [t for s in own for t in conjuncts(_antecedent(_doer(s), current))]
        if current != verb and is_passive(current):
            by = list(_by_phrase(current))
            if by:
                return by
        if current.dep_ == "acomp":  # "is *committed* to opening …"
            current = current.head
            continue
        if current.dep_ == "relcl":
            return []
        if current.dep_ == "acl":
            return _agent_of_acl(current)
        above = _clause_above(current)
        if above is None:
            return []
        controlled = _controller(current, above)
        if controlled:
            return controlled
        current = above
    return []


def _agent_of_acl(verb: Token) -> list[Token]:
    """The agent of a verb that hangs on a noun: "troops attacking", "its plan to withdraw", "make efforts to help"."""
    noun = verb.head
    if verb.tag_ == "VBG" and noun.lemma_.lower() not in DOCUMENTS:
        return [noun]
    owners = [t for c in noun.lefts if c.dep_ == "poss" for t in conjuncts(c)]
    if owners:
        return owners
    by = [head for prep, head in prepositions(noun) if prep == "by"]
    if by:
        return by
    above = _clause_above(noun)
    return subjects(above) if above is not None and noun.dep_ in {"dobj", "pobj", "conj"} else []


def _controller(verb: Token, above: Token) -> list[Token]:
    """The object of an object-control verb, for the infinitive below it."""
    infinitive = any(c.dep_ == "aux" and c.tag_ == "TO" for c in verb.children)
    if (
        not infinitive
        or above.lemma_.lower() not in OBJECT_CONTROL
        or verb.dep_ not in {"xcomp", "ccomp", "advcl"}
    ):
        return []
    if is_passive(above):
        return [t for c in above.children if c.dep_ in PASSIVE_SUBJECTS for t in conjuncts(c)]
    objects = [t for c in above.children if c.dep_ in {"dobj", "dative"} for t in conjuncts(_landing(c))]
    if objects or above.lemma_.lower() not in {"call", "appeal", "press", "push"}:
        return objects
    return [h for prep, h in prepositions(above) if prep in {"on", "upon", "to", "for"}]


def _clause_above(token: Token) -> Token | None:
    """The verb that governs a subjectless verb or a noun, through prepositions, nouns and coordination."""
    current = token
    while current.dep_ in CLAUSES_BELOW and current.head != current:
        current = current.head
        if current.pos_ in {"VERB", "AUX"}:
            return current
    return None


def governing_verbs(verb: Token) -> Iterator[Token]:
    """The verb, then each verb above it whose clause its infinitive, gerund or bare coordinated form belongs to."""
    current = verb
    for _ in range(MAX_CLIMB):
        yield current
        above = _governor(current)
        if above is None:
            return
        current = above


def _governor(verb: Token) -> Token | None:
    finite = any(c.dep_ == "aux" and c.tag_ in {"MD", "VBZ", "VBP", "VBD"} for c in verb.children)
    if finite or any(c.dep_ in SUBJECTS | PASSIVE_SUBJECTS for c in verb.children):
        return None
    if verb.dep_ == "conj" and verb.tag_ in {"VB", "VBG", "VBN"}:
        return verb.head if verb.head.pos_ in {"VERB", "AUX"} else None
    if verb.dep_ == "pcomp":
        return _clause_above(verb.head) if verb.head.lower_ in CONTINUING else None
    if verb.dep_ == "acl" and _is_infinitive(verb):
        noun = verb.head
        return noun.head if noun.dep_ == "nsubjpass" else _clause_above(noun)
    if verb.dep_ in {"xcomp", "advcl", "ccomp"} and (_is_infinitive(verb) or verb.tag_ in {"VB", "VBG"}):
        said = next((c for c in verb.head.children if c.dep_ == "ccomp" and c.i > verb.head.i), None)
        if verb.dep_ == "advcl" and verb.i < verb.head.i and said is not None:
            return said  # "To end the war, the ministry said that it will …": the purpose of what is said
        return verb.head if verb.head.pos_ in {"VERB", "AUX"} else _clause_above(verb)
    return None


def _objects(verb: Token, *, passive: bool) -> list[Token]:
    """Direct objects of an active verb; the grammatical subject of a passive one."""
    if passive:
        own = [c for c in verb.children if c.dep_ in PASSIVE_SUBJECTS]
        if own:
            return [t for s in own for t in conjuncts(_antecedent(s, verb))]
        if verb.dep_ in {"acl", "relcl", "amod"}:
            return [verb.head]
        if verb.dep_ == "conj" and verb.head.pos_ in {"VERB", "AUX"} and is_passive(verb.head):
            return _objects(verb.head, passive=True)
        above = _clause_above(verb)
        return subjects_or_objects(above) if above is not None else []
    own = [c for c in verb.children if c.dep_ in OBJECTS]
    if own:
        return [t for o in own for t in conjuncts(_antecedent(o, verb))]
    if verb.dep_ == "relcl" and any(c.dep_ in SUBJECTS and c.lower_ not in RELATIVES for c in verb.children):
        return [verb.head]
    small = next((c for c in verb.children if c.dep_ == "ccomp" and _is_small_clause(c)), None)
    if small is not None:
        return [t for c in small.children if c.dep_ == "nsubj" for t in conjuncts(c)]
    shared = next((c for c in verb.children if c.dep_ == "conj" and c.pos_ == "VERB"), None)
    if (
        shared is not None
        and shared.i - verb.i <= 2
        and not any(c.dep_ in {"prep", "ccomp"} for c in verb.children)
    ):
        return _objects(shared, passive=False)
    return []


def _is_small_clause(clause: Token) -> bool:
    """Whether a clause is none by its form, so that its subject is an object: "found *him guilty*"."""
    if any(
        c.dep_ in {"mark", "advmod"} and c.lower_ in {"that", "if", "how", "why"} for c in clause.children
    ):
        return False
    infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in clause.children)
    return infinitive or (clause.pos_ == "ADJ" and not any(c.dep_ in {"cop", "aux"} for c in clause.children))


def subjects_or_objects(verb: Token) -> list[Token]:
    """Who a passive complement is about: "wants the sanctions lifted", "agreed to be inspected"."""
    objects = [t for c in verb.children if c.dep_ == "dobj" for t in conjuncts(c)]
    return objects or subjects(verb)


def _doer(subject: Token) -> Token:
    """The noun of a subject that the parser took for a clause: "*Gulf Air*, flying to Oman, said"."""
    if subject.tag_ == "VBG" and subject.pos_ == "VERB":
        return next((c for c in subject.children if c.dep_ == "nsubj" and c.i < subject.i), subject)
    return subject


def _antecedent(argument: Token, verb: Token) -> Token:
    """What a relative pronoun stands for."""
    if argument.lower_ in RELATIVES and argument.tag_ in {"WDT", "WP", "IN", "DT"}:
        clause = verb
        while clause.dep_ == "conj":
            clause = clause.head
        if clause.dep_ == "relcl":
            return clause.head
    return argument


def _by_phrase(verb: Token) -> Iterator[Token]:
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            for inner in child.children:
                if inner.dep_ == "pobj":
                    yield from conjuncts(inner)


def _landing(token: Token) -> Token:
    """The phrase under a dative or prepositional node."""
    if token.pos_ == "ADP":
        return next((c for c in token.children if c.dep_ == "pobj"), token)
    return token


def prepositions(token: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, head of its phrase) below a token; "out of", "because of" count as their last word."""
    for child in token.children:
        if child.lower_ == "according":
            continue  # who tells of it takes no part
        if child.dep_ in {"prep", "dative", "agent"} and child.pos_ in {"ADP", "SCONJ", "VERB", "PART"}:
            yield from _phrases_of(child)


def purpose(verb: Token) -> Token | None:
    """The infinitive that says what for: "marched *to demand* reforms"."""
    objects = [c for c in verb.children if c.dep_ == "dobj"]
    below = [*verb.children, *(c for thing in objects for c in thing.children)]
    return next(
        (c for c in below if c.dep_ in {"advcl", "xcomp", "acl"} and c.i > verb.i and _is_infinitive(c)), None
    )


def weighty(noun: Token) -> Token:
    """The noun that says what is meant: "*mediation* efforts", "part of an *aid* program", "a wave of *attacks*"."""
    for _ in range(MAX_CLIMB):
        if noun.lemma_.lower() not in LIGHT_NOUNS:
            break
        before = next((c for c in noun.lefts if c.dep_ == "compound" and c.i == noun.i - 1), None)
        below = next((head for word, head in prepositions(noun) if word == "of"), None)
        inner = before if before is not None and before.ent_type_ == "" else below
        if inner is None:
            break
        noun = inner
    return noun


def _phrases_of(preposition: Token) -> Iterator[tuple[str, Token]]:
    for inner in preposition.children:
        if preposition.lower_ == "in" and inner.dep_ == "pobj" and inner.lemma_.lower() in OPPOSING:
            yield from (("against", head) for _, head in prepositions(inner))
        elif inner.dep_ == "pobj":
            for head in conjuncts(inner):
                yield preposition.lower_, head
        elif inner.dep_ == "prep":
            yield from _phrases_of(inner)
        elif inner.dep_ == "pcomp":
            yield preposition.lower_, inner


def complements(token: Token) -> Iterator[tuple[str, Token]]:
    """(kind, head) of what an operator takes: ``inf``, ``that``, ``ing``, ``obj`` or a preposition's word."""
    purposes = token.lemma_.lower() in OBJECT_CONTROL or not any(c.dep_ == "dobj" for c in token.children)
    for child in token.children:
        if child.dep_ in {"xcomp", "ccomp"} or (child.dep_ == "advcl" and purposes and _is_infinitive(child)):
            kind = _kind(child)
            yield from ((kind, verb) for verb in _same_clause(child))
        elif child.dep_ == "acl" and _is_infinitive(child):
            yield from (("inf", verb) for verb in _same_clause(child))
        elif child.dep_ in {"dobj", "nsubjpass"}:
            for head in conjuncts(child):
                yield "obj", weighty(head)
            yield from _told(token, child)
        elif child.dep_ in {"prep", "agent"}:
            for word, head in _phrases_of(child):
                yield word, head
                yield from _told(token, head)


def _told(verb: Token, whom: Token) -> Iterator[tuple[str, Token]]:
    """The infinitive of an object-control verb that the parser hangs on the object: "called on both *to stop*"."""
    if verb.lemma_.lower() in OBJECT_CONTROL:
        yield from (("inf", c) for c in whom.children if c.dep_ in {"acl", "relcl"} and _is_infinitive(c))


def _same_clause(verb: Token) -> Iterator[Token]:
    """A verb and those coordinated with it that have no subject of their own ("refused to talk or *withdraw*")."""
    for token in conjuncts(verb):
        if token == verb or not any(c.dep_ in SUBJECTS | PASSIVE_SUBJECTS for c in token.children):
            yield token


def _is_infinitive(verb: Token) -> bool:
    return verb.pos_ in {"VERB", "AUX"} and any(c.tag_ == "TO" and c.dep_ == "aux" for c in verb.children)


def _kind(verb: Token) -> str:
    if _is_infinitive(verb):
        return "inf"
    return "ing" if verb.tag_ == "VBG" and not any(c.dep_ == "aux" for c in verb.children) else "that"
