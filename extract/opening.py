"""Files and standard input as bytes: decompressed where they are gzip or zstd, which their first bytes tell."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from typing import IO, BinaryIO, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
SUFFIXES = (".gz", ".zst", ".zstd")

DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zstd.ZstdError)
"""What reading raises where a compressed file is damaged or cut off."""

BUFFER = 2**18


class Opened:
    """A file as it is read: ``stream`` gives its bytes, decompressed; ``read`` of the file's own were taken so far."""

    def __init__(self, file: BinaryIO, *, buffer: int = BUFFER) -> None:
        """``file`` may be a pipe; who opened it closes it. ``buffer`` bytes are decompressed at once."""
        self._counted = _Counted(file)
        raw = io.BufferedReader(self._counted, BUFFER)
        head = self._counted.head
        self.compressed = head.startswith((GZIP, ZSTD))
        self.stream: BinaryIO = raw
        if self.compressed:
            made = gzip.GzipFile(fileobj=raw) if head.startswith(GZIP) else zstd.ZstdFile(raw)
            self.stream = io.BufferedReader(cast(io.RawIOBase, made), buffer)

    @property
    def read(self) -> int:
        """Bytes of the file that were taken, for a progress."""
        return self._counted.count

    def skip(self, size: int) -> None:
        """Passes over so many bytes of the stream; harmless where there are fewer."""
        while size > 0 and (part := self.stream.read(min(size, BUFFER))):
            size -= len(part)


class _Counted(io.RawIOBase):
    """Reads a file, and counts; its ``head`` is known before."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.head = b""
        while len(self.head) < len(ZSTD) and (part := file.read(len(ZSTD) - len(self.head))):
            self.head += part
        self._ahead = self.head
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._ahead or self._file.read(len(buffer))
        taken, self._ahead = data[: len(buffer)], data[len(buffer) :]
        buffer[: len(taken)] = taken
        self.count += len(taken)
        return len(taken)


def without_suffix(name: str) -> str:
    """The name of what is in a compressed file.

    >>> without_suffix("events.jsonl.gz"), without_suffix("events.jsonl")
    ('events.jsonl', 'events.jsonl')
    """
    found = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(found)]
