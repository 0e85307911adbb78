"""A run on a cluster that is asked to end: it ends soon, alone, and the same command goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from evoscope.abr.analysis import Options
from evoscope.abr.cohort import Cohort
from evoscope.abr.simulation.make import simulate
from evoscope.cli import main
from evoscope.cli.endings import Stopped, stops_raise
from evoscope.scale.cohorts import analyze_cohorts
from evoscope.scale.stopping import stops_kept

pytestmark = [
    pytest.mark.timeout(900),  # on a busy machine Ray takes minutes to start
    pytest.mark.skipif(os.name == "nt", reason="signals differ"),
]

SIMULATE = ["abr", "simulate", "-o", "out.parquet", "--patients", "300", "--engine", "ray"]
PATIENCE = "import evoscope.scale.cluster as c\nc._TRIES, c.cores = 8, lambda: 2\n"
COMMAND = f"import sys\nfrom evoscope.cli import main\nsys.exit(main({SIMULATE}))"
# Few recordings a part: the command's own parts are a minute's work together.
ANALYSIS = """
import sys
from pathlib import Path
from evoscope.abr.analysis import Options
from evoscope.cli.endings import stops_raise
from evoscope.scale.cohorts import analyze_cohorts
with stops_raise():
    analyze_cohorts(
        [Path(sys.argv[1])], Path("out"), Options(analyzer="classical"), engine="ray", rows=20
    )
"""


def stopped(code: str, home: Path, *arguments: str) -> tuple[int, str]:
    """Run code in a process of its own, ask it to end once a part is there; wait for its end."""
    mark = uuid4().hex
    run = subprocess.Popen(
        [sys.executable, "-c", PATIENCE + code, *arguments],
        cwd=home,
        env={**os.environ, "EVOSCOPE_TEST_MARK": mark},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not list(home.glob(".out*.parts-*/part-????????")) and run.poll() is None:
            time.sleep(0.02)
        run.terminate()
        _, err = run.communicate(timeout=120)
    finally:
        run.kill()
    until = time.monotonic() + 60
    while (left := marked(mark)) and time.monotonic() < until:
        time.sleep(0.2)
    assert left == []
    return run.returncode, err


def marked(mark: str) -> list[str]:
    """Command lines of the processes that inherited a mark."""
    found = []
    for one in psutil.process_iter():
        try:
            if one.environ().get("EVOSCOPE_TEST_MARK") == mark:
                found.append(" ".join(one.cmdline()))
        except psutil.Error:  # another user's, or gone meanwhile
            continue
    return found


@pytest.mark.usefixtures("two_workers")  # they finish what was stopped
def test_a_simulation_that_is_ended_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, err = stopped(COMMAND, tmp_path)
    assert code == 128 + signal.SIGTERM, err
    assert (
        err.strip().splitlines()[-1] == "evoscope: stopped. Nothing half-written was left behind."
    )
    assert "Traceback" not in err
    assert "***" not in err  # a trace of the stack, which Ray prints
    (parts,) = tmp_path.iterdir()  # what is done, and nothing else

    monkeypatch.chdir(tmp_path)
    assert main(SIMULATE) == 0
    assert not parts.exists()
    whole = simulate(tmp_path / "whole.parquet", patients=300, seed=0)
    assert (tmp_path / "out.parquet").read_bytes() == whole.path.read_bytes()


@pytest.mark.usefixtures("two_workers")
def test_an_analysis_that_is_ended_goes_on(tmp_path: Path) -> None:
    cohort = simulate(tmp_path / "cohort.parquet", patients=12, seed=3).path
    before = set(tmp_path.iterdir())
    stopped(ANALYSIS, tmp_path, str(cohort))
    (parts,) = set(tmp_path.iterdir()) - before
    assert 0 < len(list(parts.iterdir())) < Cohort.open(cohort).n_rows / 20

    def analyze(output: str, **options: object) -> dict[str, bytes]:
        folder = tmp_path / output
        analyze_cohorts([cohort], folder, Options(analyzer="classical"), rows=20, **options)  # type: ignore[arg-type]
        return {one.name: one.read_bytes() for one in folder.iterdir()}

    assert analyze("out", engine="ray") == analyze("whole")
    assert not parts.exists()


def test_a_run_that_is_ended_while_the_cluster_starts_ends_as_ever() -> None:
    def ray_answers(*_: object) -> None:
        sys.exit(15)

    def run() -> None:
        with stops_raise(), stops_kept():
            signal.signal(signal.SIGTERM, ray_answers)
            signal.raise_signal(signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a cluster of other tests has its own
    try:
        with pytest.raises(Stopped):
            run()
    finally:
        signal.signal(signal.SIGTERM, before)
