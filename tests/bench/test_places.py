"""Every table and every result of the docs is known to the one command that makes them again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from evoscope.bench import TABLES
from evoscope.bench.table import RESULTS, ROOT

# Filled by what draws networks, and by what plants faults: no benchmark, and held by own tests.
ELSEWHERE = {"docs/architecture.md", "docs/reliability.md"}
FILES = sorted((ROOT / RESULTS).glob("*.json"))


def test_every_place_for_a_table_is_filled_by_the_command() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    places = {
        (str(page.relative_to(ROOT)), name)
        for page in pages
        for name in re.findall(r"<!-- table:([\w-]+) -->", page.read_text("utf-8"))
    }
    known = {(table.page, table.name) for table in TABLES}
    assert {place for place in places if place[0] not in ELSEWHERE} == known


def test_no_two_tables_have_one_place() -> None:
    assert len({(table.page, table.name) for table in TABLES}) == len(TABLES)


def values_of(content: Any, *names: str) -> list[Any]:
    if isinstance(content, list):
        return [value for one in content for value in values_of(one, *names)]
    if not isinstance(content, dict):
        return []
    own = [value for name, value in content.items() if name in names]
    return [*own, *(v for one in content.values() for v in values_of(one, *names))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_result_says_of_which_code_it_is(path: Path) -> None:
    found = values_of(json.loads(path.read_text("utf-8")), "commit", "commits")
    commits = [one for some in found for one in (some if isinstance(some, list) else [some])]
    assert commits
    for commit in commits:
        assert re.fullmatch(r"[0-9a-f]{40}(\+changes)?", commit), commit


@pytest.mark.parametrize("name", ["cost.json", "text_growth.json", "peers.json"])
def test_times_say_on_what_machine_and_how_many_they_pool(name: str) -> None:
    content = json.loads((ROOT / RESULTS / name).read_text("utf-8"))
    assert "load average" in content["machine"]
    assert content["threads"] == 1
    for figure in content["figures"]:
        assert figure["n"] > 0, figure
        if figure["low"] is not None:
            assert figure["low"] <= figure["value"] <= figure["high"], figure
