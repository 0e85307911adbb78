"""``python sweep/package.py``: wheel and sdist as a stranger gets them, with licences and SBOM.

Builds both, installs each in an empty environment with the pinned versions, runs the demo there,
and writes sizes and a CycloneDX SBOM of the wheel's environment into ``sweep/results``; then what
extras add that need no training stack, and the licences of everything. Needs pip's access to a
package index. Ends with 1 where something is too large, does not run, or has a licence that nobody
has looked at.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from installed import installed, with_extra

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "sweep" / "results"
MOST_WHEEL_MB, MOST_INSTALLED_MB = 30.0, 500.0
EXTRAS = ("cohorts", "physionet", "eeg", "excel", "text", "serve")
TOOLS = ("build", "pip-licenses", "cyclonedx-bom")
# Licences that a scientific package may stand on; a word of each has to be in what a package says.
KNOWN = ("MIT", "BSD", "Apache", "PSF", "Python Software Foundation", "MPL", "ISC", "HPND", "Zlib",
         "Unlicense", "LGPL", "0BSD", "CC0")  # fmt: skip


def main() -> int:
    """Build, install, run, measure."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        tools = environment(home / "tools", *TOOLS)
        run(tools / "python", "-m", "build", "--outdir", home / "dist", ROOT)
        wheel, sdist = next(home.glob("dist/*.whl")), next(home.glob("dist/*.tar.gz"))
        pins = ("-c", ROOT / "constraints.txt")
        for built in (sdist, wheel):
            place = home / built.suffix.strip(".")
            own = environment(place, *pins, built)
            run(own / "evoscope", "demo", "-o", place / "demo", cwd=place)
            if not (place / "demo" / "report.html").is_file():
                faults.append(f"{built.name}: the demo wrote no report")
        libraries = next((home / "whl" / "lib").glob("python*")) / "site-packages"
        found: dict[str, Any] = {
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.machine()}",
            "wheel_mb": round(wheel.stat().st_size / 1e6, 1),
            "sdist_mb": round(sdist.stat().st_size / 1e6, 1),
            "most_wheel_mb": MOST_WHEEL_MB,
            "most_installed_mb": MOST_INSTALLED_MB,
            **installed(libraries),
        }
        bom = RESULTS / "sbom.cdx.json"
        run(
            tools / "cyclonedx-py",
            "environment",
            own / "python",
            "--output-reproducible",
            "-o",
            bom,
        )
        run(own / "python", "-m", "pip", "install", "-q", *pins, f"{wheel}[{','.join(EXTRAS)}]")
        found["with_extra_mb"] = {extra: with_extra(libraries, extra) for extra in EXTRAS}
        licences = read_licences(tools, own / "python")
    found["packages"] = len(found["packages_mb"])
    faults += [
        f"licence to look at: {package}: {what}"
        for package, what in licences.items()
        if not any(known in what for known in KNOWN)
    ]
    faults += [
        f"{size} is {found[size]}, at most {found[f'most_{size}']}"
        for size in ("wheel_mb", "installed_mb")
        if found[size] > found[f"most_{size}"]
    ]
    write("package.json", found)
    write("licences.json", licences)
    print(
        json.dumps({name: what for name, what in found.items() if name != "packages_mb"}, indent=1)
    )
    print("\n".join(faults) or "Both install and run, within their sizes, licences known.")
    return int(bool(faults))


def environment(folder: Path, *requirements: str | Path) -> Path:
    """Make a virtual environment; return its folder of commands."""
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "-q", *requirements)
    return folder / "bin"


def read_licences(tools: Path, python: Path) -> dict[str, str]:
    """Licence of every package of an environment, by name and version."""
    said = run(tools / "pip-licenses", f"--python={python}", "--format=json", "--from=mixed")
    return {f"{one['Name']} {one['Version']}": one["License"] for one in json.loads(said)}


def write(name: str, content: object) -> None:
    """Write a result."""
    (RESULTS / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def run(*arguments: str | Path, cwd: Path | None = None) -> str:
    """Run a command and return what it prints; its error ends the check."""
    done = subprocess.run([*map(str, arguments)], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
