"""From the lines of many runs to effects and a result file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evoscope.measure.paired import paired
from evoscope.text.benchmark.ablation import Ablation, Effect, Result
from evoscope.text.learning.ablation.rows import ROWS, Row, base_of
from evoscope.text.learning.ablation.run import FIGURES, Line


def summarise(lines: Sequence[Line]) -> Ablation:
    """Put runs together.

    Raises:
        ValueError: no runs, or runs on different texts.
    """
    shared = {line.learned_sha256 for line in lines}
    if len(shared) != 1:
        raise ValueError(
            f"runs of one table should be there and share their texts. Found {len(lines)} runs on "
            f"{len(shared)} sets."
        )
    runs: dict[str, dict[int, Line]] = {}
    for line in lines:
        runs.setdefault(line.row, {})[line.seed] = line
    return Ablation(
        commits=tuple(sorted({line.commit for line in lines})),
        learned_sha256=shared.pop(),
        note="Judged on dev parts, at most 300 texts each, which also chose temperatures, and "
        "thresholds on crossed halves. Budgets are short: what would pay after hours may cost "
        "here. CPU seconds are process time on a busy machine.",
        rows=tuple(
            _result(row, runs[row.name], runs.get(base_of(row).name, {}))
            for row in ROWS
            if row.name in runs
        ),
    )


def _result(row: Row, own: Mapping[int, Line], base: Mapping[int, Line]) -> Result:
    first = next(iter(own.values()))
    other = {} if row is base_of(row) else base
    return Result(
        row=row.name,
        setting=row.setting,
        says=row.says,
        claim=row.claim,
        against=base_of(row).name,
        epochs=max(line.epochs for line in own.values()),
        steps=first.steps,
        texts=first.texts,
        seeds=len(own),
        figures={name: _effect(name, sign, own, other) for name, sign in FIGURES.items()},
    )


def _effect(name: str, sign: int, own: Mapping[int, Line], other: Mapping[int, Line]) -> Effect:
    values = [line.metrics[name] for line in own.values()]
    known = [value for value in values if value is not None]
    pairs = [
        (ours, theirs)
        for seed, line in own.items()
        if seed in other
        and (ours := line.metrics[name]) is not None
        and (theirs := other[seed].metrics[name]) is not None
    ]
    found = paired([sign * a for a, _ in pairs], [sign * b for _, b in pairs])
    several = found if len(pairs) > 1 else None
    return Effect(
        value=sum(known) / len(known) if known else None,
        better_by=found[0] if found else None,
        low=several[1] if several else None,
        high=several[2] if several else None,
        n=len(pairs),
        texts=next(iter(own.values())).n[name],
    )
