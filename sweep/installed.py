"""What an installation takes: megabytes of every package, and of what each dependency brings."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = "evoscope"


def installed(libraries: Path) -> dict[str, Any]:
    """Measure the package and all that it asks for; not pip, which was there before.

    Args:
        libraries: ``site-packages`` of an environment, as pip left it.

    Returns:
        Megabytes in all, and of it Python's bytecode, which pip writes when it installs; of each
        dependency, with what would not be there without it (itself, and what nothing else asks
        for); and of every package.
    """
    there = found_in(libraries)
    needed = reached(there)
    files = {name: megabytes(there[name]) for name in needed}
    bytecode = sum(megabytes(there[name], ".pyc") for name in needed)
    direct = sorted(asked_for(there[PACKAGE], frozenset()), key=lambda one: -files[one])
    return {
        "installed_mb": round(sum(files.values()), 1),
        "bytecode_mb": round(bytecode, 1),
        "dependencies": {
            name: {
                "mb": round(files[name], 1),
                "less_without_mb": round(
                    sum(files[gone] for gone in needed - reached(there, [name])), 1
                ),
            }
            for name in direct
        },
        "packages_mb": {
            name: round(files[name], 1) for name in sorted(needed, key=lambda one: -files[one])
        },
    }


def with_extra(libraries: Path, extra: str) -> float:
    """Measure what is there with an extra, in megabytes; others may be installed beside it."""
    there = found_in(libraries)
    return round(sum(megabytes(there[name]) for name in reached(there, extras=[extra])), 1)


def found_in(libraries: Path) -> dict[str, Distribution]:
    """Every distribution of an environment, by name."""
    return {canonicalize_name(one.name): one for one in distributions(path=[str(libraries)])}


def reached(
    there: dict[str, Distribution], without: Collection[str] = (), extras: Collection[str] = ()
) -> set[str]:
    """Names of all that the package asks for, itself among them, some dependencies left out."""
    seen: dict[str, frozenset[str]] = {}
    waiting = [(PACKAGE, frozenset(extras))]
    while waiting:
        name, extras = waiting.pop()
        if extras <= seen.get(name, frozenset()) and name in seen:
            continue
        seen[name] = seen.get(name, frozenset()) | extras
        wanted = asked_for(there[name], extras)
        waiting += [one for one in wanted.items() if not (name == PACKAGE and one[0] in without)]
    return set(seen)


def asked_for(one: Distribution, extras: frozenset[str]) -> dict[str, frozenset[str]]:
    """What a distribution requires here, by name, with the extras of each."""
    found = {}
    for text in one.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": e}) for e in ("", *extras)):
            found[canonicalize_name(requirement.name)] = frozenset(requirement.extras)
    return found


def megabytes(one: Distribution, suffix: str = "") -> float:
    """Size of the files that pip wrote for a distribution, or of those whose names end so."""
    paths = [Path(str(one.locate_file(file))) for file in one.files or ()]
    return sum(p.stat().st_size for p in paths if p.name.endswith(suffix) and p.is_file()) / 1e6
