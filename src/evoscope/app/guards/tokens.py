"""Who knows the token: in a header for programs, in a cookie for the page."""

from __future__ import annotations

import hashlib
import hmac
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from evoscope.app.guards.paths import is_page
from evoscope.app.problems import ProblemError
from evoscope.app.responses import response_of

COOKIE = "evoscope_pass"
OPEN = frozenset({"/api/v1/health", "/api/v1/session"})
"""Paths of the API that need no token."""


class TokenGuard:
    """Answers 401 to a request of the API that does not show the token."""

    def __init__(self, app: ASGIApp, *, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or ask for the token."""
        if scope["type"] != "http" or _is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        if _shows(Headers(scope=scope), self.token):
            await self.app(scope, receive, send)
            return
        problem = ProblemError(
            401,
            "The request should show the server's token. Found none, or another.",
            "Send 'Authorization: Bearer <token>', or POST it to /api/v1/session.",
        )
        await response_of(problem, {"www-authenticate": "Bearer"})(scope, receive, send)


def pass_of(token: str) -> str:
    """Return what the cookie holds: who reads it does not learn the token."""
    return hmac.new(token.encode(), b"evoscope page", hashlib.sha256).hexdigest()


def same_secret(given: str, wanted: str) -> bool:
    """Compare in a time that says nothing of where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def _is_open(path: str) -> bool:
    return path in OPEN or is_page(path)


def _shows(headers: Headers, token: str) -> bool:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and same_secret(given.strip(), token):
        return True
    cookie = SimpleCookie()
    try:
        cookie.load(headers.get("cookie", ""))
    except CookieError:
        return False
    shown = cookie.get(COOKIE)
    return shown is not None and same_secret(shown.value, pass_of(token))
