"""``python sweep/lines.py [pytest's options]``: every test, and which lines of ``src`` it ran.

Writes ``sweep/results/lines.json``: statements and how many were run, of every package. Ends with 1
where a test fails or fewer than nine lines in ten were run.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from evoscope.measure.results import commit_of

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "sweep" / "results" / "lines.json"
LEAST = 0.90


def main() -> int:
    """Run the tests, count lines by package, write."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "lines.json"
        asked = [f"--cov-report=json:{report}", "--cov-report=", "--cov", "-q", *sys.argv[1:]]
        # What is counted while the tests run is kept beside the report, not in the checkout.
        place = {**os.environ, "COVERAGE_FILE": str(Path(folder) / "counted")}
        done = subprocess.run([sys.executable, "-m", "pytest", *asked], cwd=ROOT, env=place)
        if not report.is_file():
            return 1
        found = by_package(json.loads(report.read_text("utf-8"))["files"])
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    share = found["all"]["run"] / found["all"]["statements"]
    print(
        f"{share:.2%} of {found['all']['statements']:,} statements were run. At least {LEAST:.0%}."
    )
    return int(done.returncode != 0 or share < LEAST)


def by_package(files: dict[str, Any]) -> dict[str, Any]:
    """Statements, and those that were run, of every package under ``evoscope`` and of all."""
    statements, run = Counter[str](), Counter[str]()
    for name, one in files.items():
        parts = Path(name).parts
        below = parts[parts.index("evoscope") + 1 :]
        package = below[0] if len(below) > 1 else "evoscope"
        for group in (package, "all"):
            statements[group] += one["summary"]["num_statements"]
            run[group] += one["summary"]["covered_lines"]
    return {
        "commit": commit_of(ROOT),
        "machine": f"{os.cpu_count()} cores ({platform.system()} {platform.machine()})",
        "realdata": "EVOSCOPE_REALDATA" in os.environ,
        "all": {"statements": statements.pop("all"), "run": run.pop("all")},
        "packages": {
            name: {"statements": statements[name], "run": run[name]} for name in sorted(statements)
        },
    }


if __name__ == "__main__":
    sys.exit(main())
