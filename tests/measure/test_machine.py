"""What a timing was taken on: a figure of one machine is not read as that of another."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from evoscope.measure import machine as module
from evoscope.measure.machine import machine


def test_the_processor_is_named_as_the_kernel_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "cpuinfo"
    told.write_bytes("bogus : 1\nmodel name\t: Fast™ 3000 @ 3 GHz \nmodel name : other\n".encode())
    monkeypatch.setattr(module, "_CPU_INFO", told)
    monkeypatch.setattr(os, "getloadavg", lambda: (1.25, 7.0, 9.0))
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    python = f"Python {platform.python_version()}, {platform.system()}"
    assert machine() == f"Fast™ 3000 @ 3 GHz, 3 cores, load average 1.2, {python}"


@pytest.mark.parametrize("told", [None, "flags : none of the names\n"])
def test_where_no_kernel_tells_the_architecture_stands_in(
    told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cpuinfo"
    if told:
        path.write_text(told)
    monkeypatch.setattr(module, "_CPU_INFO", path)
    monkeypatch.delattr(os, "getloadavg")  # Windows has none
    assert machine().startswith(f"{platform.machine()}, {os.cpu_count()} cores, Python ")
