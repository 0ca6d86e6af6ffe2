"""Who may write over HTTP: nobody, unless the server was started for it; then whoever has the token."""

from __future__ import annotations

import hmac
import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug import Request

from api.errors import NotSupported, Unauthorized, UpdatesOff

TOKEN = "WHOWHOM_UPDATE_TOKEN"  # noqa: S105 - the name of the variable
LEAST_TOKEN = 16
"""Characters of a token at least."""


@dataclass(frozen=True, slots=True)
class Access:
    """``token`` is what a write must show; without one, writes are ``open`` to this machine or not at all."""

    token: str | None = None
    open: bool = False

    @property
    def updates(self) -> bool:
        """Whether anybody may write."""
        return self.open or self.token is not None

    @property
    def writes(self) -> str:
        """Who may write: nobody (``off``), whoever shows the ``token``, or everybody on this machine (``open``)."""
        return "token" if self.token is not None else "open" if self.open else "off"

    def check_write(self, request: Request) -> None:
        """Raises UpdatesOff or Unauthorized for a request that may not write."""
        if self.token is not None:
            given = request.authorization
            shown = given.token if given is not None and given.type == "bearer" else None
            if not hmac.compare_digest((shown or "").encode(), self.token.encode()):
                raise Unauthorized("A write needs the server's token: Authorization: Bearer TOKEN.")
        elif not self.open:
            raise UpdatesOff
        elif not _from_no_page(request):
            raise Unauthorized("A page of another origin may not write here, since this server has no token.")


def _from_no_page(request: Request) -> bool:
    """False for what a browser sends for a page of another origin, or by a name that is not this machine's."""
    origin = request.headers.get("Origin")
    host = request.host
    return is_loopback(urlsplit(f"//{host}").hostname or "") and (
        origin is None or urlsplit(origin).netloc == host
    )


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def access(*, allow_update: bool, raw: bool, host: str) -> Access:
    """What the options of ``serve`` and the environment allow; raises NotSupported for updates without token.

    Only a raw store on a loopback address may be written to without: it is a test bench.
    """
    if not allow_update:
        return Access()
    token = os.environ.get(TOKEN, "")
    if token and len(token) < LEAST_TOKEN:
        raise NotSupported(f"{TOKEN} has {len(token)} characters. Give {LEAST_TOKEN} at least.")
    if token:
        return Access(token)
    if raw and is_loopback(host):
        return Access(open=True)
    raise NotSupported(
        f"Writes need a token, and {TOKEN} is not set. Give it {LEAST_TOKEN} random characters or more, as by: "
        f"export {TOKEN}=$(openssl rand -hex 16)"
    )
