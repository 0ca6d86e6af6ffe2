"""Grammar to events: each sentence shows one phenomenon, and all that it may give is listed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.model import ActorMention, Event

Code = Callable[..., list[Event]]
Row = tuple[str, str, str]


def actor(mention: ActorMention | None) -> str:
    """``CODE/SECTOR``, ``CODE`` without a sector, ``-`` for nobody."""
    if mention is None:
        return "-"
    return f"{mention.actor.code}/{mention.actor.sector}" if mention.actor.sector else mention.actor.code


def triples(events: list[Event]) -> list[str]:
    """``source type target`` of each event, sorted."""
    return sorted(f"{actor(e.source)} {e.type} {actor(e.target)}" for e in events)


FRAMES = {
    "active": ("Chad attacked Sudan.", ["TCD/GOV ASSAULT SDN/GOV"]),
    "passive-by-agent": ("Peru was condemned by Chile.", ["CHL/GOV ACCUSE PER/GOV"]),
    "agentless-passive": ("Three villagers were killed in Kenya.", ["- ASSAULT KEN/CVL"]),
    "coordinated-subjects": (
        "Sweden and Finland condemned Russia.",
        ["FIN/GOV ACCUSE RUS/GOV", "SWE/GOV ACCUSE RUS/GOV"],
    ),
    "coordinated-objects": (
        "Iran criticized Qatar and Oman.",
        ["IRN/GOV ACCUSE OMN/GOV", "IRN/GOV ACCUSE QAT/GOV"],
    ),
    "coordinated-verbs": (
        "Ghana praised Togo and condemned Benin.",
        ["GHA/GOV ACCUSE BEN/GOV", "GHA/GOV SUPPORT TGO/GOV"],
    ),
    "purpose-clause": (
        "Japan launched a campaign to pressure Laos to free the fishermen.",
        ["JPN/GOV REQUEST LAO/GOV"],
    ),
    "control": ("Spain agreed to meet Portugal.", ["ESP/GOV AGREE PRT/GOV"]),
    "refusal": ("Eritrea refused to meet Djibouti.", ["ERI/GOV REJECT DJI/GOV"]),
    "object-control": ("Turkey urged Greece to withdraw its troops.", ["TUR/GOV REQUEST GRC/GOV"]),
    "infinitive-on-the-object": ("Canada called on Haiti to hold elections.", ["CAN/GOV REQUEST HTI/GOV"]),
    "light-verb-talks": (
        "Nepal held talks with Bhutan.",
        ["BTN/GOV CONSULT NPL/GOV", "NPL/GOV CONSULT BTN/GOV"],
    ),
    "light-verb-sanctions": ("Norway imposed sanctions on Belarus.", ["NOR/GOV COERCE BLR/GOV"]),
    "light-verb-attack": ("Armenia launched an attack on Azerbaijan.", ["ARM/GOV ASSAULT AZE/GOV"]),
    "noun-event-by-of": ("The condemnation of Serbia by Kosovo was loud.", ["XKX/GOV ACCUSE SRB/GOV"]),
    "noun-event-possessor": ("Israel's attack on Lebanon made news.", ["ISR/GOV ASSAULT LBN/GOV"]),
    "noun-event-adjective": ("The Ethiopian attack on Eritrea made news.", ["ETH/GOV ASSAULT ERI/GOV"]),
    "noun-event-between": (
        "Talks between Cuba and Mexico began.",
        ["CUB/GOV CONSULT MEX/GOV", "MEX/GOV CONSULT CUB/GOV"],
    ),
    "relative-clause": ("Austria, which accused Hungary of fraud, waited.", ["AUT/GOV ACCUSE HUN/GOV"]),
    "participle": (
        "Libya withdrew from the talks, accusing Tunisia of fraud.",
        ["LBY/GOV ACCUSE TUN/GOV", "LBY/GOV SANCTION -"],
    ),
    "disarmed-passive": ("Rebels in Mali were demobilized.", ["MLI/REB RETREAT -"]),
    "arrested-in-a-state": ("Three editors were arrested in Rwanda.", ["RWA/GOV COERCE RWA/MED"]),
    "undergoing": (
        "Syria drew condemnation from Jordan.",
        ["JOR/GOV ACCUSE SYR/GOV"],
    ),
    "particle-verb": ("Ecuador called off talks with Bolivia.", ["ECU/GOV SANCTION BOL/GOV"]),
    "hyphenated-verb": ("Estonia re-opened its border to Latvia.", ["EST/GOV RETREAT LVA/GOV"]),
    "operator-over-noun": ("Brazil demanded an apology from Uruguay.", ["BRA/GOV REQUEST URY/GOV"]),
    "stopped": ("Denmark suspended aid to Zambia.", ["DNK/GOV SANCTION ZMB/GOV"]),
    "adjective": ("Malta is critical of Cyprus.", ["MLT/GOV ACCUSE CYP/GOV"]),
    "relations-are-no-event": ("The relations between Kenya and Uganda are old.", []),
    "relations-under-a-verb": ("Iraq cut diplomatic ties with Yemen.", ["IRQ/GOV SANCTION YEM/GOV"]),
    "attribution-is-no-event": ("The harvest was good, Ghana's foreign ministry said.", []),
    "weather-is-no-event": ("A storm hit the coast of Vietnam.", []),
}

NO_EVENTS = {
    "statement-considers": "Chad is considering an attack on Sudan.",
    "statement-denies": "Chad denied accusations by Sudan.",
    "statement-claims-responsibility": "The rebels claimed responsibility for the attack.",
    "statement-condoles": "Chad expressed condolences to Sudan.",
    "statement-hopes": "Chad hopes to meet Sudan.",
    "circumstance-after": "The market fell after Chad attacked Sudan.",
    "circumstance-if": "If Chad attacked Sudan, the region would suffer.",
    "circumstance-because": "The road is closed because Chad attacked Sudan.",
    "background-participle": "The museum honors a soldier killed in Sudan.",
    "background-relative": "The fire, which killed dozens of people in Sudan, is out.",
    "hazard": "A storm killed twelve farmers in Sudan.",
    "pupils-go-to-school": "Pupils in Chad go to school.",
}

ACTORS = {
    "country": ("Nigeria condemned Togo.", "NGA/GOV"),
    "press-form": ("S. Korea condemned Togo.", "KOR/GOV"),
    "capital": ("Nairobi condemned Togo.", "KEN/GOV"),
    "seat-of-government": ("The Kremlin condemned Togo.", "RUS/GOV"),
    "demonym": ("Kenyans condemned Togo.", "KEN/CVL"),
    "agent-noun-military": ("Kenyan soldiers attacked Togo.", "KEN/MIL"),
    "agent-noun-police": ("Kenyan police attacked Togo.", "KEN/COP"),
    "agent-noun-legislature": ("Kenya's parliament condemned Togo.", "KEN/LEG"),
    "agent-noun-of": ("The foreign minister of Kenya condemned Togo.", "KEN/GOV"),
    "agent-noun-in": ("Farmers in Kenya condemned Togo.", "KEN/AGR"),
    "modifier-opposition": ("The Kenyan opposition leader condemned Togo.", "KEN/OPP"),
    "modifier-former": ("The former Kenyan president condemned Togo.", "KEN/ELI"),
    "partitive": ("Hundreds of Kenyan students attacked Togo.", "KEN/EDU"),
    "organization": ("The United Nations condemned Togo.", "IGO"),
    "organ-of-an-organization": ("The UN Security Council condemned Togo.", "IGO"),
    "ngo": ("Amnesty International condemned Togo.", "NGO"),
    "armed-group": ("Hezbollah condemned Togo.", "LBN/REB"),
    "nobody-known": ("Rebels attacked Togo.", "---/REB"),
}

STANDINGS = {
    "actual": ("Chad attacked Sudan.", "actual", False),
    "negated": ("Chad did not attack Sudan.", "actual", True),
    "will": ("Chad will pressure Sudan.", "planned", False),
    "going-to": ("Chad is going to pressure Sudan.", "planned", False),
    "plans-to": ("Chad plans to pressure Sudan.", "planned", False),
    "under-a-planned-verb": ("Chad will work to pressure Sudan.", "planned", False),
    "by-gerund": ("Chad will help the region by pressuring Sudan.", "planned", False),
    "may": ("Chad may attack Sudan.", "hypothetical", False),
    "alleged": ("Chad's alleged attack on Sudan made news.", "hypothetical", False),
    "must": ("Chad must pressure Sudan.", "requested", False),
}


@pytest.mark.parametrize(("text", "expected"), FRAMES.values(), ids=FRAMES)
def test_frame(text: str, expected: list[str], code: Code) -> None:
    assert triples(code(text)) == expected


@pytest.mark.parametrize("text", NO_EVENTS.values(), ids=NO_EVENTS)
def test_what_is_no_event(text: str, code: Code) -> None:
    assert triples(code(text)) == []


@pytest.mark.parametrize(("text", "expected"), ACTORS.values(), ids=ACTORS)
def test_actor(text: str, expected: str, code: Code) -> None:
    (event,) = code(text)
    assert actor(event.source) == expected
    assert actor(event.target) == "TGO/GOV"


@pytest.mark.parametrize(("text", "modality", "negated"), STANDINGS.values(), ids=STANDINGS)
def test_standing(text: str, modality: str, negated: bool, code: Code) -> None:
    found = [(e.modality, e.negated) for e in code(text) if actor(e.source) == "TCD/GOV" or "alleged" in text]
    assert (modality, negated) in found


def test_reciprocal_events_share_an_id(code: Code) -> None:
    one, other = code("Nepal met Bhutan.")
    assert one.reciprocal == other.reciprocal is not None
    assert (one.source, one.target) == (other.target, other.source)


def test_a_conditional_threat_is_no_planned_attack(code: Code) -> None:
    (event,) = code("Chad threatened to attack Sudan.")
    assert (event.type, event.modality) == ("THREATEN", "actual")


def test_attribution_names_the_speaker_and_the_cue(code: Code) -> None:
    (event,) = code("Chad attacked Sudan, Kenya said.")
    assert event.attribution is not None
    assert event.attribution.actor is not None
    assert (event.attribution.actor.actor.code, event.attribution.cue) == ("KEN", "said")


def test_a_place_is_where_the_verb_says(code: Code) -> None:
    (event,) = code("Chad met Sudan in Nairobi.")[:1]
    assert event.place is not None
    assert event.place.code == "KEN"


def test_every_offset_gives_back_its_text(code: Code) -> None:
    text = "NAIROBI, May 2 (Rift Wire) --  Kenya’s\npolice arrested 12 gunmen.\n\nThey “attacked” the town — twice. "
    for event in code(text):
        mentions = [m for m in (event.source, event.target) if m]
        for span in (event.trigger, event.sentence.span, *(m.span for m in mentions)):
            assert text[span.start : span.end] == span.text


def test_no_text_and_no_event(code: Code) -> None:
    assert code("The cat sat on the mat.") == []
