"""``python sweep/fuzz.py [READER...]``: every reader, or those, on damaged files; what came of it.

``EVOSCOPE_FUZZ_MINUTES`` says how many minutes each reader gets (10 by default), by the clock. It
gets them in rounds, each with a seed of its own, so that a round that fails can be run again.
Writes ``sweep/results/fuzz.json``; ends with 1 where a reader raised anything but its own error.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from evoscope.abr.formats.dispatch import readers
from evoscope.measure.results import commit_of

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "sweep" / "results" / "fuzz.json"
TESTS = ("tests/abr/formats/test_fuzz.py", "tests/abr/formats/test_fuzz_binary.py")
MINUTES, FILES = "EVOSCOPE_FUZZ_MINUTES", "EVOSCOPE_FUZZ_EXAMPLES"
FILES_A_ROUND = 4000


def main() -> int:
    """Run the tests of every reader, as many at a time as there are cores; count, write."""
    minutes = float(os.environ.get(MINUTES, "10"))
    tests = collected()
    tests = {name: tests[name] for name in sys.argv[1:] or tests}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        fed = pool.map(lambda name: fuzz(name, tests[name], minutes), tests)
        found = dict(zip(tests, fed, strict=True))
    before = json.loads(RESULT.read_text("utf-8"))["readers"] if RESULT.is_file() else {}
    result = {
        "machine": f"{os.cpu_count()} cores ({platform.system()} {platform.machine()})",
        "files_a_round": FILES_A_ROUND,
        "readers": dict(sorted({**before, **found}.items())),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return int(any(one["failed"] for one in found.values()))


def collected() -> dict[str, list[str]]:
    """The tests of every reader, by their names in pytest."""
    asked = [sys.executable, "-m", "pytest", "--collect-only", "-q", *TESTS]
    said = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    names = sorted((one.name for one in readers()), key=len, reverse=True)
    found: dict[str, list[str]] = {name: [] for name in names}
    for test in (line for line in said.splitlines() if "::" in line):
        parameters = test.partition("[")[2]
        found[next(name for name in names if parameters.startswith(name))].append(test)
    return dict(sorted(found.items()))


def fuzz(reader: str, tests: list[str], minutes: float) -> dict[str, Any]:
    """Run a reader's tests in rounds for so many minutes, or until one fails."""
    began, elapsed, used, rounds, failed = time.monotonic(), 0.0, 0.0, 0, set[str]()
    while elapsed < minutes and not failed:
        cases, spent = one_round(tests, seed=rounds)
        elapsed, used, rounds = (time.monotonic() - began) / 60, used + spent, rounds + 1
        failed = {name_of(case) for case in cases if is_failed(case)}
        print(f"{reader}: round {rounds}, {elapsed:.1f} of {minutes:g} minutes", flush=True)
    return {
        "commit": commit_of(ROOT),
        "checks": sum(case.find("skipped") is None for case in cases),
        "rounds": rounds,
        "minutes": round(elapsed, 1),
        "processor_minutes": round(used, 1),
        "failed": sorted(failed),
    }


def one_round(tests: list[str], *, seed: int) -> tuple[list[ET.Element], float]:
    """Run tests on files that the seed draws; the cases, and minutes of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = [f"--junitxml={report}", "--timeout=7200", f"--hypothesis-seed={seed}", "-q"]
        run = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=ROOT,
            env={**os.environ, FILES: str(FILES_A_ROUND)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert run.stdout is not None
        said = run.stdout.read()
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        if run.returncode:
            print(said, flush=True)
        cases = list(ET.parse(report).iter("testcase"))
    return cases, (usage.ru_utime + usage.ru_stime) / 60


def name_of(case: ET.Element) -> str:
    """The test without its parameters."""
    return case.get("name", "").partition("[")[0]


def is_failed(case: ET.Element) -> bool:
    """Whether a test failed, or could not run."""
    return case.find("failure") is not None or case.find("error") is not None


if __name__ == "__main__":
    sys.exit(main())
