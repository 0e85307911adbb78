"""What the log and the figures say of requests: no noise of the page, no error that was none."""

from __future__ import annotations

import asyncio
import logging

import pytest
from starlette.types import Message, Receive, Scope, Send

from evoscope.app.metrics import Metrics
from evoscope.app.record import Record


async def answers(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": scope["status"], "headers": []})


async def waits(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(60)


async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("a defect")


async def nothing() -> Message:
    return {"type": "http.disconnect"}


async def unheard(message: Message) -> None:
    assert message


async def ask(app: Record, status: int = 200) -> None:
    await app({"type": "http", "method": "GET", "path": "/x", "status": status}, nothing, unheard)


def test_files_of_the_page_are_counted_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    with caplog.at_level(logging.INFO, "evoscope.app"):
        asyncio.run(ask(Record(answers, metrics=metrics)))
        assert not caplog.records
        asyncio.run(ask(Record(answers, metrics=metrics), status=404))
    assert [record.getMessage() for record in caplog.records] == ["request"]
    assert 'status="200"' in metrics.text()


def test_who_leaves_before_an_answer_is_no_error_of_the_server() -> None:
    metrics = Metrics()

    async def leave() -> None:
        asked = asyncio.create_task(ask(Record(waits, metrics=metrics)))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    asyncio.run(leave())
    assert 'status="499"' in metrics.text()
    assert 'status="500"' not in metrics.text()


def test_a_defect_is_an_error_and_is_not_swallowed() -> None:
    metrics = Metrics()
    with pytest.raises(RuntimeError, match="a defect"):
        asyncio.run(ask(Record(breaks, metrics=metrics)))
    assert 'status="500"' in metrics.text()
