"""``python sweep/bounds.py``: the oldest and the newest libraries that pyproject allows.

In an environment each, the instrument for ears is installed with every dependency at its lower
bound, then with the newest that there is, and the tests of reading, analyzing and reporting run.
What is tested in every change is what constraints.txt pins. Needs pip's access to a package index.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTED = ("formats", "recording", "averaging", "classical", "norms", "findings", "report", "cohort")
TOOLS = ("pytest", "pytest-timeout", "hypothesis", "jsonschema", "openpyxl", "crepes")


def lower_bounds() -> list[str]:
    """Every dependency at the version after its ``>=``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [re.sub(r">=([0-9.]+)", pinned, one) for one in project["dependencies"]]


def pinned(match: re.Match[str]) -> str:
    """``>=1.26`` as ``==1.26.*``: its first release and its mended ones."""
    return f"=={match[1]}.*"


def main() -> int:
    """Run the tests under both; print and return which failed."""
    ends = {"oldest": lower_bounds(), "newest": []}
    failed = []
    with tempfile.TemporaryDirectory() as name:
        for end, requirements in ends.items():
            place = Path(name) / end
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
            python = place / "bin" / "python"
            wanted = [*requirements, f"{ROOT}[eeg,excel]", *TOOLS]
            done = subprocess.run([python, "-m", "pip", "install", "-q", "--upgrade", *wanted])
            if not done.returncode:
                print(f"{end}: {json.dumps(versions(python))}", flush=True)
                tests = [f"tests/abr/{part}" for part in TESTED]
                # tests/conftest.py needs torch. Old libraries warn of new ones; that is theirs.
                options = [
                    "-q",
                    "-W",
                    "default",
                    "--confcutdir=tests/abr",
                    "-p",
                    "no:cacheprovider",
                ]
                done = subprocess.run([python, "-m", "pytest", *options, *tests], cwd=ROOT)
            if done.returncode:
                failed.append(end)
    print(f"Failed: {', '.join(failed)}" if failed else "Oldest and newest libraries: tests pass.")
    return int(bool(failed))


def versions(python: Path) -> dict[str, str]:
    """What pip chose."""
    said = subprocess.check_output([python, "-m", "pip", "list", "--format=json"], text=True)
    wanted = {"numpy", "scipy", "pandas", "pyarrow", "pydantic", "matplotlib", "onnxruntime"}
    return {one["name"]: one["version"] for one in json.loads(said) if one["name"] in wanted}


if __name__ == "__main__":
    sys.exit(main())
