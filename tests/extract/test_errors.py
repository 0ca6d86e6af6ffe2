"""Every error carries its data and says all of it."""

import pytest

from extract.errors import LONGEST_QUOTE, BadInput, BadRecord, BadTable, ExtractError, ModelMissing, quote


@pytest.mark.parametrize(
    ("error", "message", "data"),
    [
        (
            BadInput("a.txt", "it is binary"),
            "a.txt: it is binary",
            {"name": "a.txt", "problem": "it is binary"},
        ),
        (
            BadRecord("$.events[0].quad", 7, "an integer from 1 to 4"),
            "$.events[0].quad: given is 7, allowed is an integer from 1 to 4",
            {"path": "$.events[0].quad", "given": 7, "allowed": "an integer from 1 to 4"},
        ),
        (
            BadTable("countries.tsv", 3, "2 cells, the header has 4 columns"),
            "countries.tsv, line 3: 2 cells, the header has 4 columns",
            {"table": "countries.tsv", "line": 3},
        ),
        (
            ModelMissing("xx_big", "it is not installed"),
            "model 'xx_big': it is not installed. `make setup` installs the default model; "
            "--model takes any installed English spaCy pipeline with tagger, parser and NER",
            {"model": "xx_big", "problem": "it is not installed"},
        ),
    ],
    ids=["input", "record", "table", "model"],
)
def test_an_error_says_all_it_carries(error, message, data):
    assert isinstance(error, ExtractError)
    assert str(error) == message
    assert {key: getattr(error, key) for key in data} == data


@pytest.mark.parametrize("given", ["a" * 20_000_000, list(range(1000)), {"k": "v" * 200}], ids=type)
def test_a_long_value_is_quoted_in_part(given):
    assert len(quote(given)) == LONGEST_QUOTE + 1
    assert quote(given).endswith("…")
