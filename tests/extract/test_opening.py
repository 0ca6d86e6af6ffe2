"""Files are decompressed by what they hold, whatever their name."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import pytest

from extract.opening import DAMAGED, Opened, zstd

LINES = b"".join(b'{"id": "d%d"}\n' % number for number in range(5000))
CHECKED = {zstd.CompressionParameter.checksum_flag: 1}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": lambda data: zstd.compress(data, options=CHECKED),
}


class Pipe(io.RawIOBase):
    """Gives a byte at a time, as a slow pipe may."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 1))


@pytest.mark.parametrize("form", PACKED)
def test_the_stream_is_what_was_packed(form: str) -> None:
    packed = PACKED[form](LINES)
    opened = Opened(io.BytesIO(packed))
    assert opened.stream.read() == LINES
    assert opened.compressed == (form != "plain")
    assert opened.read == len(packed)


@pytest.mark.parametrize("form", PACKED)
def test_pipes_that_give_little_at_a_time(form: str) -> None:
    assert Opened(Pipe(PACKED[form](LINES[:500]))).stream.read() == LINES[:500]  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_several_parts_are_one(form: str) -> None:
    pack = PACKED[form]
    assert Opened(io.BytesIO(pack(b"a\n") + pack(b"b\n"))).stream.read() == b"a\nb\n"


@pytest.mark.parametrize("form", PACKED)
@pytest.mark.parametrize("size", [0, 1, 3, 13, len(LINES), len(LINES) + 9])
def test_skipping(form: str, size: int) -> None:
    opened = Opened(io.BytesIO(PACKED[form](LINES)))
    opened.skip(size)
    assert opened.stream.read() == LINES[size:]


@pytest.mark.parametrize("data", [b"", b"{", b"\x1f", b"\x28\xb5", b"abc"], ids=repr)
def test_what_is_too_short_to_be_compressed(data: bytes) -> None:
    assert Opened(io.BytesIO(data)).stream.read() == data


@pytest.mark.parametrize("form", ["gzip", "zstd"])
@pytest.mark.parametrize("harm", ["cut", "changed"])
def test_damage_is_told(form: str, harm: str) -> None:
    packed = bytearray(PACKED[form](LINES))
    middle = len(packed) // 2
    if harm == "cut":
        del packed[middle:]
    else:
        packed[middle : middle + 8] = bytes(8)
    with pytest.raises(DAMAGED):
        Opened(io.BytesIO(bytes(packed))).stream.read()
