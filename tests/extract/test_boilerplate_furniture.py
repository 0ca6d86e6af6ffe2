"""What a single line of a page is."""

import datetime as dt

import pytest

from extract.furniture import Kind, kind_of, stamp_date
from extract.tables import rows

LINES = {
    Kind.PROSE: [
        "He resigned.",
        "“No.” He left.",
        '"We expect an answer," the minister said.',
        "Norway condemned the arrests on Monday, March 4, 2024.",
        "He resigned on March 3, 2021.",
        "Norway released 3 prisoners on 3 March 2021.",
        "The US bans the app.",
        "The army told us to sign up, a farmer said: “You had no choice but to sign up.”",
        "The U.N. said it would withdraw its troops from Mali.",
        "The ministry presented a plan with the following points:",
        "Norway condemned the arrests. It did not say whether it would expel",
        "Will Kenya send troops to Haiti?",
        "Photograph by photograph the investigators of the court rebuilt what the soldiers did in the village.",
        "Copyright law was rejected by parliament.",
        "Reporting by journalists was banned.",
        "Related talks failed.",
        "More troops left the town.",
        "Share prices fell.",
    ],
    Kind.HEADLINE: [
        "Norway condemns arrests",
        "Norway to press Belarus to free two journalists",
        "Kenya, Ethiopia Sign Agreement on Border Trade",
        "Share prices fall in Oslo after sanctions",
        "Return to talks likely, Kenya says",
        "NORWAY EXPELS TWO ENVOYS OF BELARUS",
        "Norway expels envoys on March 4, 2024",
        "Section 9 protesters march on parliament",
    ],
    Kind.FRAGMENT: [
        "World",
        "Korean Peninsula",
        "U.S.",
        "Washington, D.C.",
        "Business & Economy",
        "Who Rules Kenya?",
        "Norway said on Monday it would no longer…",
        "World | Politics | Sports | Weather | Opinion",
        "Letters to the Editor",
    ],
    Kind.FURNITURE: [
        "Share on Facebook",
        "Thanks for your feedback!",
        "Send Feedback",
        "Read more: Oslo expels two envoys",
        "How can we improve?",
        "Read more »",
        "Subscribe",
        "Subscribe to our newsletter to get the news in your inbox.",
        "ADVERTISEMENT",
        "- Advertisement -",
        "Photo by Jane Doe / Fjord Wire",
        "(Photo: Fjord Wire)",
        "File photo",
        "Reporting by Jane Doe; editing by John Roe",
        "(Additional reporting by Jane Doe in Nairobi)",
        "© Fjord Wire",
        "We use cookies to improve your experience on our site.",
        "Please enable JavaScript to view the comments.",
        "You are using an outdated browser.",
        "jane@fjordwire.example",
        "Contact: press@fjordwire.example, +47 555 0100",
        "https://fjordwire.example/a",
        "Go to Contents Go to Navigation",
        "Facebook Twitter",
        "Most Viewed",
        "Breaking News!",
        "Related Articles",
        "Tags: Norway, Belarus",
        "* * *",
        "12 Comments",
        "5 min read",
    ],
    Kind.TIMESTAMP: [
        "All News 09:30 January 04, 2017",
        "Published 3 March 2021",
        "Updated: March 3, 2021 10:20 GMT",
        "2021-03-03 10:20:11",
        "2021.03.03 10:20",
        "Wed, 3 Mar 2021 10:20 +0100",
        "Last updated at 10:20 p.m. ET, March 3, 2021",
        "March 3, 2021",
        "Jan. 4, 2017 9:30 a.m. ET",
        "First published on Wed 3 Mar 2021 10.20 GMT",
        "10:20",
        "03/03/2021",
    ],
    Kind.BYLINE: [
        "By Jane Doe and John Roe",
        "By JANE DOE",
        "BY JANE DOE",
        "By Jane van der Doe in Oslo",
        "Written by Jane Doe",
        "Jane Doe | Fjord Wire",
        "Jane Doe, Fjord Wire Staff Reporter",
    ],
    Kind.END: [
        "(END)",
        "END",
        "###",
        "-30-",
        "© 2024 Fjord Wire. All rights reserved.",
        "Copyright (c) 2024 Fjord Wire",
        "All rights reserved",
        "This material may not be published, broadcast or redistributed.",
    ],
}


@pytest.mark.parametrize(
    ("kind", "line"),
    [(kind, line) for kind, lines in LINES.items() for line in lines],
    ids=lambda value: value.name if isinstance(value, Kind) else value,
)
def test_the_kind_of_a_line(kind, line):
    assert kind_of(line) is kind


@pytest.mark.parametrize("example", [row["example"] for row in rows("furniture.tsv", ("pattern", "example"))])
def test_every_phrase_of_the_table_matches_its_example(example):
    assert kind_of(example) is Kind.FURNITURE


def test_a_long_line_is_prose_whatever_it_says():
    assert kind_of("Share on Facebook " * 20) is Kind.PROSE


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("All News 09:30 January 04, 2017", dt.date(2017, 1, 4)),
        ("Published 3 March 2021", dt.date(2021, 3, 3)),
        ("2021.03.05 10:20", dt.date(2021, 3, 5)),
        ("2021-03-05T10:20:00Z", dt.date(2021, 3, 5)),
        ("Feb. 30, 2021, updated March 1, 2021", dt.date(2021, 3, 1)),
        ("03/05/2021", None),
        ("10:20", None),
    ],
)
def test_the_day_of_a_time_stamp(line, date):
    assert stamp_date(line) == date
