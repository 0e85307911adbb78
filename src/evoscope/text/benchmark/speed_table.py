"""Speed and memory of a pack as a table, with what was asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from evoscope.measure.results import number
from evoscope.text.benchmark.goals import verdict
from evoscope.text.benchmark.page import Row

SPEED_HEAD: Row = ("one thread, messages of 11 tokens", "goal", "by the clock",
                   "of the processor", "")  # fmt: skip


@dataclass(frozen=True)
class SpeedGoal:
    """One goal.

    Attributes:
        says: what is measured.
        key: of the result file, by the clock.
        processor: of the result file, of the processor; empty where there is none.
        side, bound: which side of what number it must be on.
    """

    says: str
    key: str
    processor: str
    side: Literal["<=", ">="]
    bound: float


SPEED_GOALS = (
    SpeedGoal("answers a second, 32 at once", "texts_per_s", "texts_per_cpu_s", ">=", 400),
    SpeedGoal("one answer, median, ms", "p50_ms", "p50_cpu_ms", "<=", 4),
    SpeedGoal("from the import to the first answer, s", "cold_start_s", "cold_start_cpu_s",
              "<=", 0.8),
    SpeedGoal("memory after the first answer, MB", "rss_mb", "", "<=", 150),
    SpeedGoal("times as fast as PyTorch float32, one by one", "int8_over_pytorch_batch_1",
              "int8_over_pytorch_batch_1_cpu", ">=", 4),
    SpeedGoal("times as fast as PyTorch float32, 32 at once", "int8_over_pytorch_batch_32",
              "int8_over_pytorch_batch_32_cpu", ">=", 1.7),
)  # fmt: skip


def speed_rows(measured: Mapping[str, Any]) -> list[Row]:
    """A row a goal; the clock decides.

    Args:
        measured: content of ``text_speed.json``.
    """
    figures = measured["figures"]
    return [
        (
            goal.says,
            f"{goal.side} {goal.bound:g}",
            number(figures[goal.key]),
            number(figures.get(goal.processor)),
            verdict(figures[goal.key], side=goal.side, bound=goal.bound),
        )
        for goal in SPEED_GOALS
    ]


def speed_note(measured: Mapping[str, Any]) -> str:
    """Say what it was measured on, and how busy that was."""
    return (
        f"{measured['machine']}; load average {measured['load_average']:.1f} (above the number of "
        "cores, times of the clock are those of a busy machine); other programs' libraries "
        f"imported: {', '.join(measured['unwanted_imports']) or 'none'}."
    )
