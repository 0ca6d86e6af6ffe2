"""Bytes to text: UTF-8 first, UTF-16 and UTF-32 by their marks, else guessed, else replaced; and what was done."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from extract.errors import BadInput

HEAD = 8192
"""Bytes in which it shows whether a file is text at all."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 before UTF-16: the mark of the one begins with that of the other.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KINDS = (
    (b"%PDF-", "a PDF file: convert it to text first"),
    (b"PK\x03\x04", "a ZIP archive (or an office document): unpack it or save it as text first"),
    (b"\x1f\x8b", "compressed by gzip: unpack it first"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
)
_CONTROLS = bytes(sorted({*range(32), 127} - set(b"\t\n\v\f\r\x1a\x1b")))
_LATIN = re.compile(r"cp125[0478]|iso8859_(?:1|2|3|4|9|10|13|14|15|16)|latin.*|mac_.*|hp_roman8")
_MOST_LOST = 0.1
"""Share of characters that may be replaced before the input counts as binary."""


def decode(data: bytes, *, name: str) -> tuple[str, tuple[str, ...]]:
    """The text and a note on everything that was not plain UTF-8; raises BadInput where ``data`` is binary.

    >>> decode("Malmö".encode("utf-16"), name="a.txt")
    ('Malmö', ('read as utf-16-le, by its byte-order mark',))
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding, name)
    if wide := _wide(data):
        return wide
    _refuse_binary(data, name)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        return _guessed(data, error, name)


def _marked(data: bytes, encoding: str, name: str) -> tuple[str, tuple[str, ...]]:
    note = "the byte-order mark of UTF-8 was removed"
    if encoding != "utf-8":
        note = f"read as {encoding}, by its byte-order mark"
    else:
        _refuse_binary(data, name)
    try:
        return data.decode(encoding), (note,)
    except UnicodeDecodeError:
        return _replaced(data, encoding, name, (note,))


def _wide(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """UTF-16 without a mark: every other byte of English text is zero."""
    head = data[:HEAD]
    for encoding, zeros, letters in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if len(zeros) > 1 and zeros.count(0) > 0.5 * len(zeros) and letters.count(0) == 0:
            try:
                return data.decode(encoding), (f"read as {encoding}, guessed from its zero bytes",)
            except UnicodeDecodeError:
                return None
    return None


def _refuse_binary(data: bytes, name: str) -> None:
    head = data[:HEAD]
    for start, what in _KINDS:
        if head.startswith(start):
            raise BadInput(name, f"it is {what}")
    allowed = "text is allowed, in UTF-8 or another encoding"
    if at := head.count(0):
        raise BadInput(name, f"it is binary ({at} zero bytes among the first {len(head)}); {allowed}")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > _MOST_LOST * len(head):
        raise BadInput(
            name, f"it is binary ({controls} control bytes among the first {len(head)}); {allowed}"
        )


def _guessed(data: bytes, error: UnicodeDecodeError, name: str) -> tuple[str, tuple[str, ...]]:
    guesses = charset_normalizer.from_bytes(data)
    best = guesses.best()
    if best is None:
        return _replaced(data, "utf-8", name, ())
    encoding = best.encoding
    alike = {guess.encoding for guess in guesses} | set(best.could_be_from_charset)
    # Among the Latin code pages that all fit, English text is by far most often Windows-1252.
    if _LATIN.fullmatch(encoding) and "cp1252" in alike:
        encoding = "cp1252"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return _replaced(data, "utf-8", name, ())
    return text, (f"read as {encoding} (guessed), for byte {error.start} is not valid UTF-8",)


def _replaced(data: bytes, encoding: str, name: str, notes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd")
    if lost > _MOST_LOST * len(text):
        raise BadInput(
            name, f"it is binary, or in an encoding that cannot be told; {lost} bytes are no {encoding}"
        )
    return text, (*notes, f"{lost} characters that are not valid {encoding} were replaced by U+FFFD")
