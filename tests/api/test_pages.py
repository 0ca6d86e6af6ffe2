"""The pages for people: what they are sent with, and what is said where they were not built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.errors import PagesMissing, problem_of
from api.routes import pages
from api.service import Service


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with Service(tmp_path_factory.mktemp("pages") / "store", create=True) as service:
        yield create_app(service).test_client()


@pytest.mark.parametrize("path", ["/", "/workbench"])
def test_a_page_runs_no_script_but_the_servers_own(path: str, client: FlaskClient) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script(?![^>]* src=\"/assets/)|<style|style=|https?://", answer.text)


def test_a_page_that_is_the_same_is_not_sent_again(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_assets_are_kept_for_a_year_and_are_what_they_are_called(client: FlaskClient) -> None:
    named = set(re.findall(r"/assets/[^\"]+", client.get("/").text))
    assert {name.rpartition(".")[2] for name in named} >= {"js", "css", "svg"}
    for name in named:
        assert re.search(r"-[\w-]{8}\.\w+$", name), name
        answer = client.get(name, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not name.endswith(".css") or answer.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("name", ["none.js", "..%2Findex.html", "%2e%2e%2f__init__.py"])
def test_an_asset_that_there_is_not(name: str, client: FlaskClient) -> None:
    answer = client.get(f"/assets/{name}")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_pages_that_were_not_built(tmp_path: Path) -> None:
    app = Flask("bare")
    app.register_blueprint(pages.routes(tmp_path))
    app.testing = True
    with pytest.raises(PagesMissing, match="make setup") as raised:
        app.test_client().get("/")
    problem = problem_of(raised.value)
    assert problem is not None
    assert (problem.status, problem.slug) == (503, "pages-missing")
