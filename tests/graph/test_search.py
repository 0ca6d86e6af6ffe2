"""Search as you type: what is followed write by write is what would be read anew."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from extract.model import Actor
from graph.search import ActorHit, Search

NAMES = ("Korea", "North Korea", "Norway", "Côte d'Ivoire", "the north", "Kenya")
ACTORS = tuple(
    Actor(code, None, name, "State") for code, name in zip(("KOR", "PRK", "NOR", "CIV"), NAMES, strict=False)
)
QUESTIONS = ("n", "no", "kor", "north kor", "cote", "nor", "k", "KOR", "the", "north korea", "")

state = st.dictionaries(
    st.sampled_from(ACTORS), st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3), min_size=1)
)
activity = st.dictionaries(st.sampled_from([actor.id for actor in ACTORS]), st.integers(0, 5))


def search(named: dict[Actor, dict[str, int]], events: dict[str, int]) -> Search:
    hits = [ActorHit(a.id, a.name, a.type, a.code, a.sector, events.get(a.id, 0), a.name) for a in named]
    return Search(hits, [(a.id, name, n) for a, names in named.items() for name, n in names.items()])


@given(state, activity, state, activity)
def test_following_gives_the_state_that_is_read_anew(
    before: dict[Actor, dict[str, int]],
    events_before: dict[str, int],
    after: dict[Actor, dict[str, int]],
    events_after: dict[str, int],
) -> None:
    followed = search(before, events_before)
    uses: Counter[tuple[str, str]] = Counter()
    for named, sign in ((before, -1), (after, 1)):
        for actor, names in named.items():
            for name, n in names.items():
                uses[actor.id, name] += sign * n
    # Who is gone and comes again begins anew.
    activity = {
        a.id: events_after.get(a.id, 0) - (events_before.get(a.id, 0) if a in before else 0) for a in after
    }
    touched = {a.id: a if a in after else None for a in (*before, *after)}
    followed.follow(touched, activity, uses)
    fresh = search(after, events_after)
    for q in QUESTIONS:
        for limit in (1, 2, 99):
            assert followed.find(q, limit=limit, similar=no_other) == fresh.find(
                q, limit=limit, similar=no_other
            )


def no_other(word: str, errors: int) -> list[str]:
    return []
