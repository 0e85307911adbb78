"""``python sweep/figures.py``: fill ``docs/reliability.md`` from what the sweep found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evoscope.measure.results import fill_file, short_commit

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reliability.md"
RESULTS = ROOT / "sweep" / "results"


def mutants(groups: dict[str, dict[str, Any]]) -> str:
    """A row for each group of faults that were planted."""
    lines = [
        "| group | possible | planted | a test failed | never ended | nobody noticed | noticed | "
        "95 % interval | least noticed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in groups.items():
        worst, least = min(one["files"].items(), key=lambda item: item[1]["noticed"])
        missed = one["survived"] + one["untested"]
        lines.append(
            f"| {name} | {one['population']:,} | {one['tried']:,} | {one['killed']:,} | "
            f"{one['timeout']} | {missed} | {one['noticed']:.1%} | "
            f"{one['low']:.1%} to {one['high']:.1%} | `{worst}` {least['noticed']:.0%} |"
        )
    return "\n".join(lines)


def fuzz(found: dict[str, Any]) -> str:
    """A row for each reader that was fed damaged files."""
    lines = [
        "| reader | checks | rounds | minutes | of processor time | failed | commit |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, one in found["readers"].items():
        failed = ", ".join(f"`{test}`" for test in one["failed"]) or "none"
        times = f"{one['minutes']} | {one['processor_minutes']}"
        ended = f"{failed} | `{short_commit(one['commit'])}`"
        lines.append(f"| {name} | {one['checks']} | {one['rounds']} | {times} | {ended} |")
    return "\n".join(lines)


def fuzz_about(found: dict[str, Any]) -> str:
    """How long and how many files, on what machine."""
    return (
        f"In rounds of up to {found['files_a_round']:,} files of each kind of damage, as many "
        f"readers at a time as there are cores: {found['machine']}."
    )


def lines(found: dict[str, Any]) -> str:
    """A row for each package, and one for all."""
    rows = ["| package | statements | run by a test |", "|---|---|---|"]
    for name, one in {**found["packages"], "all": found["all"]}.items():
        share = one["run"] / one["statements"]
        rows.append(f"| {name} | {one['statements']:,} | {share:.1%} |")
    return "\n".join(rows)


def lines_about(found: dict[str, Any]) -> str:
    """With what it was measured."""
    data = "with the real recordings" if found["realdata"] else "without the real recordings"
    return f"Measured {data}, {found['machine']}, commit `{short_commit(found['commit'])}`."


def bounds(found: dict[str, Any]) -> str:
    """A row for each end of what is allowed."""
    names = sorted({name for one in found.values() for name in one["versions"]})
    lines = [
        f"| libraries | passed | failed | skipped | {' | '.join(names)} |",
        f"|---|---|---|---|{'---|' * len(names)}",
    ]
    for end, one in sorted(found.items()):
        counts = [str(one[count]) for count in ("passed", "failed", "skipped")]
        versions = [one["versions"].get(name, "-") for name in names]
        lines.append(f"| {' | '.join([end, *counts, *versions])} |")
    return "\n".join(lines)


def package(found: dict[str, Any]) -> str:
    """A row for each library that the package asks for."""
    lines = ["| library | MB | less without it, MB |", "|---|---|---|"]
    lines += [
        f"| {name} | {one['mb']} | {one['less_without_mb']} |"
        for name, one in found["dependencies"].items()
    ]
    return "\n".join(lines)


def package_extras(found: dict[str, Any]) -> str:
    """A row for each extra that was measured."""
    lines = ["| with the extra | in all, MB | more, MB |", "|---|---|---|"]
    lines += [
        f"| {extra} | {mb:.0f} | {mb - found['installed_mb']:.1f} |"
        for extra, mb in found["with_extra_mb"].items()
    ]
    return "\n".join(lines)


def package_about(found: dict[str, Any]) -> str:
    """The whole, in a sentence."""
    return (
        f"**{found['installed_mb']:.0f} MB** in {found['packages']} packages, of it "
        f"{found['bytecode_mb']:.0f} MB of bytecode, which pip writes when it installs. At most "
        f"{found['most_installed_mb']:.0f} MB are wanted. The wheel has {found['wheel_mb']} MB "
        f"of {found['most_wheel_mb']:.0f}. Python {found['python']}, {found['platform']}."
    )


def of(result: str, table: Callable[[dict[str, Any]], str]) -> Callable[[], str]:
    """A table of a file of results."""
    return lambda: table(json.loads((RESULTS / result).read_text("utf-8")))


TABLES = {
    "fuzz-about": of("fuzz.json", fuzz_about),
    "fuzz": of("fuzz.json", fuzz),
    "lines-about": of("lines.json", lines_about),
    "lines": of("lines.json", lines),
    "bounds": of("bounds.json", bounds),
    "package-about": of("package.json", package_about),
    "package": of("package.json", package),
    "package-extras": of("package.json", package_extras),
    "mutants": of("mutants.json", mutants),
}

if __name__ == "__main__":
    for name, table in TABLES.items():
        fill_file(PAGE, name, table())
