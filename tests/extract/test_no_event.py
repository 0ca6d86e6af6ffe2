"""News of sport, markets, weather, culture and history has the words of events, and none for the graph."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.model import Event

NOTHING = [
    "Brazil beat Argentina 2-0 in the final on Sunday.",
    "Real Madrid crushed Barcelona in a thrilling match.",
    "The Kenyan runner shattered the world record in Berlin.",
    "England's bowlers attacked India's batsmen from the start.",
    "Arsenal signed a Norwegian striker from Bergen.",
    "The dollar attacked a new high against the yen.",
    "Shares in Tokyo plunged after the Bank of Japan cut rates.",
    "Apple launched a new phone in China on Tuesday.",
    "Toyota recalled 2 million cars in the United States.",
    "The storm battered the coast of Florida and killed three people.",
    "An earthquake struck Chile, destroying hundreds of homes.",
    "Heavy rains flooded villages in Bangladesh.",
    "The film tells how a French soldier saved a German girl.",
    "Her novel won a prize in Sweden last year.",
    "The museum in Cairo opened a new wing.",
    "Doctors in Ghana are fighting a battle with malaria.",
    "The war on poverty has cost the United States billions.",
    "The president was born in Kenya and grew up in Norway.",
    "The two countries share a border of 300 kilometres.",
    "Nigeria is the largest producer of oil in Africa.",
    "Spain's economy grew by two percent last year.",
    "The Italian singer will tour Canada in May.",
    "Police in Ohio found a lost dog.",
    "A Danish tourist visited the temples of Cambodia.",
    "Unemployment in Greece fell to ten percent.",
    "The Dutch team trained in Portugal before the tournament.",
    "The Pope celebrated Mass in Rome.",
    "The Indian cricketer was dropped from the squad.",
    "A Russian satellite fell into the Pacific.",
    "The virus attacked the patient's lungs.",
    "The team captain blasted the referee after the loss in Turkey.",
    "The company's chief praised workers in Vietnam for record sales.",
    "Ukraine has a population of 40 million.",
    "The Berlin Wall fell in 1989.",
    "The treaty of 1919 ended the war.",
    "If Iran attacked Israel, oil prices would rise.",
    "Poland's Swiatek demolished France's Garcia in Paris.",
    "Brazil's coffee exports to Germany rose.",
    "The French chef opened a restaurant in Tokyo.",
    "Fans clashed over tickets in Liverpool.",
    "Mexico's peso defended its gains against the dollar.",
    "Kenya Airways cancelled flights to London because of fog.",
    "Students from Ghana won a contest in Japan.",
    "The Nile feeds Egypt.",
]

KNOWN_FAILURES = {
    "The Swiss bank rejected the client's application for a loan.": "a bank's refusal is read as one between actors",
    "Wildfires threatened homes in Portugal.": "a hazard that is written like a name threatens",
    "Microsoft sued a rival over a patent in Germany.": "'rival' is taken for a political one",
    "The Australian actress defended her role in the film.": "who defends something of their own supports nobody",
    "Experts say that North Korea could test a weapon.": "what could be is reported, as hypothetical",
    "The mayor of London praised the city's nurses.": "local praise is read as support between actors",
}

SOMETHING = [
    "Protesters attacked police after the football final in Cairo.",
    "The court in Peru rejected the appeal of a Chilean footballer.",
    "Kenya expelled the Chadian ambassador.",
]


@pytest.mark.parametrize(
    "text",
    [
        *NOTHING,
        *(
            pytest.param(text, marks=pytest.mark.xfail(strict=True, reason=reason))
            for text, reason in KNOWN_FAILURES.items()
        ),
    ],
)
def test_no_event(text: str, code: Callable[..., list[Event]]) -> None:
    assert [(event.type, event.rule) for event in code(text)] == []


@pytest.mark.parametrize("text", SOMETHING)
def test_what_looks_like_it_is_still_an_event(text: str, code: Callable[..., list[Event]]) -> None:
    assert code(text)
