"""The server: gunicorn with one worker process that owns the store, or a clear word why it cannot start.

The store is opened after the fork, in the worker: the engine's threads would not survive a fork.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]

from api import beside
from api.access import Access
from api.app import create_app
from api.errors import CannotListen, problem_of
from api.raw import RawService
from api.service import Coding, Service
from graph.remote_client import Address
from graph.remote_store import RemoteStore, local
from graph.workers import QueryLimits

THREADS = 8
BACKLOG = 128
GRACE = 10
"""Seconds that running requests have to finish when the server stops."""

MAX_REQUEST_LINE = 8190
"""Bytes of a request line, gunicorn's highest; longer queries are sent by POST."""

log = logging.getLogger(__name__)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotListen."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
    except OSError as error:
        raise CannotListen(host, port, error.strerror or str(error)) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(host, port, error.strerror or str(error)) from error
    return listener


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's application over a listening socket and a store that is not open yet."""

    def __init__(
        self,
        store: str | Address,
        listener: socket.socket,
        *,
        coding: Coding | None,
        access: Access,
        limits: QueryLimits,
        ready: Callable[[str], None],
    ) -> None:
        """Without ``coding``, the store is served raw."""
        self._store, self._listener, self._coding, self._ready = store, listener, coding, ready
        self._access, self._limits = access, limits
        self._service: Service | RawService | None = None
        super().__init__()

    def load_config(self) -> None:
        """Settings; gunicorn takes a copy of the socket by its number."""
        settings: dict[str, Any] = {
            "bind": f"fd://{os.dup(self._listener.fileno())}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "graceful_timeout": GRACE,
            "timeout": 0,
            "limit_request_line": MAX_REQUEST_LINE,
            "loglevel": "critical",  # of the parent, which has nothing to say that the hooks below do not
            "control_socket_disable": True,
            "post_fork": lambda _, worker: worker.log.error_log.setLevel(logging.WARNING),
            "post_worker_init": lambda _: self._started(),
            "child_exit": _ended,
            "worker_exit": lambda _, __: self._close(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application, made in the worker; ends the server with a message where the store is not to be had."""
        try:
            if self._coding is None:
                folder = local(self._store, "Serving it raw")
                self._service = RawService(folder, limits=self._limits)
            else:
                self._service = Service(
                    self._store, coding=self._coding, limits=self._limits, command="serve"
                )
            self._service.warm()
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            sys.stderr.write(f"whowhom: {problem.detail}\n")
            sys.exit(Arbiter.APP_LOAD_ERROR)  # the one status after which gunicorn does not try again
        return create_app(self._service, self._access)

    def _started(self) -> None:
        place = self._folder()
        if isinstance(self._service, Service) and place is not None:
            host, port = self._listener.getsockname()[:2]
            beside.announce(
                place, beside.Announcement(os.getpid(), host, port, self._service.sparql.instance)
            )
        self._ready(self._address())

    def _folder(self) -> Path | None:
        """The folder of the store; None for a remote one, which commands read by themselves."""
        store = self._service.store if self._service is not None else None
        return None if store is None or isinstance(store, RemoteStore) else store.path

    def _address(self) -> str:
        host, port = self._listener.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _close(self) -> None:
        if self._service is not None:
            place = self._folder()
            if place is not None:
                beside.withdraw(place)
            self._service.close()
            self._service = None


def _ended(server: Any, worker: Any) -> None:
    if server.LISTENERS:  # there are none while it stops
        log.warning("server process %d ended by itself; a new one takes its place", worker.pid)


def serve(
    store: str | Address,
    host: str,
    port: int,
    *,
    coding: Coding | None,
    ready: Callable[[str], None],
    access: Access | None = None,
    limits: QueryLimits | None = None,
) -> int:
    """Serves the store until SIGTERM or SIGINT, and returns the exit status; raw without ``coding``.

    ``ready`` is called with the address, in the process that answers. Raises CannotListen before all else.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # what fails in the end is told by its error
    parent = os.getpid()
    with listen(host, port) as listener:
        try:
            Arbiter(
                Server(
                    store,
                    listener,
                    coding=coding,
                    access=access or Access(),
                    limits=limits or QueryLimits(),
                    ready=ready,
                )
            ).run()
        except SystemExit as end:
            if os.getpid() != parent:  # the worker ends this way, too, and its status is for gunicorn
                raise
            return 1 if end.code else 0
    return 0
