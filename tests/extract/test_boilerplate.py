"""What of a page is the report: blocks, headline and dateline, with offsets into the text as given."""

import datetime as dt
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.boilerplate import MAX_BLOCK, Layout, segments
from extract.model import Document

PAGE = """Skip to content
Fjord Wire
Menu
World
U.S.
Business & Economy
Most Viewed
Kenya and Ethiopia agree on border trade
Share on Facebook
(LEAD) Norway to press Belarus to free two journalists | Fjord Wire
All News 09:30 March 04, 2024
By Jane Doe and John Roe
OSLO, March 4 (Fjord Wire) -- Norway will press Belarus to free two journalists, the ministry said Monday.
"We expect an answer," the minister said.
He resigned.
Photo by Jane Doe / Fjord Wire
Related Articles
Kenya and Ethiopia sign trade deal
Belarus rejects criticism from Oslo
The ministry added that Oslo had no plans to expel anyone. (Reporting by Jane Doe; Editing by John Roe)
jane@fjordwire.example
(END)
How can we improve?
Send Feedback
Thanks for your feedback!
Sweden named a new minister of trade on Sunday.
We use cookies to improve your experience on our site.
© 2024 Fjord Wire. All rights reserved.
"""


def blocks(layout: Layout, text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in layout.blocks]


def read(text: str, **known) -> list[tuple[str, str]]:
    return blocks(segments(Document("d", text, **known)), text)


def prose(text: str) -> list[str]:
    return [words for kind, words in read(text) if kind == "prose"]


def test_a_page_with_all_its_furniture():
    layout = segments(Document("d", PAGE))
    assert blocks(layout, PAGE) == [
        ("title", "Norway to press Belarus to free two journalists"),
        ("prose", "Norway will press Belarus to free two journalists, the ministry said Monday."),
        ("prose", '"We expect an answer," the minister said.'),
        ("prose", "He resigned."),
        ("prose", "The ministry added that Oslo had no plans to expel anyone."),
    ]
    assert (layout.place, layout.date, layout.agency) == ("Oslo", dt.date(2024, 3, 4), "Fjord Wire")
    assert PAGE[layout.title.start : layout.title.end] == layout.title.text


def test_a_page_with_other_ends_of_lines_has_the_same_blocks():
    windows = PAGE.replace("\n", "\r\n")
    assert read(windows) == read(PAGE)
    assert read(PAGE.replace("\n", "\n\n")) == read(PAGE)


@pytest.mark.parametrize(
    "text",
    [
        "He resigned.",
        "Norway condemned the arrests",
        "Share on Facebook",
        "World",
        "© 2024 Fjord Wire. All rights reserved.",
        "By Monday Norway had left.",
        "March 4, 2024",
        "a b c",
        "  Norway left.\n",
        "“Leave,” he said.",
    ],
)
def test_a_single_line_is_one_block_of_prose(text):
    assert read(text) == [("prose", text.strip())]


def test_a_single_sentence_loses_its_dateline():
    layout = segments(Document("d", "SEOUL, Jan. 4 (Yonhap) -- South Korea left.", date=dt.date(2017, 1, 5)))
    assert (layout.place, layout.date, layout.agency) == ("Seoul", dt.date(2017, 1, 4), "Yonhap")
    assert [(block.start, block.end) for block in layout.blocks] == [(26, 43)]


def test_an_empty_text_has_no_blocks():
    assert segments(Document("d", " \n\n")) == Layout(())


class TestHeadlines:
    def test_a_list_of_headlines_is_kept_whole(self):
        text = "Norway condemns arrests in Belarus\nKenya, Ethiopia sign trade deal\nFrance expels two envoys"
        layout = segments(Document("d", text))
        assert blocks(layout, text) == [("title", line) for line in text.split("\n")]
        assert layout.title.text == "Norway condemns arrests in Belarus"

    def test_a_sentence_above_a_list_does_not_make_it_an_article(self):
        text = "Here are the main stories of this day.\n" + "\n".join(
            f"Norway condemns arrests of {n} journalists" for n in range(9)
        )
        assert len(read(text)) == 10

    def test_short_headlines_in_capitals_are_kept_where_there_is_nothing_else(self):
        text = "Kenya, Ethiopia Sign Pact\nNorway Slams Belarus"
        assert [words for _, words in read(text)] == text.split("\n")

    def test_short_paragraphs_keep_their_headline(self):
        assert read("Minister leaves office in Oslo\nHe resigned.\nNobody knew why.") == [
            ("title", "Minister leaves office in Oslo"),
            ("prose", "He resigned."),
            ("prose", "Nobody knew why."),
        ]

    def test_links_below_a_short_article_are_left_out(self):
        text = "Norway condemned the arrests on Monday in a note to Minsk.\nIt asked for their release at once.\n"
        assert len(read(text + "Kenya signs trade deal with Ethiopia\nFrance expels two envoys\n")) == 2

    def test_a_second_headline_under_the_first_is_kept(self):
        text = "Norway condemns arrests\nOslo asks for release of two journalists\n"
        text += "Norway has condemned the arrests in Minsk."
        assert [kind for kind, _ in read(text)] == ["title", "title", "prose"]

    def test_a_headline_that_is_repeated_is_kept_once(self):
        line = "Norway condemns arrests of two journalists\n"
        assert [
            kind for kind, _ in read(line * 2 + "Norway has condemned the arrests in Minsk on Monday.")
        ] == [
            "title",
            "prose",
        ]

    def test_a_known_title_is_found_whatever_it_looks_like(self):
        text = "World News\nNorway left.\nKenya signs trade deal with Ethiopia\n"
        text += "Norway has left the talks in Minsk on Monday."
        layout = segments(Document("d", text, title="Norway Left"))
        assert layout.title.text == "Norway left."
        assert [block.kind for block in layout.blocks] == ["title", "prose"]

    def test_a_short_headline_alone_above_the_report(self):
        text = "Kenya, Ethiopia Sign Pact\nMarch 4, 2024\nKenya and Ethiopia signed an agreement in Nairobi on Monday."
        assert [kind for kind, _ in read(text)] == ["title", "prose"]

    def test_of_three_headlines_in_a_row_the_last_is_the_reports(self):
        text = "Kenya signs deal with Ethiopia\nFrance expels two envoys\nNorway condemns the arrests\n"
        assert (
            read(text + "Norway has condemned the arrests in Minsk on Monday.")[0][1]
            == "Norway condemns the arrests"
        )

    @pytest.mark.parametrize(
        ("line", "title"),
        [
            ("(2nd LD) Norway condemns the arrests in Minsk", "Norway condemns the arrests in Minsk"),
            ("UPDATE 2-Norway condemns the arrests in Minsk", "Norway condemns the arrests in Minsk"),
            ("BREAKING: Norway condemns the arrests in Minsk", "Norway condemns the arrests in Minsk"),
            ("Norway condemns the arrests - Fjord News", "Norway condemns the arrests"),
            ("Norway condemns the arrests | Africa", "Norway condemns the arrests"),
            ("Norway - Belarus talks on the arrests fail", "Norway - Belarus talks on the arrests fail"),
        ],
    )
    def test_what_the_site_adds_is_cut(self, line, title):
        assert read(line + "\n\nNorway has condemned the arrests in Minsk on Monday.")[0] == ("title", title)


class TestParagraphs:
    WRAPPED = (
        "Norway on Monday condemned the arrest of two journalists in Belarus and\n"
        "called on the government in Minsk to free them at once.\n"
        "\n"
        "The ministry said it had summoned the ambassador. It did not say when\n"
        "Prime Minister Doe would travel to Geneva.\n"
        "\n"
        "He resigned.\n"
    )

    def test_wrapped_lines_are_one_block_a_paragraph(self):
        assert prose(self.WRAPPED) == self.WRAPPED.strip().split("\n\n")

    def test_wrapped_lines_with_a_headline_and_a_dateline_right_above(self):
        text = "Norway condemns the arrests of two journalists in Belarus\n" + "OSLO (AP) — " + self.WRAPPED
        assert read(text)[0] == ("title", "Norway condemns the arrests of two journalists in Belarus")
        assert prose(text) == self.WRAPPED.strip().split("\n\n")

    def test_indented_paragraphs_without_blank_lines(self):
        text = "  " + self.WRAPPED.strip().replace("\n\n", "\n  ")
        assert prose(text) == self.WRAPPED.strip().split("\n\n")

    def test_wrapped_paragraphs_of_windows(self):
        text = self.WRAPPED.replace("\n", "\r\n")
        assert prose(text) == text.strip().split("\r\n\r\n")

    def test_a_sentence_a_line_is_not_joined(self):
        lines = [
            "Norway condemned the arrests of two journalists in Belarus on Monday.",
            "Kenya and Ethiopia signed an agreement on trade across the border.",
            "France expelled two diplomats of Russia after a trial in Paris.",
        ]
        assert prose("\n".join(lines)) == lines

    def test_headlines_of_one_width_are_not_joined(self):
        lines = [
            "Norway condemns arrests of two journalists in Minsk",
            "Kenya signs agreement with Ethiopia on border trade",
        ]
        assert [words for _, words in read("\n".join(lines))] == lines

    def test_a_bullet_is_cut(self):
        text = "The two sides agreed on three points on Monday:\n• Kenya withdraws its troops.\n"
        text += "- Ethiopia opens the road."
        assert prose(text)[1:] == ["Kenya withdraws its troops.", "Ethiopia opens the road."]

    def test_a_long_paragraph_is_cut_where_a_sentence_ends(self):
        text = "Norway condemned the arrests in Minsk. " * 2000
        layout = segments(Document("d", text))
        assert all(block.end - block.start <= MAX_BLOCK for block in layout.blocks)
        assert "".join(words for _, words in blocks(layout, text)) == text.strip()
        assert all(words.strip().endswith(".") for _, words in blocks(layout, text))

    def test_text_without_spaces_is_cut_as_well(self):
        assert [len(words) for _, words in read("x" * 50_000)] == [20_000, 20_000, 10_000]


class TestEnds:
    ARTICLE = "Norway condemned the arrests in Minsk on Monday.\nIt asked for their release at once.\n"
    OTHER = "Sweden named a new minister of trade.\n"

    @pytest.mark.parametrize("end", ["(END)", "###", "© 2024 Fjord Wire. All rights reserved.", "-30-"])
    def test_nothing_follows_the_end(self, end):
        assert prose(self.ARTICLE + end + "\n" + self.OTHER) == self.ARTICLE.strip().split("\n")

    def test_a_report_with_a_dateline_follows_the_end(self):
        other = "STOCKHOLM, March 4 (Fjord Wire) -- " + self.OTHER
        assert prose(self.ARTICLE + "(END)\n" + other)[2:] == [self.OTHER.strip()]

    def test_rights_above_the_report_do_not_end_it(self):
        assert len(prose("© 2024 Fjord Wire. All rights reserved.\n" + self.ARTICLE)) == 2

    def test_what_is_longer_than_the_report_is_no_appendix(self):
        assert len(prose(self.ARTICLE + "(END)\n" + self.OTHER * 9)) == 11

    @pytest.mark.parametrize(
        "credit",
        [
            "(END)",
            "(Yonhap)",
            "(Reporting by Jane Doe; Editing by John Roe)",
            "jane@fjordwire.example (END)",
            "(AP)\n",
        ],
    )
    def test_credits_at_the_end_of_a_paragraph_are_cut(self, credit):
        assert prose(self.ARTICLE.strip() + " " + credit) == self.ARTICLE.strip().split("\n")


class TestDatelines:
    def test_the_first_dateline_is_the_documents(self):
        text = "PARIS, March 4 (AP) — France expelled two envoys.\nOSLO, March 3 (AFP) — Norway condemned the arrests."
        layout = segments(Document("d", text, date=dt.date(2024, 3, 5)))
        assert (layout.place, layout.date, layout.agency) == ("Paris", dt.date(2024, 3, 4), "AP")
        assert [words for _, words in blocks(layout, text)] == [
            "France expelled two envoys.",
            "Norway condemned the arrests.",
        ]

    def test_a_speaker_is_no_dateline(self):
        text = (
            "OSLO: The minister answered our questions on Monday.\nMINISTER: We condemn the arrests in Minsk."
        )
        assert prose(text)[1] == "MINISTER: We condemn the arrests in Minsk."

    def test_a_time_stamp_gives_the_date_and_the_year_of_the_dateline(self):
        report = "OSLO, Dec. 31 (Fjord Wire) -- Norway condemned the arrests in Minsk."
        assert segments(Document("d", f"Published 1 January 2024\n{report}")).date == dt.date(2023, 12, 31)
        assert segments(Document("d", f"Published 1 January 2024\n{report[30:]}")).date == dt.date(2024, 1, 1)
        assert segments(Document("d", report)).date is None

    def test_an_alert_without_a_full_stop_is_prose(self):
        text = "OSLO (AP) — Norway condemns arrests\nOSLO (AP) — Norway expels two envoys"
        assert [kind for kind, _ in read(text)] == ["prose", "prose"]


LINES = st.sampled_from(
    [
        *PAGE.split("\n"),
        "",
        "",
        " ",
        "\t- x",
        "\u2028",
        "…",
        "(",
        "OSLO (AP) —",
        "Norway\rleft. It stayed.",
        "\x0b",
        "É. ",
    ]
)


@given(st.lists(LINES, max_size=30).map("\n".join))
def test_blocks_are_ordered_apart_and_trimmed(text):
    reached = 0
    for block in segments(Document("d", text)).blocks:
        assert reached <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        reached = block.end


@given(st.text())
def test_no_text_breaks_it(text):
    layout = segments(Document("d", text))
    assert bool(layout.blocks) >= bool(len(text.split("\n")) == 1 and text.strip() and "\r" not in text)


def test_an_ordinary_text_of_five_megabytes_takes_seconds_at_most():
    choose = random.Random(1).choices
    words = (
        "the ministry said Norway Kenya would agree on sanctions of talks to army left town Monday".split()
    )
    text = "\n".join(" ".join(choose(words, k=30)).capitalize() + "." for _ in range(30_000))
    begin = time.process_time()
    layout = segments(Document("d", text))
    assert len(layout.blocks) == 30_000
    # Measured: 1.3 s; the bound leaves room for a busy machine.
    assert time.process_time() - begin < 6


@pytest.mark.parametrize(
    "unit",
    [
        "a\n",
        "(a\n",
        "\n",
        " ",
        ". ",
        "x",
        "12:30 2024-\n",
        "SEOUL, ",
        "SEOUL, \n",
        "by A ",
        "By A B\n",
        "@a.",
        "(",
        "| ",
        "> A\n",
    ],
)
@pytest.mark.parametrize("number", [True, False], ids=["alike", "numbered"])
def test_no_text_makes_it_slow(unit, number):
    def seconds(size: int) -> float:
        units = size // (len(unit) + 6 * number)
        text = "".join(f"{unit[:-1]}{i:06}{unit[-1]}" for i in range(units)) if number else unit * units
        begin = time.process_time()
        segments(Document("d", text))
        return time.process_time() - begin

    # Four times the text may take six times as long; on a busy machine one of three tries has to.
    assert any(seconds(160_000) < 6 * seconds(40_000) + 0.3 for _ in range(3))
