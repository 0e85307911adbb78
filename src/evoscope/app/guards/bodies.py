"""How much a request may carry: counted as it comes, whatever its head says."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evoscope.app.problems import ProblemError
from evoscope.app.responses import response_of


class BodyLimit:
    """Answers 413 to a body that is larger than its route takes.

    Args:
        app: behind it.
        most_bytes: of a body.
        larger: paths that take more, and how much.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int, larger: dict[str, int]) -> None:
        self.app, self.most_bytes, self.larger = app, most_bytes, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, as far as its body goes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.larger.get(scope["path"], self.most_bytes)
        error = f"A request should carry at most {most} bytes. Found more."
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and int(stated) > most:
            problem = ProblemError(413, error, "Send less at once.")
            await response_of(problem, {"connection": "close"})(scope, receive, send)
            return
        come = 0

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > most:
                raise HTTPException(413, error)
            return message

        await self.app(scope, counted, send)
