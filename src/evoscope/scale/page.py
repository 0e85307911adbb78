"""The tables of the page on scale: what was measured, and what follows from it for 10^9."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evoscope.measure.results import number, short_commit

BILLION = 1e9
CORES = 1000
"""Of the cluster that the arithmetic is done for."""
_HOUR = 3600.0
_NAMES = {
    "analyze": "recordings analyzed, shipped network",
    "analyze, classical": "recordings analyzed, classical",
    "simulate": "recordings simulated",
    "generate": "recordings generated, diffusion",
    "answer texts": "texts answered, int8",
}


def tables(found: Mapping[str, Any]) -> dict[str, str]:
    """Lay out the content of the result file as tables, by name."""
    return {
        "scale-about": _about(found),
        "scale-measured": _measured(found),
        "scale-billion": _billion(found),
        "scale-one": _one_process(found),
    }


def _about(found: Mapping[str, Any]) -> str:
    before, after = found["load"]
    # A worker more than cores is this measurement's own.
    others = max(before, after) > found["cores"] + 1
    busy = ": others worked on it, so walls say little; go by processor time" if others else ""
    versions = ", ".join(f"{name} {own}" for name, own in found["versions"].items())
    return (
        f"{found['cores']} cores ({found['machine']}), {found['workers']} workers of "
        f"{found['threads']} thread each, {versions}, commit `{short_commit(found['commit'])}`. "
        f"The load of the machine was {before:.1f} before and {after:.1f} after{busy}. "
        f"A cluster took {found['start_seconds']:.0f} s to start."
    )


def _measured(found: Mapping[str, Any]) -> str:
    rows = []
    for name, one in found["work"].items():
        n, local, ray = one["n"], one["local"], one["ray"]
        rows.append(
            (
                _NAMES[name],
                f"{n:,} {one['unit']} in {one['parts']} parts",
                number(n / local["core_seconds"]),
                number(n / ray["core_seconds"]),
                number(local["core_seconds"] / ray["core_seconds"]),
                number(local["wall_seconds"] / ray["wall_seconds"]),
                "yes" if one["same"] else "no",
            )
        )
    head = (
        "work",
        "measured on",
        "local, per core second",
        "ray, per core second",
        "ray over local, core",
        "ray over local, wall",
        "same bits",
    )
    return _table(head, rows)


def _billion(found: Mapping[str, Any]) -> str:
    rows = []
    for name, one in found["work"].items():
        each = one["ray"]["core_seconds"] / one["n"]
        hours = BILLION * each / _HOUR
        bytes_in, bytes_out = (one[side] / one["n"] for side in ("bytes_in", "bytes_out"))
        rows.append(
            (
                _NAMES[name],
                f"{hours:,.0f}",
                _time(hours / CORES),
                _terabytes(BILLION * bytes_in),
                _terabytes(BILLION * bytes_out),
                f"{CORES * (bytes_in + bytes_out) / each / 1e6:,.0f} MB/s",
            )
        )
    head = (
        "a billion",
        "core hours",
        f"on {CORES:,} cores",
        "read",
        "written in parts",
        f"storage traffic of {CORES:,} cores",
    )
    return _table(head, rows)


def _one_process(found: Mapping[str, Any]) -> str:
    hand_out = found["empty_core_seconds"] / found["empty_parts"]
    rows = []
    for name, one in found["work"].items():
        handed = hand_out / one["per_part"]
        gathered = one["gather_core_seconds"] / one["n"]
        each = one["ray"]["core_seconds"] / one["n"]
        rows.append(
            (
                _NAMES[name],
                f"{one['per_part']:,}",
                _time(BILLION * handed / _HOUR),
                _time(BILLION * gathered / _HOUR),
                f"{each / (handed + gathered):,.0f}",
            )
        )
    head = (
        "a billion",
        "in a part",
        "handing out",
        "putting together",
        "cores that one run keeps busy",
    )
    return _table(head, rows)


def _time(hours: float) -> str:
    return f"{hours / 24:,.1f} days" if hours >= 48 else f"{hours:,.1f} h"


def _terabytes(size: float) -> str:
    return "nothing" if size == 0 else f"{size / 1e12:,.2f} TB"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
