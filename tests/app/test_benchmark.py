"""The command that measures the service runs, and its goals are of the size they name."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from evoscope.app.benchmark.__main__ import RESULTS, Sizes, measure
from evoscope.app.benchmark.table import about, rows

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="memory and processor time are read from /proc")
@pytest.mark.timeout(300)  # a server of its own: 15 s, and many times that on a busy machine
def test_a_server_of_its_own_is_measured() -> None:
    sizes = Sizes(connections=10, dropped=3, damaged=2, analyses=4)
    only = ("malformed", "connections", "drop", "memory")
    found = measure(sizes, only=only, tell=lambda _: None)["measured"]
    assert found["connections"]["answered"] == 10
    assert found["drop"]["analyzed"] == 3
    assert (found["malformed"]["errors"], found["malformed"]["well"]) == (0, 1)
    assert found["memory"]["analyses"] >= 4
    assert found["memory"]["end_mib"] > 50


def test_a_goal_is_of_the_size_that_it_names() -> None:
    document = json.loads((ROOT / RESULTS).read_text(encoding="utf-8"))
    document["measured"]["connections"] |= {"connections": 10, "answered": 10}
    idle = next(row for row in rows(document) if "idle" in row.what)
    assert idle.reached is False


def test_a_commit_is_named_as_everywhere_and_changes_beside_it_are_not_hidden() -> None:
    document = json.loads((ROOT / RESULTS).read_text(encoding="utf-8"))
    document["measured"]["text"]["commit"] = f"{'a1' * 20}+changes"
    assert "a1a1a1a1a1a1+changes" in about(document)
