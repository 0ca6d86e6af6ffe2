"""Texts that every format can carry, and their escape in XML."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile('[&<>"\t\n\r]')
_ODD = re.compile('[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def portable(text: str) -> str:
    """``text`` with a replacement character for each that XML 1.0 forbids.

    Those are the control characters but for tab, newline and return, the halves of surrogate pairs, U+FFFE and
    U+FFFF. All formats write this text, JSON and CSV too, so that they stay equal.

    >>> portable("a\\x00b")
    'a\ufffdb'
    """
    # What is printable holds none of them, and that is ten times as fast to see.
    return text if text.isprintable() else _FORBIDDEN.sub(REPLACEMENT, text)


def xml(text: str) -> str:
    """:func:`portable` text escaped for an attribute in double quotes or for an element, white space included.

    >>> xml('Q&A "now"')
    'Q&amp;A &quot;now&quot;'
    """
    # Nearly every text needs nothing, and one look for both kinds of characters tells.
    if not _ODD.search(text):
        return text
    return _SPECIAL.sub(lambda match: _ESCAPES[match.group()], _FORBIDDEN.sub(REPLACEMENT, text))
