"""The page on reliability says what the sweep found: no crash, no group of faults unnoticed."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from evoscope.abr.formats.dispatch import readers

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "sweep" / "results"


@pytest.fixture
def figures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("figures", ROOT / "sweep" / "figures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_says_what_the_file_says(figures: ModuleType) -> None:
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    for name, table in figures.TABLES.items():
        found = re.search(rf"<!-- table:{name} -->\n(.*?)\n<!-- /table -->", page, re.DOTALL)
        assert found is not None
        assert found[1] == table(), "run: .venv/bin/python sweep/figures.py"


def test_no_reader_crashed_on_damaged_files() -> None:
    found = json.loads((RESULTS / "fuzz.json").read_text("utf-8"))["readers"]
    assert set(found) == {reader.name for reader in readers()}  # a new one is fed them, too
    assert {name: one["failed"] for name, one in found.items() if one["failed"]} == {}


def test_four_faults_of_five_are_noticed_in_every_group() -> None:
    groups = json.loads((RESULTS / "mutants.json").read_text("utf-8"))
    assert list(groups) == ["metrics", "masks", "readers"]
    for one in groups.values():
        assert one["noticed"] >= 0.8
        outcomes = [one[name] for name in ("killed", "timeout", "survived", "untested")]
        assert sum(outcomes) == one["tried"] == sum(f["tried"] for f in one["files"].values())
        assert one["low"] <= one["noticed"] <= one["high"]
