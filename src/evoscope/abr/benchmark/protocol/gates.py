"""The three success gates that retraining was once meant to pass, judged on measured figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evoscope.abr.benchmark.evaluation import Figure, Gate
from evoscope.abr.cohort import CLASSES


@dataclass(frozen=True)
class Criterion:
    """One line of a gate: a figure, over everything, and the side of a number it must be on."""

    phase: str
    says: str
    task: str
    metric: str
    side: Literal[">", "<", ">="]
    bound: float


PHASES = ("1 classification", "2 all tasks", "3 clinical")
CRITERIA: tuple[Criterion, ...] = (
    Criterion(PHASES[0], "accuracy > 60 %", "class.recording", "accuracy", ">", 0.60),
    Criterion(
        PHASES[0],
        "every class is predicted",
        "class.recording",
        "classes_predicted",
        ">=",
        float(len(CLASSES)),
    ),
    Criterion(PHASES[0], "macro F1 > 0.4", "class.recording", "macro_f1", ">", 0.4),
    Criterion(PHASES[1], "signal correlation > 0.5", "denoise", "correlation", ">", 0.5),
    Criterion(PHASES[1], "SNR > 10 dB", "denoise", "snr_db", ">", 10.0),
    Criterion(PHASES[1], "threshold R2 > 0.3", "threshold", "r2", ">", 0.3),
    Criterion(PHASES[1], "wave V latency r > 0.5", "latency.V", "correlation", ">", 0.5),
    Criterion(PHASES[2], "accuracy per ear > 70 %", "class.ear", "accuracy", ">", 0.70),
    Criterion(PHASES[2], "threshold MAE < 10 dB", "threshold", "mae_db", "<", 10.0),
    Criterion(PHASES[2], "wave V within 1 ms > 60 %", "latency.V", "within_1ms", ">", 0.60),
)
"""Every criterion that a figure can decide; "the loss falls" is a matter of training runs."""


def judge(figures: Sequence[Figure]) -> tuple[Gate, ...]:
    """Judge every criterion on the figures over everything.

    A figure that is missing or undefined is "not measured": never passed, never failed.

    Example:
        >>> mae = Figure(task="threshold", metric="mae_db", value=7.0, n=90, simulated=True)
        >>> [(gate.says, gate.verdict) for gate in judge([mae])][-2]
        ('threshold MAE < 10 dB', 'passed')
    """
    overall = {(f.task, f.metric): f for f in figures if f.slice == "all"}
    gates = []
    for criterion in CRITERIA:
        figure = overall.get((criterion.task, criterion.metric))
        value = None if figure is None else figure.value
        gates.append(
            Gate(
                phase=criterion.phase,
                says=criterion.says,
                task=criterion.task,
                metric=criterion.metric,
                value=value,
                trivial=None if figure is None else figure.trivial,
                verdict=_verdict(criterion, value),
            )
        )
    return tuple(gates)


def _verdict(
    criterion: Criterion, value: float | None
) -> Literal["passed", "not passed", "not measured"]:
    if value is None:
        return "not measured"
    held = {
        ">": value > criterion.bound,
        "<": value < criterion.bound,
        ">=": value >= criterion.bound,
    }[criterion.side]
    return "passed" if held else "not passed"
