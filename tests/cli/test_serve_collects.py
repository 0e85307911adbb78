"""A server that runs for days gives back what its requests leave behind."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from evoscope.cli import main

pytest.importorskip("fastapi", reason="the extra serve is not installed")


def test_a_server_that_listens_looks_for_cycles_as_python_does_by_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usual = gc.get_threshold()
    seen: dict[str, tuple[int, int, int]] = {}

    def serve(_settings: object, *, ready: Callable[[str], None]) -> int:
        seen["starting"] = gc.get_threshold()
        ready("http://127.0.0.1:1/")
        seen["listening"] = gc.get_threshold()
        return 0

    monkeypatch.setattr("evoscope.app.serving.serve", serve)
    assert main(["serve", "--data", str(tmp_path / "store"), "--no-browser"]) == 0
    assert seen["listening"] == usual
    assert seen["starting"][0] > usual[0]
    assert gc.get_threshold() == usual
