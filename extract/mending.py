"""Where the small model's parse goes wrong again and again, above all in headlines, put right before any rule reads it.

Each mend names the mistake, and asks for a shape that a right parse does not have: a plural before another noun in
a compound, a noun with a subject, a bare participle as all that a sentence says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from extract.parsed import Parsed, Token, Tokens

FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})
NOMINAL = frozenset({"NOUN", "PROPN"})
LOOSE = frozenset({"dep", "npadvmod", "nmod", "compound"})
NEVER = frozenset({"DATE", "TIME", "CARDINAL", "MONEY", "PERCENT", "ORDINAL"})
"""Entities that are no subject."""

Verbs = Collection[str]
Mend = Callable[[Tokens, Token, Verbs], bool]


def mend(parsed: Parsed, verbs: Verbs) -> Parsed:
    """The text with its sentences mended; ``verbs`` are the lemmas of all verbs."""
    for sentence in parsed.sents:
        root = sentence.root
        for rule in MENDS:
            if rule(sentence, root, verbs):
                root = sentence.root
    return parsed


def _verb_without_subject(_: Tokens, root: Token, __: Verbs) -> bool:
    """*Turkey* shells positions: the subject of a finite verb is taken for a part of a compound with it."""
    if root.tag_ not in {"VBZ", "VBP", "VBD"} or any(c.dep_ in {"nsubj", "expl"} for c in root.children):
        return False
    before = [c for c in root.lefts if c.dep_ == "compound" and c.pos_ in NOMINAL and c.i == root.i - 1]
    for subject in before:
        subject.dep_ = "nsubj"
    return bool(before)


def _noun_with_subject(_: Tokens, root: Token, verbs: Verbs) -> bool:
    """Troops *storm* base: a verb after a plural subject is taken for a noun, with subject and object."""
    deps = {c.dep_ for c in root.children}
    plural = any(c.dep_ == "nsubj" and c.tag_ in {"NNS", "NNPS"} for c in root.children)
    if root.tag_ != "NN" or not plural or deps & {"cop", "det", "aux"} or root.lemma_ not in verbs:
        return False
    _make_verb(root, "VBP")
    return True


def _verb_as_subject(_: Tokens, root: Token, __: Verbs) -> bool:
    """Chad *files* protest: a verb is taken for the subject of its own object."""
    verb = next((c for c in root.lefts if c.dep_ == "nsubj" and c.tag_ == "VBZ" and c.i == root.i - 1), None)
    if verb is None or root.pos_ not in NOMINAL:
        return False
    _raise(verb, root)
    return True


def _plural_in_compound(sentence: Tokens, root: Token, verbs: Verbs) -> bool:
    """Chad *pledges* aid: a verb is taken for a plural noun inside a compound, which English makes of singulars."""
    if root.pos_ not in NOMINAL or _has_finite_verb(sentence):
        return False
    verb = next(
        (c for c in root.lefts if c.dep_ == "compound" and c.tag_ == "NNS" and c.lemma_ in verbs), None
    )
    before = [c for c in root.lefts if verb is not None and c.i < verb.i and c.pos_ in NOMINAL]
    if verb is None or not before or before[-1].i != verb.i - 1:
        return False
    _hang(before[-1], verb, "nsubj")
    for each in before[:-1]:
        _hang(each, before[-1], "compound")
    _make_verb(verb, "VBZ")
    _raise(verb, root)
    return True


def _bare_participle(sentence: Tokens, root: Token, _: Verbs) -> bool:
    """Five soldiers *killed* in attack: all that a headline says is taken for an attribute."""
    if root.pos_ not in NOMINAL or _has_finite_verb(sentence) or root.left_edge.i != sentence.start:
        return False
    verb = next((c for c in root.rights if c.dep_ == "acl" and c.tag_ == "VBN" and c.i == root.i + 1), None)
    if verb is None or any(c.dep_ == "det" for c in root.children):
        return False
    rest = [c for c in root.rights if c is not verb]
    _raise(verb, root, dep="nsubjpass")
    for each in rest:
        _hang(each, verb, each.dep_)
    return True


def _event_before_verb(_: Tokens, root: Token, __: Verbs) -> bool:
    """Chad *strikes* kill ten: an event noun before the verb is taken for a verb itself, the verb for its clause."""
    verb = next((c for c in root.rights if c.dep_ == "ccomp" and c.i == root.i + 1), None)
    if root.tag_ != "VBZ" or verb is None or verb.tag_ not in {"VBP", "VBD"}:
        return False
    if any(c.dep_ in {"nsubj", "nsubjpass", "mark", "aux"} for c in verb.children):
        return False
    for child in root.children:
        if child.dep_ == "nsubj":
            child.dep_ = "compound"
    root.pos_, root.tag_ = "NOUN", "NNS"
    _raise(verb, root, dep="nsubj")
    return True


def _comma_for_and(sentence: Tokens, root: Token, _: Verbs) -> bool:
    """*Chad, Mali* agree: the first of two subjects that a headline joins by a comma hangs loosely on the verb."""
    subject = next((c for c in root.lefts if c.dep_ == "nsubj"), None)
    if subject is None or root.pos_ != "VERB":
        return False
    edge = subject.left_edge
    first = next((c for c in root.lefts if c.dep_ in LOOSE and c.pos_ in NOMINAL and c.i == edge.i - 2), None)
    if first is None or first.left_edge.i != sentence.start or sentence.doc[edge.i - 1].text != ",":
        return False
    if first.ent_type_ in NEVER or subject.pos_ not in NOMINAL:
        return False
    first.dep_ = "nsubj"
    _hang(subject, first, "conj")
    return True


MENDS: tuple[Mend, ...] = (
    _noun_with_subject,
    _verb_as_subject,
    _plural_in_compound,
    _bare_participle,
    _event_before_verb,
    _verb_without_subject,
    _comma_for_and,
)
"""In this order: what the first ones raise to a verb may lack its subject still."""


def _has_finite_verb(sentence: Tokens) -> bool:
    return any(t.tag_ in FINITE for t in sentence)


def _make_verb(token: Token, tag: str) -> None:
    token.pos_, token.tag_ = "VERB", tag


def _raise(verb: Token, noun: Token, *, dep: str = "dobj") -> None:
    """Make a verb the root in the place of a noun, which is its subject or object then."""
    _make_verb(verb, verb.tag_)
    noun.children.remove(verb)
    verb.head, verb.dep_ = verb, "ROOT"
    for child in list(_outer(noun, verb)):
        _hang(child, verb, child.dep_)
    noun.head, noun.dep_ = verb, dep
    verb.children.append(noun)
    verb.children.sort(key=lambda t: t.i)


def _outer(noun: Token, verb: Token) -> Iterator[Token]:
    """What hangs on the noun and stands on the other side of the verb, or only ends the sentence."""
    for child in noun.children:
        if child.dep_ == "punct" or (child.i < verb.i) != (noun.i < verb.i):
            yield child


def _hang(token: Token, head: Token, dep: str) -> None:
    """Move a token below another."""
    if token.head is not token:
        token.head.children.remove(token)
    token.head, token.dep_ = head, dep
    head.children.append(token)
    head.children.sort(key=lambda t: t.i)
