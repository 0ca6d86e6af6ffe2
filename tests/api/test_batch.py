"""Files and standard input to documents and records; what fails is one Failure, and the batch goes on."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from api import batch
from api.batch import RecordFiles, documents, line_of
from extract.model import CodedDocument, Document
from extract.read import Failure

NONE = io.BytesIO()


def test_each_file_is_known_by_its_name(tmp_path: Path) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text(f"In {path.name}.")
    found = list(documents(list(map(str, paths)), NONE, publisher="Wire"))
    assert found == [Document(path.name, f"In {path.name}.", publisher="Wire") for path in paths]


def test_standard_input() -> None:
    (found,) = documents(["-"], io.BytesIO(b"Rain."))
    assert found == Document("stdin", "Rain.")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("missing.txt", "No such file", id="missing"),
        pytest.param("folder", "Is a directory", id="folder"),
        pytest.param("other/a.txt", "same file name", id="same-name-in-another-folder"),
    ],
)
def test_a_file_that_fails(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other").mkdir()
    for path in ("a.txt", "other/a.txt", "z.txt"):
        (tmp_path / path).write_text("Rain.")
    first, failure, last = documents([str(tmp_path / path) for path in ("a.txt", name, "z.txt")], NONE)
    assert [first.id, last.id] == ["a.txt", "z.txt"]
    assert isinstance(failure, Failure)
    assert said in failure.error


def test_a_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt")  # noqa: PTH118 - bytes
    with open(path, "wb") as stream:  # noqa: PTH123
        stream.write(b"Rain.")
    (found,) = documents([os.fsdecode(path)], NONE)
    assert found == Document("caf\ufffd.txt", "Rain.")


def test_records_there_and_back(record_file: Path) -> None:
    lines = record_file.read_text("utf-8").splitlines()
    found = list(RecordFiles([str(record_file)], NONE))
    assert all(isinstance(item, CodedDocument) for item in found)
    assert [line_of(item) for item in found] == [json.loads(line) for line in lines]


def broken(record: dict[str, Any]) -> dict[str, Any]:
    record["events"][0]["quad"] = 7
    return record


@pytest.mark.parametrize(
    ("line", "id_", "said"),
    [
        pytest.param(b"{", "stdin:2", "no JSON", id="broken-json"),
        pytest.param(b"[" * 100_000, "stdin:2", "nested too deep", id="nested"),
        pytest.param(b"\xff\xfe", "stdin:2", "no JSON in UTF-8", id="not-utf8"),
        pytest.param(b"[]", "stdin:2", "a JSON object", id="array"),
        pytest.param(b'{"id": "x", "error": "no text"}', "x", "could not be extracted", id="failed-before"),
        pytest.param(b'{"id": "x", "events": 1}', "x", "$.events", id="no-list"),
        pytest.param(b'{"id": 5, "events": []}', "stdin:2", "$.id", id="id-is-a-number"),
        pytest.param(b'{"n": ' + b"1" * 5000 + b"}", "stdin:2", "4300 digits", id="huge-number"),
    ],
)
def test_a_line_that_fails(line: bytes, id_: str, said: str) -> None:
    good = b'{"id": "good", "events": []}'
    found = list(RecordFiles(["-"], io.BytesIO(b"\n".join([good, line, b"", good]))))
    assert [item.document.id for item in found if isinstance(item, CodedDocument)] == ["good", "good"]
    (failure,) = (item for item in found if isinstance(item, Failure))
    assert failure.id == id_
    assert said in failure.error


def test_a_wrong_event_is_told_by_its_path(record_file: Path) -> None:
    line = broken(json.loads(record_file.read_text("utf-8").splitlines()[0]))
    (failure,) = RecordFiles(["-"], io.BytesIO(json.dumps(line).encode()))
    assert isinstance(failure, Failure)
    assert failure.error.startswith("stdin:1: $.events[0].quad: given is 7")


def test_a_line_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MAX_LINE", 100)
    long = b'{"id": "long", "events": [], "text": "' + b"a" * 100_000 + b'"}\n'
    first, second = RecordFiles(["-"], io.BytesIO(long + b'{"id": "next", "events": []}'))
    assert isinstance(first, Failure)
    assert "longer than 100 bytes" in first.error
    assert isinstance(second, CodedDocument)


def test_no_record_at_all() -> None:
    (failure,) = RecordFiles(["-"], io.BytesIO(b""))
    assert isinstance(failure, Failure)
    assert "empty" in failure.error
