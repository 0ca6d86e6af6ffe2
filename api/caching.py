"""Answers that follow from the state of the store: given again from memory, or not at all to who has them.

An answer is the same until something is written. So it has an ETag of the request and the state, with which it is
answered by 304, and short ones are kept for whoever asks the same next: a front end asks everybody's first question.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import LRUCache
from flask import Blueprint, Response, g, request

KEPT_BYTES = 32 * 2**20
"""Bytes of all answers that are kept."""

LONGEST = 2**20
"""Bytes of an answer that is kept, at most."""


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    headers: tuple[tuple[str, str], ...]


class Answers:
    """The answers asked for last, by their ETags; for several threads."""

    def __init__(self, size: int = KEPT_BYTES) -> None:
        self._kept: LRUCache[str, _Kept] = LRUCache(size, getsizeof=lambda kept: len(kept.body))
        self._turn = threading.Lock()

    def get(self, etag: str) -> Response | None:
        """The answer, made anew."""
        with self._turn:
            kept = self._kept.get(etag)
        return None if kept is None else Response(kept.body, headers=list(kept.headers))

    def keep(self, etag: str, response: Response) -> None:
        """Keeps an answer that is whole in memory and not too long."""
        if response.is_streamed or (response.content_length or 0) > LONGEST:
            return
        headers = tuple(
            (name, value) for name, value in response.headers if name not in ("ETag", "Cache-Control")
        )
        with self._turn:
            self._kept[etag] = _Kept(response.get_data(), headers)


def conditional(
    blueprint: Blueprint,
    tag: Callable[[], str],
    *,
    leave_out: Callable[[], bool],
    answers: Answers | None = None,
) -> None:
    """Give the GET routes of ``blueprint`` an ETag that follows from ``tag`` and the request.

    Not those for which ``leave_out`` says that the same request may have another answer. With ``answers``, answers are
    kept there, and given again unless the request says ``Cache-Control: no-store``.
    """

    def before() -> Response | None:
        if request.method not in ("GET", "HEAD") or leave_out():
            return None
        asked = "\n".join((tag(), request.full_path, request.headers.get("Accept", "")))
        g.etag = hashlib.blake2b(asked.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        if request.if_none_match.contains_weak(g.etag):
            response = Response(status=304)
            response.set_etag(g.etag, weak=True)
            return response
        g.fresh = request.cache_control.no_store  # not to be kept
        kept = None if answers is None or g.fresh else answers.get(g.etag)
        g.fresh = g.fresh or kept is not None
        return kept

    def after(response: Response) -> Response:
        etag = g.get("etag")
        if etag is not None and response.status_code == 200:
            if answers is not None and not g.fresh and request.method == "GET":
                answers.keep(etag, response)
            response.set_etag(etag, weak=True)
            response.headers["Cache-Control"] = "no-cache"
        return response

    blueprint.before_request(before)
    blueprint.after_request(after)
