"""When a text says something happened: expression and reference day to interval."""

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.dates import find_dates
from extract.months import likely_year

WEDNESDAY = dt.date(2024, 3, 6)
NEW_YEAR = dt.date(2017, 1, 4)
LEAP_DAY = dt.date(2024, 2, 29)
DECEMBER = dt.date(2023, 12, 30)


def read(text: str, reference: dt.date | None = WEDNESDAY) -> list[tuple[str, str, str, str]]:
    return [
        (span.text, when.start.isoformat(), when.end.isoformat(), when.granularity)
        for span, when in find_dates(text, reference=reference)
    ]


# Text, words of the date, first day, day after the last, granularity; the reference is Wednesday, 6 March 2024.
ON_A_WEDNESDAY = [
    ("They met on Wednesday.", "Wednesday", "2024-03-06", "2024-03-07", "day"),
    ("They met on Monday.", "Monday", "2024-03-04", "2024-03-05", "day"),
    ("They met on Thursday.", "Thursday", "2024-02-29", "2024-03-01", "day"),
    ("They met Sunday night.", "Sunday night", "2024-03-03", "2024-03-04", "day"),
    ("They met last Wednesday.", "last Wednesday", "2024-02-28", "2024-02-29", "day"),
    ("They met last Tuesday.", "last Tuesday", "2024-03-05", "2024-03-06", "day"),
    ("They meet next Wednesday.", "next Wednesday", "2024-03-13", "2024-03-14", "day"),
    ("They meet this Friday.", "this Friday", "2024-03-08", "2024-03-09", "day"),
    ("They meet this coming Monday.", "this coming Monday", "2024-03-11", "2024-03-12", "day"),
    ("They will meet on Friday.", "Friday", "2024-03-08", "2024-03-09", "day"),
    ("They are to meet on Wednesday.", "Wednesday", "2024-03-06", "2024-03-07", "day"),
    ("A meeting is due by Monday.", "Monday", "2024-03-11", "2024-03-12", "day"),
    ("They will meet, she said on Friday.", "Friday", "2024-03-01", "2024-03-02", "day"),
    ("They will meet. Talks failed on Friday.", "Friday", "2024-03-01", "2024-03-02", "day"),
    ("TALKS FAILED ON FRIDAY", "FRIDAY", "2024-03-01", "2024-03-02", "day"),
    ("They met today.", "today", "2024-03-06", "2024-03-07", "day"),
    ("Yesterday they met.", "Yesterday", "2024-03-05", "2024-03-06", "day"),
    ("They meet tomorrow.", "tomorrow", "2024-03-07", "2024-03-08", "day"),
    ("They met last night.", "last night", "2024-03-05", "2024-03-06", "day"),
    ("They met this morning.", "this morning", "2024-03-06", "2024-03-07", "day"),
    ("the day before yesterday", "the day before yesterday", "2024-03-04", "2024-03-05", "day"),
    ("the day after tomorrow", "the day after tomorrow", "2024-03-08", "2024-03-09", "day"),
    ("earlier in the day", "earlier in the day", "2024-03-06", "2024-03-07", "day"),
    ("two days ago", "two days ago", "2024-03-04", "2024-03-05", "day"),
    ("a couple of days ago", "a couple of days ago", "2024-03-04", "2024-03-05", "day"),
    ("10 days from now", "10 days from now", "2024-03-16", "2024-03-17", "day"),
    ("three hours ago", "three hours ago", "2024-03-06", "2024-03-07", "day"),
    ("a week ago", "a week ago", "2024-02-26", "2024-03-04", "week"),
    ("three months ago", "three months ago", "2023-12-01", "2024-01-01", "month"),
    ("five years ago", "five years ago", "2019-01-01", "2020-01-01", "year"),
    ("earlier this week", "earlier this week", "2024-03-04", "2024-03-11", "week"),
    ("last week's raid", "last week", "2024-02-26", "2024-03-04", "week"),
    ("next week", "next week", "2024-03-11", "2024-03-18", "week"),
    ("over the weekend", "the weekend", "2024-03-02", "2024-03-04", "day"),
    ("this weekend", "this weekend", "2024-03-09", "2024-03-11", "day"),
    ("It will vote at the weekend.", "the weekend", "2024-03-09", "2024-03-11", "day"),
    ("next weekend", "next weekend", "2024-03-16", "2024-03-18", "day"),
    ("late last month", "late last month", "2024-02-01", "2024-03-01", "month"),
    ("this month", "this month", "2024-03-01", "2024-04-01", "month"),
    ("early next month", "early next month", "2024-04-01", "2024-05-01", "month"),
    ("by the end of the month", "the end of the month", "2024-03-01", "2024-04-01", "month"),
    ("last quarter", "last quarter", "2023-10-01", "2024-01-01", "quarter"),
    ("next quarter", "next quarter", "2024-04-01", "2024-07-01", "quarter"),
    ("later this year", "later this year", "2024-01-01", "2025-01-01", "year"),
    ("last year", "last year", "2023-01-01", "2024-01-01", "year"),
    ("next year", "next year", "2025-01-01", "2026-01-01", "year"),
    ("at the start of last year", "the start of last year", "2023-01-01", "2024-01-01", "year"),
    ("the first half of this year", "the first half of this year", "2024-01-01", "2024-07-01", "half"),
    ("in the second half of 2015", "the second half of 2015", "2015-07-01", "2016-01-01", "half"),
    ("in the second half", "the second half", "2023-07-01", "2024-01-01", "half"),
    ("It will grow in the second half.", "the second half", "2024-07-01", "2025-01-01", "half"),
    ("the latter half of the year", "the latter half of the year", "2024-07-01", "2025-01-01", "half"),
    ("in the first quarter", "the first quarter", "2024-01-01", "2024-04-01", "quarter"),
    ("in the fourth quarter", "the fourth quarter", "2023-10-01", "2024-01-01", "quarter"),
    (
        "the third quarter of last year",
        "the third quarter of last year",
        "2023-07-01",
        "2023-10-01",
        "quarter",
    ),
    ("last summer", "last summer", "2023-06-01", "2023-09-01", "quarter"),
    ("next spring", "next spring", "2025-03-01", "2025-06-01", "quarter"),
    ("this autumn", "this autumn", "2024-09-01", "2024-12-01", "quarter"),
    ("in the winter of 2014", "the winter of 2014", "2014-12-01", "2015-03-01", "quarter"),
    ("in November", "November", "2023-11-01", "2023-12-01", "month"),
    ("in March", "March", "2024-03-01", "2024-04-01", "month"),
    ("It was held in May.", "May", "2024-05-01", "2024-06-01", "month"),
    ("since May", "since May", "2023-05-01", "2024-03-07", "month"),
    ("It will be held in September.", "September", "2024-09-01", "2024-10-01", "month"),
    ("last March", "last March", "2023-03-01", "2023-04-01", "month"),
    ("next March", "next March", "2025-03-01", "2025-04-01", "month"),
    ("this December", "this December", "2024-12-01", "2025-01-01", "month"),
    ("in late January", "late January", "2024-01-01", "2024-02-01", "month"),
    ("in November last year", "November last year", "2023-11-01", "2023-12-01", "month"),
    ("in June of next year", "June of next year", "2025-06-01", "2025-07-01", "month"),
    ("in mid-June 2022", "mid-June 2022", "2022-06-01", "2022-07-01", "month"),
    ("In JULY 2022", "JULY 2022", "2022-07-01", "2022-08-01", "month"),
    ("on Nov. 2", "Nov. 2", "2023-11-02", "2023-11-03", "day"),
    ("on March 20", "March 20", "2024-03-20", "2024-03-21", "day"),
    ("on Feb. 29", "Feb. 29", "2024-02-29", "2024-03-01", "day"),
    ("on Sept 21st", "Sept 21st", "2023-09-21", "2023-09-22", "day"),
    ("on January 4, 2017", "January 4, 2017", "2017-01-04", "2017-01-05", "day"),
    ("on Jan 4 2017", "Jan 4 2017", "2017-01-04", "2017-01-05", "day"),
    ("on 4 October 2007", "4 October 2007", "2007-10-04", "2007-10-05", "day"),
    ("on the 4th of October", "the 4th of October", "2023-10-04", "2023-10-05", "day"),
    ("on Nov. 2 last year", "Nov. 2 last year", "2023-11-02", "2023-11-03", "day"),
    ("on Wednesday, March 6, 2024,", "Wednesday, March 6, 2024", "2024-03-06", "2024-03-07", "day"),
    ("Tue, 5 Mar 2024 10:20", "Tue, 5 Mar 2024", "2024-03-05", "2024-03-06", "day"),
    ("on March 4-6", "March 4-6", "2024-03-04", "2024-03-07", "day"),
    ("on 28 – 29 February 2024", "28 – 29 February 2024", "2024-02-28", "2024-03-01", "day"),
    ("dated 2024-03-02", "2024-03-02", "2024-03-02", "2024-03-03", "day"),
    ("in 2014", "2014", "2014-01-01", "2015-01-01", "year"),
    ("since 1998,", "since 1998", "1998-01-01", "2024-03-07", "year"),
    ("in late 2014", "late 2014", "2014-01-01", "2015-01-01", "year"),
    ("mid-2014 talks", "mid-2014", "2014-01-01", "2015-01-01", "year"),
    ("at the end of 2014", "2014", "2014-01-01", "2015-01-01", "year"),
    ("from 2014 to 2016", "2014 to 2016", "2014-01-01", "2017-01-01", "year"),
    ("in 2014-15", "2014-15", "2014-01-01", "2016-01-01", "year"),
    ("in the past two weeks", "the past two weeks", "2024-02-22", "2024-03-07", "week"),
    ("over the last three days", "the last three days", "2024-03-04", "2024-03-07", "day"),
    ("over the past year", "the past year", "2023-03-06", "2024-03-07", "year"),
    ("in the next two months", "the next two months", "2024-03-06", "2024-05-06", "month"),
    ("on\nMarch\n4", "March\n4", "2024-03-04", "2024-03-05", "day"),
]


@pytest.mark.parametrize(
    ("text", "words", "start", "end", "granularity"), ON_A_WEDNESDAY, ids=[row[0] for row in ON_A_WEDNESDAY]
)
def test_an_expression_is_an_interval(text, words, start, end, granularity):
    assert read(text) == [(words, start, end, granularity)]


@pytest.mark.parametrize(
    ("text", "reference", "start", "end"),
    [
        ("on Monday", NEW_YEAR, "2017-01-02", "2017-01-03"),
        ("on Sunday", NEW_YEAR, "2017-01-01", "2017-01-02"),
        ("on Saturday", NEW_YEAR, "2016-12-31", "2017-01-01"),
        ("yesterday", dt.date(2024, 3, 1), "2024-02-29", "2024-03-01"),
        ("last week", NEW_YEAR, "2016-12-26", "2017-01-02"),
        ("last month", NEW_YEAR, "2016-12-01", "2017-01-01"),
        ("next month", DECEMBER, "2024-01-01", "2024-02-01"),
        ("next quarter", DECEMBER, "2024-01-01", "2024-04-01"),
        ("last quarter", NEW_YEAR, "2016-10-01", "2017-01-01"),
        ("the fourth quarter", NEW_YEAR, "2016-10-01", "2017-01-01"),
        ("on Dec. 30", NEW_YEAR, "2016-12-30", "2016-12-31"),
        ("on Jan. 2", DECEMBER, "2024-01-02", "2024-01-03"),
        ("in January", DECEMBER, "2024-01-01", "2024-02-01"),
        ("on Feb. 29", NEW_YEAR, "2016-02-29", "2016-03-01"),
        ("in the past year", LEAP_DAY, "2023-02-28", "2024-03-01"),
        ("over the past month", dt.date(2024, 3, 31), "2024-02-29", "2024-04-01"),
        ("this weekend", dt.date(2024, 3, 9), "2024-03-09", "2024-03-11"),
        ("over the weekend", dt.date(2024, 3, 10), "2024-03-09", "2024-03-11"),
    ],
)
def test_across_the_edges_of_the_calendar(text, reference, start, end):
    assert [row[1:3] for row in read(text, reference)] == [(start, end)]


@pytest.mark.parametrize(
    "text",
    [
        *("every Friday", "Bloody Sunday", "Black Friday sales", "the Sunday Times", "on Fridays"),
        *(
            "Prime Minister May",
            "talks between Merkel and May",
            "a plan by May",
            "in march",
            "the march on Rome",
        ),
        *("the next day", "the following week", "two days later", "the last day of talks"),
        *("the 2015 nuclear deal", "in 2,000 homes", "in 2000 villages", "from $2014 to", "at 2015 GMT"),
        *("June 31", "Feb. 30, 2024", "2024-13-01", "March 9-4", "the second half of the match"),
        *("the fourth half", "Mon repos", "last man", "in 9999"),
    ],
)
def test_what_is_no_date_of_its_own(text):
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    ["on Monday", "today", "in May", "on Nov. 2", "last year", "the first half", "a year ago", "last summer"],
)
def test_what_is_relative_needs_a_reference(text):
    assert read(text, None) == []
    assert len(read(text)) == 1


@pytest.mark.parametrize(
    "text", ["4 May 2022", "May 2022", "in 2022", "Q: the first half of 2022", "2022-05-04"]
)
def test_what_is_absolute_needs_none(text):
    assert read(text, None) == read(text) != []


def test_numbers_after_a_month_can_count_people():
    assert read("In March 15 people were arrested.") == [("March", "2024-03-01", "2024-04-01", "month")]


def test_several_dates_come_in_order_and_do_not_overlap():
    words = [
        row[0]
        for row in read("On Monday, March 4, it said that since 2022 and last week, on Jan. 5, it had.")
    ]
    assert words == ["Monday, March 4", "since 2022", "last week", "Jan. 5"]


def test_offsets_count_from_the_offset():
    text = "It left in May 2022."
    [(span, when)] = find_dates(text, reference=None, offset=100)
    assert (span.start, span.end, span.text) == (111, 119, "May 2022")
    assert when.basis == "expression"


def test_the_ends_of_the_calendar_do_not_break_it():
    assert read("tomorrow, next year, 900 years from now", dt.date.max) == []
    assert read("yesterday, last year, 900 years ago", dt.date.min) == []


@given(st.dates(dt.date(1800, 1, 1), dt.date(2200, 1, 1)), st.sampled_from(ON_A_WEDNESDAY))
def test_every_interval_holds_a_day_or_more(reference, row):
    for span, when in find_dates(row[0], reference=reference):
        assert when.start < when.end
        assert row[0][span.start : span.end] == span.text


@given(st.integers(1, 12), st.dates(dt.date(1800, 1, 1), dt.date(2200, 1, 1)))
def test_a_side_is_kept(month, reference):
    past = likely_year(month, 1, reference, side="past")
    ahead = likely_year(month, 1, reference, side="ahead")
    assert dt.date(past, month, 1) <= reference <= dt.date(ahead, month, 1)


@pytest.mark.parametrize(
    "unit", ["the ", "will ", "Mon, ", "in early ", "March\t", "1 ", "20", "last ", "of the year ", ". ", " "]
)
def test_no_text_makes_it_slow(unit):
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        begin = time.process_time()
        find_dates(text, reference=WEDNESDAY)
        return time.process_time() - begin

    # Four times the text may take six times as long, the rest is for a busy machine.
    assert seconds(80_000) < 6 * seconds(20_000) + 0.3
