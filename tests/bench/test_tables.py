"""A figure in the docs is the one that was measured: tables and result files never part."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evoscope.bench import TABLES, Table, fill_tables, stale_tables
from evoscope.bench.table import RESULTS, ROOT


@pytest.fixture(scope="module")
def stale() -> set[tuple[str, str]]:
    return {(one.page, one.name) for one in stale_tables(ROOT)}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.page} {table.name}")
def test_the_docs_say_what_the_files_say(table: Table, stale: set[tuple[str, str]]) -> None:
    assert (table.page, table.name) not in stale, "run: evoscope bench --fill"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for page in {table.page for table in TABLES}:
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / page, tmp_path / page)
    shutil.copytree(ROOT / RESULTS, tmp_path / RESULTS)
    return tmp_path


def test_a_figure_typed_into_the_docs_is_found_and_put_right(checkout: Path) -> None:
    page = checkout / "docs" / "abr-network.md"
    before = page.read_text("utf-8")
    row = next(line for line in before.splitlines() if line.startswith("| upside down, simulated"))
    page.write_text(before.replace(row, row.replace("0.", "9.", 1)), encoding="utf-8")
    assert [table.name for table in stale_tables(checkout)] == ["foreign"]
    assert [table.name for table in fill_tables(checkout)] == ["foreign"]
    assert page.read_text("utf-8") == before
    assert stale_tables(checkout) == []


def test_a_result_that_was_never_measured_leaves_its_table_alone(checkout: Path) -> None:
    for path in (checkout / RESULTS).iterdir():
        path.unlink()
    assert all(table.rendered(checkout) is None for table in TABLES if table.files)
    assert stale_tables(checkout) == []
