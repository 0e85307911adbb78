"""The table of docs/service.md, from a result file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from evoscope.measure.results import number, short_commit

GROWTH_GOAL = 0.05
P95_GOAL_MS = 50.0


class Row(NamedTuple):
    """One figure beside its goal; ``reached`` is None where there is no goal."""

    what: str
    value: str
    goal: str
    reached: bool | None


def service_table(document: Mapping[str, Any]) -> str:
    """What docs/service.md shows of a document."""
    return f"{about(document)}\n\n{table(rows(document))}"


def rows(document: Mapping[str, Any]) -> list[Row]:
    """Figures of a document, in the order in which a person meets them."""
    found: Mapping[str, Mapping[str, Any]] = document["measured"]
    start, text, idle = found["start"], found["text"], found["connections"]
    drop, killed, bad, memory = found["drop"], found["killed"], found["malformed"], found["memory"]
    everything = drop["analyzed"] == drop["files"]
    return [
        Row(
            f"from start to the page's first byte, median of {start['n']}",
            f"{number(start['page_s'])} s",
            "",
            None,
        ),
        Row("from start to the first ear's findings", f"{number(start['analyzed_s'])} s", "", None),
        Row(
            f"a message, 95th percentile at 20 a second ({text['n']} messages)",
            f"{number(text['p95_ms'])} ms",
            f"{P95_GOAL_MS:g} ms",
            text["p95_ms"] <= P95_GOAL_MS and not text["failed"],
        ),
        Row("a message, median", f"{number(text['p50_ms'])} ms", "", None),
        Row("processor time for a message", f"{number(text['cpu_ms'])} ms", "", None),
        Row(
            "idle connections that were all answered afterwards",
            f"{idle['answered']} of {idle['connections']}",
            "1000",
            idle["answered"] >= 1000,
        ),
        Row(
            f"`/health` beside them, 95th percentile of {idle['n']}",
            f"{number(idle['p95_ms'])} ms",
            "",
            None,
        ),
        Row(
            f"{drop['files']} files in one drop, of 6 levels each",
            f"{drop['analyzed']} analyzed in {number(drop['seconds'])} s",
            "200 analyzed",
            everything and drop["files"] >= 200,
        ),
        Row(
            f"`/health` meanwhile, 95th percentile of {drop['n']}",
            f"{number(drop['p95_ms'])} ms",
            "",
            None,
        ),
        Row(
            f"memory over {memory['analyses']} analyses of 2 levels",
            f"{100 * memory['growth']:+.1f} % "
            f"({memory['settled_mib']:.0f} to {memory['end_mib']:.0f} MiB)",
            f"{100 * GROWTH_GOAL:+.0f} % at most, over 5000",
            memory["growth"] <= GROWTH_GOAL and memory["analyses"] >= 5000,
        ),
        Row(
            "corrections there again after a kill",
            f"{killed['kept']} of {killed['saved']}",
            "all",
            killed["kept"] == killed["saved"],
        ),
        Row(
            f"damaged uploads answered below 500, of {bad['files']}",
            f"{bad['files'] - bad['errors']}; then a whole one is analyzed",
            "50",
            bad["errors"] == 0 and bad["files"] >= 50 and bool(bad["well"]),
        ),
    ]


def table(figures: list[Row]) -> str:
    """Rows as Markdown.

    Example:
        >>> print(table([Row("a message", "9 ms", "50 ms", True)]).splitlines()[-1])
        | a message | 9 ms | 50 ms | yes |
    """
    reached = {True: "yes", False: "no", None: "-"}
    lines = [
        f"| {row.what} | {row.value} | {row.goal or '-'} | {reached[row.reached]} |"
        for row in figures
    ]
    return "\n".join(["| what | measured | goal | reached |", "|---|---|---|---|", *lines])


def about(document: Mapping[str, Any]) -> str:
    """Where and how busy the machine was: times of a clock are only as good as that."""
    found = document["measured"].values()
    loads = sorted(one["load_average"] for one in found)
    commits = sorted({short_commit(one["commit"]) for one in found})
    first = sorted({name for name, one in document["measured"].items() if one["priority"] < 0})
    ahead = f" With priority over that work: {', '.join(first)}." * bool(first)
    busy = f"{loads[0]:.1f} to {loads[-1]:.1f}"
    return (
        f"Measured on {document['machine']}, {document['workers']} worker, one thread each, at "
        f"{', '.join(commits)}, with clients on the same machine and others' work on it: the load "
        f"average was {busy} before each; idle, it answers sooner.{ahead}"
    )
