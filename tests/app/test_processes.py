"""What a server uses is counted with its workers, on every Linux."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from evoscope.app.benchmark import processes

HOLD = "held = bytearray(b'x' * (96 << 20)); print('held', flush=True); input()"


@pytest.mark.parametrize(
    ("said", "found"), [("/autogroup-7 nice -5\n", -5), ("", None), (None, None)]
)
def test_priority_is_the_sessions_where_the_kernel_shares_by_session(
    said: str | None, found: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "autogroup"
    if said is not None:
        file.write_text(said)
    monkeypatch.setattr(processes, "_AUTOGROUP", file)
    assert processes.priority() == (os.nice(0) if found is None else found)


@pytest.mark.skipif(sys.platform != "linux", reason="shared pages are told apart on Linux")
def test_what_a_descendant_uses_is_counted() -> None:
    inner = [sys.executable, "-c", HOLD]
    outer = f"import subprocess; subprocess.run({inner!r})"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"held\n"
        assert processes.resident_mib(started.pid) > 96
        assert processes.cpu_seconds(started.pid) > 0
        started.communicate(b"\n")
    assert processes.resident_mib(started.pid) == 0
    assert processes.cpu_seconds(started.pid) == 0


def test_memory_is_told_where_the_kernel_does_not_tell_shared_pages_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = SimpleNamespace(pss=0, rss=5 << 20)
    monkeypatch.setattr(psutil.Process, "memory_full_info", lambda _: told)
    monkeypatch.setattr(psutil.Process, "children", lambda _, **__: [])
    assert processes.resident_mib(os.getpid()) == 5
