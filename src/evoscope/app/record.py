"""Every request is counted and logged: its route, never its path, its words or its sender."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evoscope.app.metrics import Metrics

LOG = logging.getLogger("evoscope.app")
NO_ROUTE = "none"
LEFT = 499
"""Who asked went away before an answer began: nobody's error, and no answer of ours."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Record:
    """Writes a line of JSON for every request, and counts it.

    A route is named without the prefix of all routes, which some versions of FastAPI keep in it.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, prefix: str = "") -> None:
        self.app, self.metrics, self.prefix = app, metrics, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = LEFT  # until an answer begins

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except Exception as error:
            status = 500
            # Its message may quote what was sent: the kind and the place are enough to find it.
            LOG.error("defect", extra={"fields": {"kind": type(error).__name__, **_place(error)}})
            raise
        finally:
            seconds = time.perf_counter() - began
            # A method is a client's word, too.
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", NO_ROUTE).removeprefix(self.prefix)
            self.metrics.request(method, route, status, seconds=seconds)
            # Files of the page have no route: sixty lines a view would hide what was done.
            if route != NO_ROUTE or status >= 400:
                fields = {"method": method, "route": route, "status": status}
                LOG.info("request", extra={"fields": {**fields, "ms": round(1000 * seconds, 1)}})


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: time, level, event and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        fields: dict[str, Any] = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps({**line, **fields})


def log_to_stderr() -> None:
    """Send the server's log to stderr, a line of JSON an event."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    LOG.handlers = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)


def _place(error: Exception) -> dict[str, str]:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return {}
    code = trace.tb_frame.f_code
    return {"where": f"{code.co_qualname}:{trace.tb_lineno}"}
