"""``python sweep/fuzz.py [pytest's options]``: every reader on damaged files, and what came of it.

``EVOSCOPE_FUZZ_EXAMPLES`` says how many files of each kind of damage (2000 by default). Writes
``sweep/results/fuzz.json``; ends with 1 where a reader raised anything but its own error.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from evoscope.abr.formats.dispatch import readers
from evoscope.measure.results import commit_of

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "sweep" / "results" / "fuzz.json"
TESTS = ("tests/abr/formats/test_fuzz.py", "tests/abr/formats/test_fuzz_binary.py")
FILES = "EVOSCOPE_FUZZ_EXAMPLES"


def main() -> int:
    """Run the tests, count, write."""
    files = os.environ.setdefault(FILES, "2000")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = [f"--junitxml={report}", "--timeout=7200", *sys.argv[1:]]
        code = subprocess.run([sys.executable, "-m", "pytest", *options, *TESTS], cwd=ROOT)
        cases = list(ET.parse(report).iter("testcase"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "commit": commit_of(ROOT),
        "machine": f"{os.cpu_count()} cores ({platform.system()} {platform.machine()})",
        "load": round(os.getloadavg()[2], 1),
        "files_of_a_kind": int(files),
        "processor_minutes": round((used.ru_utime + used.ru_stime) / 60, 1),
        "readers": by_reader(cases),
    }
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return int(code.returncode != 0)


def by_reader(cases: list[ET.Element]) -> dict[str, dict[str, Any]]:
    """Checks of every reader, minutes they took, and those that failed."""
    found: dict[str, dict[str, Any]] = {}
    names = sorted((one.name for one in readers()), key=len, reverse=True)
    for case in cases:
        if case.find("skipped") is not None:  # a reader on a file of its own format
            continue
        test, _, parameters = case.get("name", "").rstrip("]").partition("[")
        reader = next(name for name in names if parameters.startswith(name))
        row = found.setdefault(reader, {"checks": 0, "minutes": 0.0, "failed": []})
        row["checks"] += 1
        row["minutes"] = round(row["minutes"] + float(case.get("time", 0)) / 60, 2)
        if case.find("failure") is not None or case.find("error") is not None:
            row["failed"].append(test)
    return dict(sorted(found.items()))


if __name__ == "__main__":
    sys.exit(main())
