"""Bytes to documents: formats, encodings, limits, and one clear message for each input that cannot be read."""

import codecs
import datetime as dt
import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import BadInput
from extract.model import Document
from extract.read import MAX_TEXT, Failure, document_from, read_documents

TEXT = "Norway condemned the arrests on Monday."


def read(data: bytes, name: str = "a.txt", **options):
    return list(read_documents(io.BytesIO(data), name=name, **options))


def one(data: bytes, name: str = "a.txt", **options):
    [item] = read(data, name, **options)
    return item


def lines(*records) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


class TestText:
    def test_a_file_is_a_document_that_is_called_as_the_file(self):
        assert one(TEXT.encode()) == Document("a.txt", TEXT)

    def test_what_the_caller_knows_is_kept(self):
        day = dt.date(2024, 3, 5)
        assert one(TEXT.encode(), date=day, publisher="Fjord Wire") == Document(
            "a.txt", TEXT, date=day, publisher="Fjord Wire"
        )

    @pytest.mark.parametrize("text", ["a\r\nb\r\n", "\n\n a \n", "a\x0bb\u2028c", "\ta  b"], ids=repr)
    def test_the_text_is_not_touched(self, text):
        assert one(text.encode()).text == text

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), min_size=1))
    def test_no_utf8_text_is_changed_or_lost(self, text):
        item = one(text.encode(), input_format="text")
        if isinstance(item, Failure):
            assert "it is binary" in item.error or (text.isspace() and "no text" in item.error)
        else:
            assert (item.text, item.notes) == (text, ())

    @pytest.mark.parametrize("data", [b"", b" \n\t\r\n", codecs.BOM_UTF8, b"\n" * 70_000])
    def test_empty(self, data):
        assert one(data) == Failure("a.txt", "a.txt: no text: the file is empty")

    def test_the_longest_text_is_read_and_one_byte_more_is_not(self):
        text = "Rain fell. " * (MAX_TEXT // 11)
        text += "x" * (MAX_TEXT - len(text))
        assert one(text.encode()).text == text
        item = one(text.encode() + b"y")
        assert item.id == "a.txt"
        assert item.error.startswith("a.txt: the text is longer than 10 MB (10485760 bytes)")
        assert "split it into documents" in item.error


class TestEncodings:
    @pytest.mark.parametrize(
        ("mark", "encoding", "note"),
        [
            (codecs.BOM_UTF8, "utf-8", "the byte-order mark of UTF-8 was removed"),
            (codecs.BOM_UTF16_LE, "utf-16-le", "read as utf-16-le, by its byte-order mark"),
            (codecs.BOM_UTF16_BE, "utf-16-be", "read as utf-16-be, by its byte-order mark"),
            (codecs.BOM_UTF32_LE, "utf-32-le", "read as utf-32-le, by its byte-order mark"),
            (codecs.BOM_UTF32_BE, "utf-32-be", "read as utf-32-be, by its byte-order mark"),
            (b"", "utf-16-le", "read as utf-16-le, guessed from its zero bytes"),
            (b"", "utf-16-be", "read as utf-16-be, guessed from its zero bytes"),
        ],
        ids=["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "bare-utf-16-le", "bare-utf-16-be"],
    )
    def test_marks_and_wide_text(self, mark, encoding, note):
        item = one(mark + "Malmö is calm today.".encode(encoding))
        assert (item.text, item.notes) == ("Malmö is calm today.", (note,))

    @pytest.mark.parametrize("text", ["The café in Malmö.", "“Talks,” she said — “failed.” " * 20], ids=len)
    def test_windows_1252_is_recognised_and_noted(self, text):
        item = one(text.encode("cp1252"))
        assert item.text == text
        assert "read as cp1252 (guessed)" in item.notes[0]

    def test_cyrillic_is_not_taken_for_latin(self):
        text = "Министерство иностранных дел осудило решение правительства в понедельник. " * 5
        item = one(text.encode("cp1251"))
        assert item.text == text
        assert "(guessed)" in item.notes[0]

    def test_a_broken_mark_loses_only_what_is_broken(self):
        item = one(codecs.BOM_UTF8 + b"Norway \xff condemned the arrests.")
        assert item.text == "Norway \ufffd condemned the arrests."
        assert item.notes[1] == "1 characters that are not valid utf-8 were replaced by U+FFFD"


class TestBinary:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"%PDF-1.7 \n", "it is a PDF file: convert it to text first"),
            (b"PK\x03\x04" + bytes(40), "it is a ZIP archive"),
            (b"\x1f\x8b\x08\x00" + bytes(40), "compressed by gzip: unpack it first"),
            (b"\x89PNG\r\n\x1a\n" + bytes(40), "it is a PNG image"),
            (b"\xff\xd8\xff\xe0" + bytes(40), "it is a JPEG image"),
            (b"\x7fELF" + bytes(range(8)) * 9, "it is binary (9 zero bytes among the first 76)"),
            (b"\x01\x02\x03 abc", "it is binary (3 control bytes among the first 7)"),
            (bytes(20), "it is binary (20 zero bytes"),
            (codecs.BOM_UTF16_LE + b"\x00\xd8" * 40, "it is binary, or in an encoding that cannot be told"),
            (codecs.BOM_UTF8 + b"a\x00b", "it is binary (1 zero bytes"),
        ],
        ids=[
            "pdf",
            "zip",
            "gzip",
            "png",
            "jpeg",
            "zero-bytes",
            "controls",
            "zeros",
            "bad-utf-16",
            "bom-and-zero",
        ],
    )
    def test_a_binary_file_is_called_that(self, data, message):
        item = one(data)
        assert isinstance(item, Failure)
        assert item.error.startswith("a.txt: ")
        assert message in item.error

    @given(st.binary())
    def test_no_bytes_break_it(self, data):
        assert isinstance(one(data, input_format="text"), Document | Failure)
        for item in read(data, input_format="jsonl"):
            assert isinstance(item, Document | Failure)


class TestLines:
    def test_every_field_is_read(self):
        record = {
            "id": "n1",
            "title": "T",
            "date": "2024-03-04",
            "publisher": "P",
            "url": "u",
            "place": "Oslo",
        }
        assert one(lines(record | {"text": TEXT}), "a.jsonl") == Document(
            "n1", TEXT, "T", dt.date(2024, 3, 4), "P", "u", "Oslo"
        )

    def test_what_is_missing_or_blank_has_a_default(self):
        day = dt.date(2024, 3, 5)
        item = one(
            lines({"text": TEXT, "title": " ", "url": None}), "a.jsonl", date=day, publisher="Fjord Wire"
        )
        assert item == Document("a.jsonl:1", TEXT, date=day, publisher="Fjord Wire")

    def test_the_line_wins_over_the_default(self):
        record = {"text": TEXT, "date": "2024-03-04", "publisher": "P"}
        item = one(lines(record), "a.jsonl", date=dt.date(2020, 1, 1), publisher="Q")
        assert (item.date, item.publisher) == (dt.date(2024, 3, 4), "P")

    def test_an_id_may_be_a_whole_number(self):
        assert one(lines({"id": 17, "text": TEXT}), "a.jsonl").id == "17"

    def test_a_time_stamp_gives_its_day(self):
        assert one(lines({"text": TEXT, "date": "2024-03-04T23:30:00-05:00"})).date == dt.date(2024, 3, 4)

    def test_one_line_in_is_one_line_out_in_order(self):
        data = (
            lines({"id": "a", "text": "A."}) + b"{broken\n\n" + lines({"id": "b"}, {"id": "c", "text": "C."})
        )
        items = read(data, "b.jsonl")
        assert [item.id for item in items] == ["a", "b.jsonl:2", "b", "c"]
        assert [type(item) for item in items] == [Document, Failure, Failure, Document]
        assert items[1].error.startswith("b.jsonl, line 2: no JSON at column 2 (Expecting property name")
        assert items[2].error.startswith("b.jsonl, line 4: `text` is missing; a line is {")

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (b"[1, 2]", "given is [1, 2]; a line is {"),
            (b"null", "given is None"),
            (b'{"text": 5}', "`text` is 5, not a string"),
            (b'{"text": " \\n"}', "no text: `text` is empty"),
            (b'{"text": "A.", "title": ["x"]}', "`title` is ['x'], allowed is a string or null"),
            (b'{"text": "A.", "id": true}', "`id` is True, allowed is a string or null"),
            (b'{"text": "A.", "id": 1.5}', "`id` is 1.5"),
            (b'{"text": "A.", "date": 20240304}', "`date` is 20240304, allowed is a string"),
            (b'{"text": "A.", "date": "4 March"}', "`date` is '4 March', allowed is YYYY-MM-DD"),
            (b'{"text": "A.", "date": "2024-02-30"}', "day is out of range for month"),
            (b"[" * 100_000, "its JSON is nested too deep"),
            (b"1" * 5000, "its JSON cannot be read (Exceeds the limit"),
            (b'{"text": "A."} {"text": "B."}', "no JSON at column 16 (Extra data"),
            (b'{"text": "A\x00."}', "it is binary (1 zero bytes"),
            (b'{"text": "A.', "no JSON at column 10 (Unterminated string"),
        ],
        ids=lambda value: value[:24] if isinstance(value, bytes) else None,
    )
    def test_a_line_that_is_wrong_is_named_and_the_batch_goes_on(self, line, message):
        first, item, last = read(lines({"text": "A."}) + line + b"\n" + lines({"text": "B."}), "b.jsonl")
        assert isinstance(item, Failure)
        assert item.id == "b.jsonl:2"
        assert item.error.startswith("b.jsonl, line 2: ")
        assert message in item.error
        assert (first.text, last.text) == ("A.", "B.")

    def test_a_failure_has_the_id_of_its_line(self):
        assert one(lines({"id": "n7", "text": None})).id == "n7"

    def test_the_second_of_two_equal_ids_is_left_out(self):
        first, second, third = read(
            lines({"id": "n", "text": "A."}, {"id": "m", "text": "B."}, {"id": "n", "text": "C."})
        )[:3]
        assert (first.text, second.text) == ("A.", "B.")
        assert third == Failure("n", "lines 1 and 3 of a.txt have the same id 'n'; the later one is left out")

    def test_a_failed_line_leaves_its_id_free(self):
        items = read(lines({"id": "n", "text": ""}, {"id": "n", "text": "C."}))
        assert [type(item) for item in items] == [Failure, Document]

    def test_lone_surrogates_are_replaced_and_noted(self):
        item = one(b'{"id": "\\ud800x", "text": "A \\ud800 b \\udfff.", "title": "\\ud83d\\ude00 \\udc00"}')
        assert (item.id, item.text, item.title) == ("\ufffdx", "A \ufffd b \ufffd.", "\U0001f600 \ufffd")
        assert item.notes == ("3 lone surrogates were replaced by U+FFFD",)
        item.text.encode()

    def test_a_line_in_another_encoding(self):
        item = one('{"text": "The café in Malmö was closed."}'.encode("cp1252"), "a.jsonl")
        assert item.text == "The café in Malmö was closed."
        assert "(guessed)" in item.notes[0]

    def test_a_mark_before_the_first_line(self):
        item = one(codecs.BOM_UTF8 + lines({"text": TEXT}), "a.jsonl")
        assert (item.text, item.notes) == (TEXT, ("the byte-order mark of UTF-8 was removed",))

    @pytest.mark.parametrize("data", [b"", b"\n\n"], ids=["nothing", "blank-lines"])
    def test_no_lines_are_one_message(self, data):
        assert one(data, "a.jsonl").error == "a.jsonl: no document: it has no line with anything on it"

    def test_an_array_is_refused_with_a_way_out(self):
        [item] = read(b'[\n{"text": "A."},\n{"text": "B."}\n]\n', "a.jsonl")
        assert item.error.startswith("a.jsonl: it is a JSON array; a line is {")

    def test_a_line_without_its_end(self):
        assert one(lines({"text": TEXT})[:-1]).text == TEXT


class Endless(io.RawIOBase):
    """A stream of one huge line and then a good one, made as it is read."""

    def __init__(self, size: int, end: bytes):
        self.left, self.end, self.longest = size, end, 0

    def readline(self, limit: int = -1) -> bytes:
        self.longest = max(self.longest, limit)
        if self.left:
            part = min(limit, self.left)
            self.left -= part
            return b"x" * part if self.left else b"x" * (part - 1) + b"\n"
        end, self.end = self.end, b""
        return end


class TestHugeLines:
    def test_a_huge_line_is_one_failure_in_bounded_memory(self):
        stream = Endless(5 * MAX_TEXT, lines({"id": "after", "text": TEXT}))
        tracemalloc.start()
        try:
            huge, after = read_documents(stream, name="b.jsonl")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert huge.id == "b.jsonl:1"
        assert huge.error.startswith("b.jsonl, line 1: the line is longer than 10 MB (10485760 bytes)")
        assert after == Document("after", TEXT)
        assert peak < 3 * MAX_TEXT

    def test_a_line_one_byte_too_long_does_not_take_the_next_one_with_it(self):
        line = b"x" * MAX_TEXT + b"\n"
        huge, after = read(line + lines({"id": "after", "text": TEXT}), "b.jsonl")
        assert isinstance(huge, Failure)
        assert after.id == "after"


class TestFormats:
    @pytest.mark.parametrize("name", ["a.jsonl", "A.NDJSON", "a.jl"])
    def test_by_name(self, name):
        assert one(b"Rain.", name).error.startswith(f"{name}, line 1: no JSON at column 1")

    @pytest.mark.parametrize("data", [b' {"text": "Rain."}', b'\n\n{ "text": "Rain."}\n'], ids=repr)
    def test_by_look(self, data):
        assert one(data, "stdin").text == "Rain."
        assert one(data, "stdin").id.startswith("stdin:")

    @pytest.mark.parametrize("text", ["{sic} Rain.", "[Rain] fell.", '"Rain."', "\n\nRain."])
    def test_text_that_looks_a_little_like_json(self, text):
        assert one(text.encode(), "stdin").text == text

    def test_the_format_that_is_asked_for_wins(self):
        assert one(lines({"text": TEXT}), "a.jsonl", input_format="text").id == "a.jsonl"

    def test_an_unknown_format_is_refused_at_once(self):
        with pytest.raises(
            BadInput, match=r"a: the input format 'xml' is unknown; allowed are auto, text, jsonl"
        ):
            read_documents(io.BytesIO(b""), name="a", input_format="xml")

    def test_nothing_is_read_before_it_is_asked_for(self):
        stream = io.BytesIO(lines(*({"id": str(i), "text": "A."} for i in range(10_000))))
        next(read_documents(stream, name="a"))
        assert stream.tell() < 100


def test_a_document_of_one_object():
    assert document_from({"text": TEXT}, default_id="request") == Document("request", TEXT)
    with pytest.raises(BadInput, match=r"^request: `text` is missing"):
        document_from({}, default_id="request")
