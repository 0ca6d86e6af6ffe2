"""Analyses over HTTP and on the command line, what is kept of them, and the jobs that compute what takes long."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from api import analyses, jobs
from api.app import create_app
from api.beside import Announcement, Beside
from api.cli import cli
from api.errors import Busy, JobEnded, Told, UnknownJob
from api.jobs import CANCELLED, DONE, FAILED, MOST_KEPT, RUNNING, Jobs
from api.kept import Kept
from api.service import Service
from extract.record import from_record
from graph.arrays import EdgeArrays
from graph.measure_errors import MeasureDied, NotComputable
from graph.measures import MEASURES, Measured

NAMES = {"KOR": "South Korea", "PRK": "North Korea", "USA": "United States", "CHN": "China", "JPN": "Japan"}
EVENTS = [
    ("KOR", "accuse", "ACCUSE", "PRK", "2024-01-05"),
    ("KOR", "accuse", "ACCUSE", "PRK", "2024-02-05"),
    ("PRK", "accuse", "ACCUSE", "KOR", "2024-02-09"),
    ("KOR", "meet", "CONSULT", "USA", "2024-03-01"),
    ("USA", "meet", "CONSULT", "CHN", "2024-03-02"),
    ("USA", "meet", "CONSULT", "PRK", "2024-03-04"),
    ("CHN", "meet", "CONSULT", "PRK", "2024-03-05"),
    ("PRK", "meet", "CONSULT", "CHN", "2025-03-05"),
    ("CHN", "meet", "CONSULT", "KOR", None),
]
"""Signs: KOR-PRK is hostile, all others are friendly."""


KINDS = {"ACCUSE": ("111", 3), "CONSULT": ("040", 1)}


def load(service: Service) -> None:
    for number, told in enumerate(EVENTS):
        store_event(service, f"{number}.txt", *told)


def store_event(
    service: Service, name: str, source: str, action: str, kind: str, target: str, day: str | None
) -> None:
    """A paper with one event."""
    text = f"{source} {action} {target}"
    ends = [
        {
            "code": code,
            "sector": "GOV",
            "name": NAMES[code],
            "type": "State",
            "text": code,
            "start": at,
            "end": at + 3,
        }
        for code, at in ((source, 0), (target, len(text) - 3))
    ]
    start = dt.date.fromisoformat(day) if day else None
    cameo, quad = KINDS[kind]
    event = {
        "source": ends[0],
        "relation": action,
        "event": kind,
        "mode": None,
        "contexts": [],
        "cameo": cameo,
        "quad": quad,
        "goldstein": -2.0,
        "target": ends[1],
        "modality": "actual",
        "negated": False,
        "date": start
        and {
            "start": str(start),
            "end": str(start + dt.timedelta(1)),
            "granularity": "day",
            "basis": "document",
        },
        "place": None,
        "attribution": None,
        "sentence": {"number": 1, "start": 0, "end": len(text), "text": text},
        "trigger": {"text": action, "start": 4, "end": 4 + len(action)},
        "rule": f"{action}.v.1",
        "confidence": 0.8,
    }
    service.load([from_record({"id": name, "text": text, "events": [event]})])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed store."""
    path = tmp_path_factory.mktemp("analysis") / "store"
    with Service(path, create=True) as service:
        load(service)
    return path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("analysis") / "open", create=True) as service:
        load(service)
        yield service


@pytest.fixture(scope="module")
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


def get(client: FlaskClient, path: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}", query_string=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


# --- answers


def test_paths_say_what_they_consist_of(client: FlaskClient) -> None:
    found = get(client, "paths", source="KOR", target="CHN", k=2)
    first, second = found["paths"]
    assert [actor["id"] for actor in first["actors"]] == ["KOR", "PRK", "CHN"]
    assert first["actors"][0]["label"] == "South Korea"
    assert (first["cost"], first["length"]) == (1.5, 2)
    assert first["steps"][0] == {
        "source": "KOR",
        "target": "PRK",
        "weight": 2,
        "relations": 1,
        "actions": [
            {
                "relation": "KOR--accuse--PRK",
                "source": "KOR",
                "target": "PRK",
                "action": "accuse",
                "events": 2,
                "mentions": 2,
                "goldstein": -2.0,
            }
        ],
    }
    assert [actor["id"] for actor in second["actors"]] == ["KOR", "USA", "CHN"]
    meta = found["meta"]
    assert (meta["returned"], meta["total"], meta["truncated"]) == (2, None, True)
    assert meta["reason"] == "limit of 2 paths"
    assert meta["query"]["max_length"] == 3


def test_ordered_paths_name_events(client: FlaskClient) -> None:
    found = get(client, "paths", source="KOR", target="PRK", ordered="true", quad=1)
    (path, longer) = found["paths"]
    assert [step["event"]["start"] for step in path["steps"]] == ["2024-03-01", "2024-03-04"]
    assert [step["event"]["start"] for step in longer["steps"]] == ["2024-03-01", "2024-03-02", "2024-03-05"]
    chosen = client.get(f"/api/v1/events/{path['steps'][0]['event']['event']}").get_json()
    assert chosen["relation_id"] == path["steps"][0]["event"]["relation"] == "KOR--meet--USA"
    assert found["meta"]["total"] == 2


def test_a_search_that_is_given_up_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    found = get(client, "paths", source="KOR", target="CHN")
    assert (found["meta"]["truncated"], found["meta"]["total"]) == (False, 3)
    monkeypatch.setattr("graph.paths.paths.__kwdefaults__", {**_defaults(), "limit": 1})
    found = get(client, "paths", source="KOR", target="CHN")
    assert found["meta"]["truncated"] is True
    assert "beginnings of paths" in found["meta"]["reason"]


def _defaults() -> dict[str, Any]:
    from graph.paths import paths

    return dict(paths.__kwdefaults__ or {})


def test_common_partners(client: FlaskClient) -> None:
    found = get(client, "common", actor="KOR,PRK")
    assert [(row["id"], row["label"], row["least"]) for row in found["common"]] == [
        ("CHN", "China", 1),
        ("USA", "United States", 1),
    ]
    china = found["common"][0]
    assert china["ties"]["PRK"] == {
        "events": 2,
        "out": 1,
        "in": 1,
        "out_quads": {
            "verbal_cooperation": 1,
            "material_cooperation": 0,
            "verbal_conflict": 0,
            "material_conflict": 0,
        },
        "in_quads": {
            "verbal_cooperation": 1,
            "material_cooperation": 0,
            "verbal_conflict": 0,
            "material_conflict": 0,
        },
    }
    assert found["meta"]["total"] == 2
    assert get(client, "common", actor=["KOR", "PRK"], limit=1)["meta"]["reason"] == "limit of 1"


def test_a_dyad(client: FlaskClient) -> None:
    found = get(client, "dyad", source="KOR", target="PRK")
    assert found["source"]["label"] == "South Korea"
    assert [one["events"] for one in found["directions"]] == [2, 1]
    assert (found["both"]["net"], found["both"]["balance"]) == (-3, -1.0)
    assert [(one["month"], one["net"]) for one in found["months"]] == [("2024-01", -1), ("2024-02", -2)]
    assert found["turning_points"] == []
    assert found["meta"]["method"]["months"] == 2


def test_an_actor_over_time(client: FlaskClient) -> None:
    found = get(client, "ego", actor="CHN")
    first, second = found["ego"]
    assert (first["bucket"], first["out"], first["in"], first["partners"]) == ("2024", 1, 1, 2)
    assert (second["bucket"], second["left"]["number"], second["entered"]["number"]) == ("2025", 1, 0)
    assert second["left"]["strongest"] == [{"id": "USA", "label": "United States", "events": 1}]
    assert found["meta"]["undated"] == 1
    months = get(client, "ego", actor="CHN", bucket="month")["ego"]
    assert [one["bucket"] for one in months] == ["2024-03", "2025-03"]


def test_a_matrix_is_of_the_strongest_actors_or_of_given_ones(client: FlaskClient) -> None:
    found = get(client, "matrix", limit=3)
    assert [actor["id"] for actor in found["actors"]] == ["PRK", "KOR", "CHN"]
    assert {(cell["source"], cell["target"]): cell["events"] for cell in found["cells"]} == {
        ("KOR", "PRK"): 2, ("PRK", "KOR"): 1, ("CHN", "PRK"): 1, ("PRK", "CHN"): 1, ("CHN", "KOR"): 1,
    }  # fmt: skip
    meta = found["meta"]
    assert (meta["total"], meta["returned"], meta["reason"]) == (4, 3, "limit of 3")
    assert (meta["first"], meta["last"]) == ("2024-01-05", "2025-03-05")
    given = get(client, "matrix", actor="USA,KOR")
    assert [actor["label"] for actor in given["actors"]] == ["United States", "South Korea"]
    (cell,) = given["cells"]
    assert (cell["source"], cell["target"], cell["quads"]["verbal_cooperation"]) == ("KOR", "USA", 1)
    assert (given["meta"]["total"], given["meta"]["truncated"]) == (2, False)
    nobody = get(client, "matrix", quad=2)
    assert (nobody["actors"], nobody["cells"], nobody["meta"]["first"]) == ([], [], None)


@pytest.mark.parametrize("measure", MEASURES)
def test_measures_are_ranked(client: FlaskClient, measure: str) -> None:
    found = get(client, "measures", measure=measure, limit=2)
    first, second = found["measures"]
    order = MEASURES[measure].columns[0]
    assert [row["rank"] for row in (first, second)] == [1, 2]
    if order in MEASURES[measure].ascending:
        assert first[order] <= second[order]
    else:
        assert first[order] >= second[order]
    assert first["label"] == NAMES[first["id"]]
    assert found["meta"]["order"] == f"{order}, id"
    assert found["meta"]["truncated"] is (found["meta"]["total"] > 2)


def test_a_measure_is_that_of_the_selection(client: FlaskClient) -> None:
    found = get(client, "measures", measure="strength", actor="USA", order="in")
    assert {row["id"]: (row["in"], row["out"]) for row in found["measures"]} == {
        "USA": (1, 2),
        "CHN": (1, 0),
        "PRK": (1, 0),
        "KOR": (0, 1),
    }
    assert get(client, "measures", measure="strength", quad=3)["meta"]["total"] == 2


def test_balance_tells_the_kinds_of_triads(client: FlaskClient) -> None:
    found = get(client, "measures", measure="balance")
    assert found["summary"]["kinds"] == {"+++": 2, "++-": 2, "+--": 0, "---": 0}
    assert found["measures"][0]["kinds"].keys() == found["summary"]["kinds"].keys()


def test_an_answer_has_an_etag(client: FlaskClient) -> None:
    answer = client.get("/api/v1/dyad?source=KOR&target=PRK")
    again = client.get(
        "/api/v1/dyad?source=KOR&target=PRK", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


WRONG = [
    ("paths?source=KOR", 400, "bad-parameter", "target is missing"),
    ("paths?source=KOR&target=KOR", 400, "bad-parameter", "another actor"),
    ("paths?source=KOR&target=NORTH+KO", 400, "bad-parameter", "target: .*Did you mean PRK"),
    ("paths?source=KORR&target=PRK", 400, "bad-parameter", "source: .*Did you mean KOR"),
    ("paths?source=KOR&target=PRK&max_length=7", 400, "bad-parameter", "from 1 to 6"),
    ("paths?source=KOR&target=PRK&direction=in", 400, "bad-parameter", "one of out, any"),
    ("paths?source=KOR&target=PRK&ordered=yes", 400, "bad-parameter", "true, false"),
    ("common?actor=KOR", 400, "bad-parameter", "2 to 10 different"),
    ("common", 400, "bad-parameter", "actor is missing"),
    ("common?actor=KOR,PKR", 400, "bad-parameter", "actor: .*Did you mean"),
    ("dyad?source=KOR&target=PRK&from=2024-02-01&to=2024-01-01", 400, "bad-parameter", "a day after"),
    ("dyad?source=KOR&target=PRK&quad=5", 400, "bad-parameter", "1 .verbal cooperation"),
    ("dyad?source=KOR&target=PRK&action=acuse", 400, "unknown-action", "accuse"),
    ("ego", 400, "bad-parameter", "actor is missing"),
    ("ego?actor=KOR&bucket=day", 400, "bad-parameter", "one of year, month"),
    ("ego?actor=KOR&limit=101", 400, "bad-parameter", "from 1 to 100"),
    ("matrix?actor=KOR", 400, "bad-parameter", "2 to 40 different actors"),
    ("matrix?actor=KOR,KR", 400, "bad-parameter", "actor: "),
    ("matrix?limit=41", 400, "bad-parameter", "from 2 to 40"),
    ("measures", 400, "bad-parameter", "measure is missing. Give one of degree"),
    ("measures?measure=fame", 400, "bad-parameter", "degree, strength"),
    ("measures?measure=kcore&order=in", 400, "bad-parameter", "one of core"),
    ("measures?measure=kcore&actor=KR", 400, "bad-parameter", "actor: "),
    ("measures?measure=balance&quad=3", 422, "not-computable", "no three actors"),
    ("measures?measure=pagerank&quad=2", 422, "not-computable", "no events between two different actors"),
    ("jobs/0", 404, "not-found", "No job '0'"),
    ("jobs/0?cursor=1", 400, "bad-parameter", "Allowed are limit, order"),
]


@pytest.mark.parametrize(("path", "status", "slug", "words"), WRONG, ids=[path for path, *_ in WRONG])
def test_what_is_wrong_is_told(client: FlaskClient, path: str, status: int, slug: str, words: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json(force=True)
    assert problem["type"].endswith(f"/{slug}")
    assert re.search(words, problem["detail"])


# --- what is kept


def test_a_measure_is_computed_once_for_a_generation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[int] = []
    measure = MEASURES["pagerank"]

    def counting(arrays: EdgeArrays, tell: Any) -> Measured:
        computed.append(arrays.size)
        return measure.compute(arrays, tell)

    changed = type(measure)(measure.name, counting, measure.columns)
    monkeypatch.setattr(analyses, "MEASURES", {**MEASURES, "pagerank": changed})
    with Service(tmp_path / "own", create=True) as service:
        load(service)
        client = create_app(service).test_client()
        first = get(client, "measures", measure="pagerank")
        assert get(client, "measures", measure="pagerank", limit=1)["measures"] == first["measures"][:1]
        assert computed == [4]
        get(client, "measures", measure="pagerank", quad=1)
        assert computed == [4, 4]
        store_event(service, "new.txt", "KOR", "meet", "CONSULT", "JPN", None)
        assert len(get(client, "measures", measure="pagerank")["measures"]) == 5
        assert computed == [4, 4, 5]


def test_few_values_are_kept_and_faults_are_not() -> None:
    kept: Kept[int] = Kept(2)
    made: list[int] = []

    def make(value: int) -> int:
        made.append(value)
        return value

    for key in (1, 2, 1, 3, 1, 2):  # 2 is forgotten when 3 comes
        assert kept.get(key, lambda key=key: make(key)) == key  # type: ignore[misc]
    assert (made, len(kept)) == ([1, 2, 3, 2], 2)
    with pytest.raises(ZeroDivisionError):
        kept.get(4, lambda: 1 // 0)
    assert (kept.known(4), kept.get(4, lambda: 5), kept.known(4), kept.known(99)) == (None, 5, 5, None)


# --- jobs


class Slow:
    """Stands for the process of a measure: it says that it is half done, and waits until it is let go or stopped."""

    made: list[Slow]

    def __init__(self, **_: object) -> None:
        self.half, self.free = threading.Event(), threading.Event()
        self.stopped = False
        self.fails: Exception | None = None
        Slow.made.append(self)

    def run(self, measure: str, arrays: EdgeArrays, tell: Callable[[float, str], object]) -> Measured:
        tell(0.5, "half of it")
        self.half.set()
        assert self.free.wait(30)
        if self.stopped:
            raise MeasureDied("SIGKILL")
        if self.fails:
            raise self.fails
        return MEASURES[measure].compute(arrays, tell)

    def stop(self) -> None:
        self.stopped = True
        self.free.set()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Slow]]:
    """Every measure is a job, of a process that a test lets go."""
    Slow.made = []
    monkeypatch.setattr(jobs, "MeasureProcess", Slow)
    monkeypatch.setattr(analyses, "INLINE_SECONDS", -1.0)
    monkeypatch.setattr("api.routes.analysis.WAIT_SECONDS", 0.0)
    yield Slow.made
    for process in Slow.made:
        process.free.set()


@pytest.fixture
def own(tmp_path: Path, slow: list[Slow]) -> Iterator[FlaskClient]:
    with Service(tmp_path / "own", create=True) as service:
        load(service)
        yield create_app(service).test_client()


def test_a_measure_that_takes_long_becomes_a_job(own: FlaskClient, slow: list[Slow]) -> None:
    answer = own.get("/api/v1/measures?measure=pagerank&limit=2")
    assert answer.status_code == 202
    assert slow[0].half.wait(30)
    place = answer.headers["Location"]
    state = own.get(place).get_json()
    assert (state["state"], state["progress"], state["words"]) == (RUNNING, 0.5, "half of it")
    assert dt.datetime.fromisoformat(state["started"]).tzinfo is not None
    assert state["query"]["measure"] == "pagerank"
    again = own.get("/api/v1/measures?measure=pagerank&limit=1")
    assert again.get_json()["id"] == answer.get_json()["id"]
    assert len(slow) == 1
    slow[0].free.set()
    _wait(own, place)
    done = own.get(place).get_json()
    assert (done["state"], done["progress"], len(done["result"]["measures"])) == (DONE, 1.0, 2)
    assert len(own.get(again.headers["Location"]).get_json()["result"]["measures"]) == 1
    assert "ETag" not in own.get(place).headers
    at_once = own.get("/api/v1/measures?measure=pagerank&limit=2")
    assert (at_once.status_code, at_once.get_json()) == (200, done["result"])


def _wait(client: FlaskClient, place: str) -> None:
    """Until the thread of the job has ended."""
    name = f"job {place.rpartition('/')[2].partition('?')[0]}"
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(30)


def test_a_job_can_be_cancelled(own: FlaskClient, slow: list[Slow]) -> None:
    place = own.get("/api/v1/measures?measure=pagerank").headers["Location"]
    assert own.delete(place.partition("?")[0]).status_code == 204
    assert slow[0].stopped
    assert own.get(place).get_json()["state"] == CANCELLED
    assert own.delete(place.partition("?")[0]).status_code == 204  # forgotten
    assert own.get(place).status_code == 404
    assert own.get("/api/v1/measures?measure=pagerank").status_code == 202


def test_a_job_that_fails_has_its_problem(own: FlaskClient, slow: list[Slow]) -> None:
    place = own.get("/api/v1/measures?measure=pagerank").headers["Location"]
    slow[0].fails = NotComputable("PageRank", "it is Monday")
    slow[0].free.set()
    _wait(own, place)
    state = own.get(place).get_json()
    assert (state["state"], state["problem"]["status"]) == (FAILED, 422)
    assert "it is Monday" in state["problem"]["detail"]


def test_too_many_jobs_are_refused(own: FlaskClient, slow: list[Slow]) -> None:
    for measure in ("pagerank", "kcore"):
        assert own.get(f"/api/v1/measures?measure={measure}").status_code == 202
    refused = own.get("/api/v1/measures?measure=degree")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "2 measures are being computed" in refused.get_json(force=True)["detail"]
    assert own.get("/api/v1/measures?measure=kcore").status_code == 202  # the same question


def test_jobs_end_with_the_service(tmp_path: Path, slow: list[Slow]) -> None:
    with Service(tmp_path / "own", create=True) as service:
        load(service)
        create_app(service).test_client().get("/api/v1/measures?measure=pagerank")
    assert slow[0].stopped
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("job ")]


def test_the_last_jobs_are_kept(service: Service, slow: list[Slow]) -> None:
    asked = analyses.asking.measures({"measure": ["degree"]})
    arrays = service.store.index.edge_arrays(asked.selection)
    held = Jobs(running=1, kept=2)
    ids = []
    for number in range(4):
        job = held.start(number, asked, arrays, done=lambda _: None)
        ids.append(job.id)
        slow[-1].free.set()
        assert job.ended.wait(30)
    for id_ in ids[:2]:
        with pytest.raises(UnknownJob, match="The last ones that ended are kept"):
            held.job(id_)
    assert [held.job(id_).state for id_ in ids[2:]] == [DONE, DONE]
    held.close()
    with pytest.raises(Busy):
        held.start(9, asked, arrays, done=lambda _: None)
    assert MOST_KEPT > 2


def test_a_job_in_a_real_process_gives_the_same(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = get(client, "measures", measure="balance", quad="1,3,4")
    monkeypatch.setattr(analyses, "INLINE_SECONDS", -1.0)
    with analyses_of(service) as fresh:
        asked = analyses.asking.measures({"measure": ["balance"], "quad": ["1,3,4"]})
        assert fresh.measures(asked, wait=None) == expected
        lost = analyses.asking.measures({"measure": ["balance"], "quad": ["3"]})
        with pytest.raises(NotComputable):
            fresh.measures(lost, wait=None)


class analyses_of:  # noqa: N801 - used as a context
    """Analyses of a service that keep nothing of before."""

    def __init__(self, service: Service) -> None:
        self._analyses = analyses.Analyses(service.store, service._dataset)

    def __enter__(self) -> analyses.Analyses:
        return self._analyses

    def __exit__(self, *_: object) -> None:
        self._analyses.close()


def test_whoever_waits_for_a_job_that_others_end_is_told(service: Service, slow: list[Slow]) -> None:
    with analyses_of(service) as fresh:
        ended: list[Exception] = []

        def ask() -> None:
            try:
                analyses.answered(fresh, "measures", {"measure": ["kcore"]})
            except JobEnded as error:
                ended.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        while not slow:
            asking.join(0.01)
        assert slow[0].half.wait(30)
        (id_,) = fresh.jobs._jobs
        fresh.jobs.cancel(id_)
        asking.join(30)
    assert "was ended before it was done" in str(ended[0])


# --- jobs of a server that is asked by a command


@pytest.fixture
def beside(own: FlaskClient, tmp_path: Path) -> Iterator[Beside]:
    """Asks a server over the same application."""
    server = make_server("127.0.0.1", 0, own.application, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    with Beside(tmp_path / "own", Announcement(0, "127.0.0.1", server.server_port, "x")) as beside:
        yield beside
    server.shutdown()
    serving.join(30)
    server.server_close()


def test_a_command_waits_for_the_job_of_a_server(
    beside: Beside, own: FlaskClient, slow: list[Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.beside.time.sleep", lambda _: slow[0].free.set())
    found = beside.analysis("measures", {"measure": ["pagerank"], "limit": ["2"], "order": ["pagerank"]})
    assert found == own.get("/api/v1/measures?measure=pagerank&limit=2").get_json()
    assert len(found["measures"]) == 2


def test_a_command_tells_what_became_of_the_job(
    beside: Beside, slow: list[Slow], own: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: float) -> None:
        slow[0].fails = NotComputable("PageRank", "it is Monday")
        slow[0].free.set()

    monkeypatch.setattr("api.beside.time.sleep", fail)
    with pytest.raises(Told, match="it is Monday") as told:
        beside.analysis("measures", {"measure": ["pagerank"]})
    assert told.value.problem.status == 422

    def cancel(_: float) -> None:
        (job,) = [
            thread.name.split()[1] for thread in threading.enumerate() if thread.name.startswith("job ")
        ]
        own.delete(f"/api/v1/jobs/{job}")

    monkeypatch.setattr("api.beside.time.sleep", cancel)
    with pytest.raises(JobEnded):
        beside.analysis("measures", {"measure": ["pagerank"]})


def test_a_command_that_is_interrupted_ends_the_job_of_the_server(
    beside: Beside, slow: list[Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("api.beside.time.sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        beside.analysis("measures", {"measure": ["pagerank"]})
    assert slow[0].stopped


# --- the command line


def run(store: Path, *command: str) -> Result:
    return CliRunner().invoke(cli, [command[0], "--store", str(store), *command[1:]], prog_name="whowhom")


COMMANDS: list[tuple[str, ...]] = [
    ("paths", "KOR", "CHN"),
    ("paths", "KOR", "PRK", "--ordered", "true", "--quad", "1", "--direction", "any"),
    ("common", "KOR", "PRK"),
    ("dyad", "KOR", "PRK"),
    ("ego", "CHN"),
    ("ego", "CHN", "--bucket", "month", "--limit", "1"),
    *(("measures", measure) for measure in MEASURES),
    ("measures", "strength", "--actor", "USA", "--order", "in", "--limit", "2"),
    # what fails
    ("paths", "KOR", "NORTH KO"),
    ("common", "KOR"),
    ("dyad", "KOR", "PRK", "--from", "2024-02-02", "--to", "2024-01-01"),
    ("ego", "CHN", "--limit", "0"),
    ("measures", "fame"),
    ("measures", "balance", "--quad", "3"),
]
TABLES = [("path", "cost"), ("id", "label"), ("source", "target"), ("bucket", "out"), ("rank", "id")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_says_beside_a_server_what_it_says_without_one(
    place: Path, served: tuple[Path, dict[tuple[str, ...], Any]], command: tuple[str, ...]
) -> None:
    folder, alone = served
    for form in ("table", "json"):
        asked = (*command, "--format", form)
        result = run(folder, *asked)
        assert (result.exit_code, result.stdout, result.stderr) == alone[asked]


@pytest.fixture(scope="module")
def served(place: Path, start: Callable[..., Any]) -> tuple[Path, dict[tuple[str, ...], Any]]:
    """A store that a server owns, and what each command said before."""
    alone = {}
    for command in COMMANDS:
        for form in ("table", "json"):
            asked = (*command, "--format", form)
            result = run(place, *asked)
            alone[asked] = result.exit_code, result.stdout, result.stderr
    start(place)
    return place, alone


def test_what_commands_print(served: tuple[Path, dict[tuple[str, ...], Any]]) -> None:
    _, alone = served
    for command, (status, stdout, stderr) in alone.items():
        failing = command[:-2] in COMMANDS[-6:]
        assert (status != 0) is failing, (command, stderr)
        if failing:
            assert (stdout, stderr.startswith("whowhom: ")) == ("", True)
        elif command[-1] == "json":
            assert "meta" in json.loads(stdout)
        else:
            assert tuple(stdout.split()[:2]) in TABLES
    assert alone[("paths", "KOR", "NORTH KO", "--format", "table")][0] == 2
    assert alone[("measures", "balance", "--quad", "3", "--format", "table")][0] == 1


def test_the_network_of_a_store_goes_to_networkx(service: Service) -> None:
    from graph.network import Selection
    from graph.networks import digraph, multidigraph

    found = service.network(Selection(limit=None))
    assert multidigraph(found).number_of_edges() == len(found.edges) == 8
    ranks = nx.degree_centrality(digraph(found))
    assert set(ranks) == set(NAMES) - {"JPN"}
