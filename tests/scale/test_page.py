"""The page on scale says what was measured, and its commands exist."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest

from evoscope.cli.app import app
from evoscope.scale.__main__ import RESULT, ROOT
from evoscope.scale.page import tables

PAGE = "docs/scale.md"
pytestmark = pytest.mark.skipif(not (ROOT / PAGE).is_file(), reason="an installed package")


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return dict(json.loads((ROOT / RESULT).read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / PAGE).read_text(encoding="utf-8")


def test_both_engines_made_the_same_bits(found: dict[str, Any]) -> None:
    assert found["work"]
    assert all(one["same"] for one in found["work"].values())


def test_a_billion_takes_a_million_times_as_long_as_a_thousand(found: dict[str, Any]) -> None:
    found["work"] = {
        "analyze": found["work"]["analyze"]
        | {"n": 1000, "ray": {"core_seconds": 3.6, "wall_seconds": 1.0}, "bytes_in": 2_000_000}
    }
    row = tables(found)["scale-billion"].splitlines()[-1]
    assert "| 1,000 | 1.0 h | 2.00 TB |" in row


def test_commands_that_begin_with_another_program_exist(page: str) -> None:
    lines = re.findall(r"^(?:torchrun|RAY_ADDRESS=auto) .*$", page, flags=re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        words = shlex.split(line)
        function, _, left_over, _ = app.parse_known_args(words[words.index("evoscope") + 1 :])
        assert left_over == []
        assert function.__module__.startswith("evoscope.cli")


def test_the_engine_is_asked_for_by_every_command(page: str) -> None:
    (block,) = re.findall(r"^```sh\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    commands = [line for line in block.splitlines() if line.startswith("evoscope")]
    assert len(commands) == 4
    assert all("--engine ray" in line for line in commands)
