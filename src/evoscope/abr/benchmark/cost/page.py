"""The tables of the docs that say what an analysis costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evoscope.measure.results import number


def speed_table(document: Mapping[str, Any]) -> str:
    """Markdown of ``cost.json``: what it was measured on, then one table per question."""
    about = (
        f"Measured on {document['machine']}, one thread, commit `{document['commit'][:12]}`; "
        "processor time, not wall time: the machine was shared."
    )
    parts = [about, _processes(document["processes"]), _stages(document["stages"])]
    parts.append(_rows(document["recordings"], _RECORDINGS))
    parts.append(_rows(document["together"], _TOGETHER))
    parts.append(_rows(document["sweeps"], _SWEEPS))
    parts.append(_rows(document["roofline"], _ROOFLINE))
    return "\n\n".join(parts)


_RECORDINGS = {
    "recordings": "recordings, from Parquet to findings",
    "series": "series",
    "cpu_s": "CPU s",
    "ms_each": "ms a recording",
    "peak_mb": "peak memory, MB",
}
_TOGETHER = {
    "together": "series read together",
    "cpu_s": "CPU s",
    "per_s": "recordings a CPU second",
}
_SWEEPS = {"sweeps": "single trials averaged", "cpu_s": "CPU s", "us_each": "us a trial"}
_ROOFLINE = {
    "rows": "recordings in a call of the network",
    "gflop": "operations, 10^9",
    "cpu_ms": "CPU ms",
    "gflop_per_s": "10^9 a second",
    "peak_gflop_per_s": "of a matrix product",
    "share_of_peak": "share of it",
}


def _processes(found: Mapping[str, Mapping[str, float]]) -> str:
    lines = [
        "| whole process | CPU s, median | least to most | over Python alone | peak memory, MB |",
        "|---|---|---|---|---|",
    ]
    least = found["nothing"]["cpu_s"]
    for name, one in found.items():
        said = "Python itself" if name == "nothing" else name
        lines.append(
            f"| {said} | {number(one['cpu_s'])} | {number(one['least_s'])} to "
            f"{number(one['most_s'])} | {number(one['cpu_s'] - least)} | "
            f"{number(one['peak_mb'])} |"
        )
    return "\n".join(lines)


def _stages(found: Mapping[str, float]) -> str:
    total = sum(found.values())
    lines = ["| stage of an analysis | CPU ms | share |", "|---|---|---|"]
    lines += [
        f"| {name} | {number(1e3 * seconds)} | {number(seconds / total)} |"
        for name, seconds in found.items()
    ]
    return "\n".join(lines)


def _rows(rows: Sequence[Mapping[str, float]], columns: Mapping[str, str]) -> str:
    lines = [f"| {' | '.join(columns.values())} |", "|---" * len(columns) + "|"]
    lines += [f"| {' | '.join(_cell(row[name]) for name in columns)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else number(value)
