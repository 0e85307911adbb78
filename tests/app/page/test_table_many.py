"""A clinic's batch: more series than one address can name leave the table all the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evoscope.abr.analysis import Options, analyze
from evoscope.abr.simulation import simulate_series
from evoscope.app.readings import MarkThreshold
from evoscope.app.settings import Settings
from evoscope.app.store.store import NewSeries, Store

from .serving import Server, serving

SERIES = 120
MARKED, MARKED_DB = 7, 45.0


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose store has many series; they were analyzed once, and are told apart by name."""
    data = tmp_path_factory.mktemp("many") / "store"
    data.mkdir()
    series, _ = simulate_series(true_threshold_db=25, levels_db=(20, 40), seed=1, subject="P3")
    found = analyze(series, options=Options(analyzer="classical"))
    store = Store(Settings(data=data).database_url)
    upload = store.begin_upload(files=SERIES, pseudonymised=False)
    ids = store.end_upload(
        upload,
        series=[
            NewSeries(
                found.model_copy(
                    update={
                        "info": found.info.model_copy(
                            update={"name": f"M{i:03}", "subject": f"M{i:03}"}
                        )
                    }
                ),
                b"",
            )
            for i in range(SERIES)
        ],
    )
    store.act(ids[MARKED], "anna", MarkThreshold(kind="threshold", value_db=MARKED_DB))
    store.close()
    with serving(data, "--analyzer", "classical") as server:
        yield server


def download(page: Any, what: str) -> str:
    page.get_by_label("What to export").select_option(what)
    with page.expect_download(timeout=90_000) as expected:
        page.get_by_role("button", name="Download").click()
    return Path(expected.value.path()).read_text(encoding="utf-8")


def test_an_export_holds_every_series_that_is_found(page: Any, full: Server) -> None:
    page.goto(f"{full.url}#/table?sort=subject&order=down&limit=25")
    page.locator(".exports").get_by_text(f"all {SERIES} found").wait_for()
    rows = list(csv.DictReader(io.StringIO(download(page, "Thresholds (CSV)"))))
    assert [one["subject"] for one in rows] == [f"M{i:03}" for i in reversed(range(SERIES))]
    assert float(rows[SERIES - 1 - MARKED]["threshold_db"]) == MARKED_DB
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name=f"Choose all {SERIES} found").click()
    # Before or after the answer is there: the row stays out.
    page.locator("tbody input").first.uncheck()
    page.get_by_text(f"{SERIES - 1} chosen", exact=True).wait_for()
    found = json.loads(download(page, "Everything found (JSON)"))
    named = [one["info"]["subject"] for one in found["series"]]
    assert named == [f"M{i:03}" for i in reversed(range(SERIES - 1))]


def test_an_address_without_names_is_of_all_series_too(full: Server) -> None:
    with full.asking() as api:
        answer = api.get("/export/tables/thresholds.csv")
        assert len(answer.text.splitlines()) == 1 + SERIES
        assert answer.headers["content-disposition"] == 'attachment; filename="thresholds.csv"'
