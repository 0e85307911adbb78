"""Commands start and end without looking for garbage that is not there; nobody else is told so."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from evoscope.cli import main


def test_a_program_that_runs_a_command_keeps_its_own_setting(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    assert main(["--version"]) == 0
    assert main(["no-such-command"]) == 2
    capsys.readouterr()
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_a_command_ends_without_looking_through_all_it_made() -> None:
    probe = (
        "import atexit, gc\n"
        "atexit.register(lambda: print(gc.get_freeze_count()))\n"  # the first one is called last
        "from evoscope.cli import main\n"
        "main(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) > 10_000
