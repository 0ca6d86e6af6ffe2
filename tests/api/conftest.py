"""A small store of hand-built reports, and the service and the test client over it."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.batch import line_of
from api.service import Coding, Service
from extract.model import (
    PLOVER_TYPES,
    Actor,
    ActorMention,
    CodedDocument,
    Document,
    Event,
    Sentence,
    Span,
    When,
)
from extract.read import Failure

NORWAY = Actor("NOR", "GOV", "Norway", "State")
BELARUS = Actor("BLR", "GOV", "Belarus", "State")
KOREA = Actor("KOR", "GOV", "South Korea", "State")
POLICE = Actor("BLR", "COP", "Belarus: police", "StateOrgan")
ODD = Actor("---", None, "<img src=x onerror=alert(1)>", "UnknownActor")

CAMEO = {"ACCUSE": "111", "CONSULT": "040", "COERCE": "173", "REQUEST": "104"}


def reported(
    source: Actor,
    words: str,
    target: Actor,
    relation: str,
    kind: str,
    day: dt.date | None = dt.date(2024, 3, 12),
    **changes: Any,
) -> tuple[str, Event]:
    """A sentence of the form ``source words target.``, and the event in it, with offsets from 0."""
    text = f"{source.name} {words} {target.name}."
    start = len(source.name) + 1
    fields: dict[str, Any] = {
        "source": ActorMention(source, Span(source.name, 0, len(source.name))),
        "relation": relation,
        "type": kind,
        "mode": None,
        "contexts": (),
        "cameo": CAMEO[kind],
        "quad": PLOVER_TYPES[kind],
        "goldstein": -2.0,
        "target": ActorMention(target, Span(target.name, start + len(words) + 1, len(text) - 1)),
        "modality": "actual",
        "negated": False,
        "date": When(day, day + dt.timedelta(days=1), "day", "expression") if day else None,
        "place": None,
        "attribution": None,
        "sentence": Sentence(1, Span(text, 0, len(text))),
        "trigger": Span(words, start, start + len(words)),
        "rule": f"{relation}.v.1",
        "confidence": 0.8,
    }
    return text, Event(**fields | changes)


def document(id_: str, text: str, *events: Event, **known: Any) -> CodedDocument:
    return CodedDocument(Document(id_, text, **known), events)


def sample() -> list[CodedDocument]:
    """Three papers: two report the same accusation; one meeting, one arrest, one plan; one denial and one supposed."""
    accuse_text, accuse = reported(NORWAY, "accused", BELARUS, "accuse", "ACCUSE")
    arrest_text, arrest = reported(POLICE, "arrested", ODD, "arrest", "COERCE", dt.date(2024, 3, 10))
    meet_text, meet = reported(KOREA, "met", NORWAY, "meet", "CONSULT", dt.date(2024, 4, 1), confidence=0.4)
    plan_text, plan = reported(KOREA, "will press", BELARUS, "pressure", "REQUEST", None, modality="planned")
    denied_text, denied = reported(NORWAY, "did not meet", BELARUS, "meet", "CONSULT", negated=True)
    supposed_text, supposed = reported(
        NORWAY, "might meet", POLICE, "meet", "CONSULT", modality="hypothetical"
    )
    day = dt.date(2024, 3, 13)
    return [
        document("one.txt", accuse_text, accuse, title="Oslo", date=day, publisher="Fjord Wire"),
        document("two.txt", accuse_text, accuse, date=day, url="https://example.org/2"),
        document("three.txt", arrest_text, arrest),
        document("four.txt", meet_text, meet),
        document("five/ä", plan_text, plan),
        document("six.txt", denied_text, denied),
        document("seven.txt", supposed_text, supposed),
    ]


class FakeCoding(Coding):
    """Finds an accusation in each text that holds the word; no model."""

    def load(self) -> Any:
        return SimpleNamespace(model="fake 1", extract=self._fake, explain=self._explained)

    @staticmethod
    def _explained(document: Document) -> Iterator[dict[str, object]]:
        yield {"sentence": 1, "text": document.text}

    @staticmethod
    def _fake(items: Iterable[Document | Failure]) -> Iterator[CodedDocument | Failure]:
        text, event = reported(NORWAY, "accused", BELARUS, "accuse", "ACCUSE")
        for item in items:
            if isinstance(item, Document):
                yield CodedDocument(item, (event,) if item.text.startswith(text) else ())
            else:
                yield item


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed store with the sample; not to be written to."""
    path = tmp_path_factory.mktemp("api") / "store"
    with Service(path, create=True) as service:
        service.load(sample())
    return path


@pytest.fixture
def sample_event() -> CodedDocument:
    """A document with one event: Norway accused Belarus."""
    return sample()[0]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An open service over the sample, with a fake extractor."""
    with Service(tmp_path_factory.mktemp("api") / "open", create=True, coding=FakeCoding()) as service:
        service.load(sample())
        yield service


@pytest.fixture(scope="session")
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Service]:
    """An open service over a sample of its own, which a test may change."""
    with Service(tmp_path / "fresh", create=True, coding=FakeCoding()) as service:
        service.load(sample())
        yield service


@pytest.fixture
def record_file(tmp_path: Path) -> Path:
    """The sample as lines of records."""
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(line_of(one), ensure_ascii=False) + "\n" for one in sample()), "utf-8")
    return path


@pytest.fixture
def whowhom(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the console script in an empty folder."""
    script = Path(sys.executable).with_name("whowhom")

    def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"TMPDIR": str(tmp_path)}
        settings: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 120, "env": environment}
        settings |= {"stdin": subprocess.DEVNULL} if "input" not in options else {}
        return subprocess.run([script, *map(str, arguments)], cwd=tmp_path, **settings | options)

    return run


class Running:
    """A server that has said its address."""

    def __init__(self, store: Path, *options: str) -> None:
        script = Path(sys.executable).with_name("whowhom")
        self.process = subprocess.Popen(
            [script, "serve", "--store", store, "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        found = re.search(r"(?<= at )http://(?:[\w.]+|\[::\]):(\d+)", self.line)
        assert found, self.process.communicate()
        self.address, self.port = found[0], int(found[1])

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.address + path, timeout=30) as response:
            return json.load(response)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """The exit status, and what was written to standard error."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[..., Running]]:
    servers: list[Running] = []

    def run(store: Path, *options: str) -> Running:
        servers.append(Running(store, *options))
        return servers[-1]

    yield run
    for server in servers:
        server.stop()
