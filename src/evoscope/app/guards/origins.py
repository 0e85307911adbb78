"""A server on this machine is for its own page: other sites in the same browser are refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from evoscope.app.problems import ProblemError
from evoscope.app.responses import response_of
from evoscope.app.settings import is_own_machine

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnHosts:
    """Refuses foreign host names (DNS rebinding) and requests that another site's page makes.

    Args:
        app: behind it.
        any_host: whether the server may be called by any name: where a token is asked for.
    """

    def __init__(self, app: ASGIApp, *, any_host: bool) -> None:
        self.app, self.any_host = app, any_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        problem = _refusal(scope["method"], headers, any_host=self.any_host)
        if problem is None:
            await self.app(scope, receive, send)
        else:
            await response_of(problem)(scope, receive, send)


def _refusal(method: str, headers: Headers, *, any_host: bool) -> ProblemError | None:
    host = headers.get("host", "")
    if not any_host and not is_own_machine(_name(f"//{host}")):
        return ProblemError(
            403,
            "The host should be 127.0.0.1, ::1 or localhost. Found another name.",
            "Start the server with --host and --token to reach it by another name.",
        )
    origin = headers.get("origin")
    if method not in SAFE_METHODS and origin is not None and _place(origin) != host.lower():
        return ProblemError(
            403,
            "A page of this server should ask. Found one of another site.",
            "Programs that are no browser send no Origin.",
        )
    return None


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
