"""``evoscope bench``: its options, known before anything heavy is imported."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

Flag = Parameter(negative="", show_default=False)


def bench(
    *parts: str,
    list: Annotated[bool, Flag, Parameter(help="Say what there is, and run nothing.")] = False,  # noqa: A002 -- the option's name
    quick: Annotated[
        bool, Flag, Parameter(help="A minute's look at whether a part works; results stay.")
    ] = False,
    fill: Annotated[
        bool,
        Flag,
        Parameter(help="Only fill tables and pictures of the docs from the result files."),
    ] = False,
    json: Annotated[bool, Flag, Parameter(help="Print what was done for machines.")] = False,
) -> int:
    """Measure the figures of README and docs again, into benchmarks/results of a checkout.

    Without names every part that this machine can run. Each runs in a process of its own, on one
    thread. Exit code 1 means that some part failed.
    """
    from evoscope.cli.bench_command import run_bench

    return run_bench(parts, only_list=list, quick=quick, only_fill=fill, json=json)
