"""Datelines in the forms of the agencies, and first sentences that only look like one."""

import datetime as dt

import pytest

from extract.datelines import find_dateline

REFERENCE = dt.date(2024, 3, 6)


def read(text: str, reference: dt.date | None = REFERENCE):
    found = find_dateline(text, 0, len(text), reference=reference)
    return found and (found.place, found.date and found.date.isoformat(), found.agency, text[found.end :])


@pytest.mark.parametrize(
    ("dateline", "place", "date", "agency"),
    [
        ("OSLO, March 4 (Fjord Wire) -- ", "Oslo", "2024-03-04", "Fjord Wire"),
        ("SEOUL, Jan. 4 (Yonhap) -- ", "Seoul", "2024-01-04", "Yonhap"),
        ("SEOUL, Jan. 4 (Yonhap) --\n", "Seoul", "2024-01-04", "Yonhap"),
        ("SEOUL, Dec. 30, (Yonhap) -- ", "Seoul", "2023-12-30", "Yonhap"),
        ("WASHINGTON (AP) — ", "Washington", None, "AP"),
        ("WASHINGTON (AP)—", "Washington", None, "AP"),
        ("UNITED NATIONS (AP) _ ", "United Nations", None, "AP"),
        ("GENEVA, March 3 (Reuters) - ", "Geneva", "2024-03-03", "Reuters"),
        ("NAIROBI, Kenya — ", "Nairobi, Kenya", None, None),
        ("PARIS – ", "Paris", None, None),
        ("ROME -- ", "Rome", None, None),
        ("RIO DE JANEIRO — ", "Rio de Janeiro", None, None),
        ("PORT-AU-PRINCE, Haiti – ", "Port-au-Prince, Haiti", None, None),
        ("WASHINGTON, D.C. (AP) — ", "Washington, D.C.", None, "AP"),
        ("N'DJAMENA, Chad, 3 March 2024 (Fjord Wire) – ", "N'Djamena, Chad", "2024-03-03", "Fjord Wire"),
        ("MOSCOW, June 5. /TASS/. ", "Moscow", "2023-06-05", "TASS"),
        ("PARIS, April 2 /Press Service/ -- ", "Paris", "2023-04-02", "Press Service"),
        ("BEIJING, Xinhua — ", "Beijing", None, "Xinhua"),
        ("BEIJING, Wed., March 6 (Xinhua) -- ", "Beijing", "2024-03-06", "Xinhua"),
        ("KYIV/WARSAW, April 2, 2023 (Reuters) – ", "Kyiv", "2023-04-02", "Reuters"),
        ("Oslo, 3 March – ", "Oslo", "2024-03-03", None),
        ("Seoul, South Korea (CNN) -- ", "Seoul, South Korea", None, "CNN"),
        ("Seoul, South Korea (CNN)", "Seoul, South Korea", None, "CNN"),
        ("TOKYO (Kyodo) ", "Tokyo", None, "Kyodo"),
        ("DUBAI, United Arab Emirates (AP) — ", "Dubai, United Arab Emirates", None, "AP"),
        ("(Reuters) - ", None, None, "Reuters"),
        ("ISLAMABAD: ", "Islamabad", None, None),
        ("UPDATE: ", None, None, None),
        ("Monday, March 4 — ", None, "2024-03-04", None),
        ("SAO PAULO, Feb. 30 (AP) -- ", "Sao Paulo", None, "AP"),
    ],
    ids=lambda value: value if value and " " in value else None,
)
@pytest.mark.parametrize("after", ["The ministry objected.", "“No,” it said.", "12 people left."])
def test_a_dateline_is_cut_and_read(dateline, place, date, agency, after):
    assert read(dateline + after) == (place, date, agency, after)


@pytest.mark.parametrize(
    "text",
    [
        "NATO — The alliance objected.",
        "UN: The council met.",
        "Norway — Long a critic — objected.",
        "Norway — long a critic — objected.",
        "European Union (EU) – The bloc objected.",
        "Norway (NATO) — The member objected.",
        "Palestinian Authority (PA) Prime Minister Doe objected.",
        "Mr. Doe (Labour) said no.",
        "Norway: The country objected.",
        "In Paris: The talks go on.",
        "Norway on March 3 - The talks go on.",
        "ABUJA, Nigeria -- the town.",
        "He said: The talks go on.",
        "(LEAD) Norway objects",
        "OSLO, March 4 (Fjord Wire) -- ",
        "",
        " ",
    ],
)
def test_a_first_sentence_is_left_alone(text):
    assert read(text) is None


def test_after_a_full_dateline_a_report_may_begin_small():
    assert read("OSLO, March 4 (Fjord Wire) -- iPhone sales fell.")[3] == "iPhone sales fell."


def test_a_date_without_year_and_reference_stays_unknown():
    assert read("OSLO, March 4 (AP) -- It left.", None) == ("Oslo", None, "AP", "It left.")
    assert read("OSLO, March 4, 2021 (AP) -- It left.", None) == ("Oslo", "2021-03-04", "AP", "It left.")


def test_only_the_given_part_of_the_text_is_looked_at():
    text = "PARIS – It left. OSLO – It stayed."
    found = find_dateline(text, 17, len(text), reference=None)
    assert (found.place, text[found.end :]) == ("Oslo", "It stayed.")
    assert find_dateline(text, 17, 22, reference=None) is None
