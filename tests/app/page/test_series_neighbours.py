"""From one series to the next, and the two ears of a person side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evoscope.abr.formats import write_csv
from evoscope.abr.recording import Series
from evoscope.abr.simulation import simulate_series

from .looking import open_series
from .serving import Server


def ear(folder: Path, side: str, seed: int) -> tuple[str, bytes]:
    made, _ = simulate_series(
        true_threshold_db=15.0, levels_db=(40, 60, 80), seed=seed, subject="P9"
    )
    series = Series(
        tuple(
            replace(one, subject=replace(one.subject, ear=side))  # type: ignore[arg-type]
            for one in made.recordings
        )
    )
    path = write_csv(series, folder / f"{side}.csv")
    return path.name, path.read_bytes()


@pytest.fixture
def two_ears(server: Server, tmp_path: Path) -> Iterator[list[str]]:
    series = server.analyze(ear(tmp_path, "left", 1), ear(tmp_path, "right", 2))
    assert len(series) == 2
    yield series
    with server.asking() as client:
        client.delete(f"/uploads/{server.series(series[0])['summary']['upload']}")


def test_next_and_previous_follow_the_upload(
    page: Any, server: Server, two_ears: list[str]
) -> None:
    names = {one: server.series(one)["findings"]["info"]["name"] for one in two_ears}
    first, second = sorted(two_ears, key=lambda one: names[one])
    open_series(page, server, first)
    page.get_by_text("1 of 2").wait_for()
    assert page.get_by_role("button", name="Previous").is_disabled()
    page.locator(".waterfall canvas").focus()
    page.keyboard.press("n")
    page.get_by_role("heading", level=1, name=names[second]).wait_for()
    page.get_by_text("2 of 2").wait_for()
    page.keyboard.press("p")  # keys go on where they left off
    page.get_by_role("heading", level=1, name=names[first]).wait_for()
    page.get_by_text("1 of 2").wait_for()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", level=1, name=names[second]).wait_for()


def test_the_ears_are_compared_where_both_are_there(
    page: Any, server: Server, two_ears: list[str]
) -> None:
    with server.asking() as client:
        document = client.get("/export/findings.json", params={"series": two_ears}).json()
    (at_80,) = [one for one in document["interaural"] if one["level_db"] == 80]
    open_series(page, server, two_ears[0])
    page.get_by_role("columnheader", name="interaural V (ms)").wait_for()
    value = f"{at_80['estimate']['value']:.2f}".rstrip("0").rstrip(".").replace("-", "\u2212")
    assert value in page.locator(".intervals tbody tr").first.inner_text()


def test_a_series_that_is_not_there_is_said(page: Any, server: Server) -> None:
    page.goto(f"{server.url}#/series/{'0' * 32}")
    page.get_by_role("heading", name="No such series").wait_for()
