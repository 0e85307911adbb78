"""From calibrated scores to findings with fixed keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.text.findings import Chosen, Interval, Safety, TextFindings, UsedModel, Vad
from evoscope.text.taxonomy import TAXONOMY

Numbers = NDArray[np.float64]
LOW, HIGH = "vad.low", "vad.high"
"""Ends of the intervals of VAD, beside the scores by task."""


def rounded(
    scores: Mapping[str, Numbers], half_widths: Numbers | None
) -> dict[str, list[list[float]]]:
    """Round the scores of texts to six digits, and the ends of their intervals.

    What lies beyond differs from machine to machine, and means nothing.

    Args:
        scores: ``(n, labels)`` by task.
        half_widths: ``(n, 3)`` of the intervals of VAD; ``None`` for none.

    Returns:
        by task, and for `LOW` and `HIGH` where there are intervals, a row for each text.
    """
    parts = dict(scores)
    if half_widths is not None:
        parts |= {LOW: scores["vad"] - half_widths, HIGH: scores["vad"] + half_widths}
    together = np.concatenate(list(parts.values()), axis=1).clip(0.0, 1.0).round(6)
    found, start = {}, 0
    for name, values in parts.items():
        end = start + values.shape[1]
        found[name] = together[:, start:end].tolist()
        start = end
    return found


def findings_of(
    scores: Mapping[str, Sequence[float]],
    *,
    thresholds: Mapping[str, Mapping[str, float]],
    language: str,
    warnings: Sequence[str],
    model: UsedModel,
) -> TextFindings:
    """Write the scores of one text down.

    Args:
        scores: of it, as `rounded` gives them.
        thresholds: task -> label -> from which probability on it is called.
        language: its code.
        warnings: in plain words.
        model: that answered.
    """
    named = {task.name: _by_label(task.labels, scores[task.name]) for task in TAXONOMY.tasks}
    limits = thresholds["safety"]
    safe = all(score < limits[label] for label, score in named["safety"].items())
    return TextFindings(
        emotion=_first(named["emotions"]),
        emotion_scores=named["emotions"],
        emotion_scores_fine=named["emotions_fine"],
        vad=Vad(**named["vad"], intervals=_intervals(scores)),
        safety=Safety(safe=safe, scores=named["safety"]),
        style=Chosen(label=_first(named["style"]), scores=named["style"]),
        intent=Chosen(label=_first(named["intent"]), scores=named["intent"]),
        language=language,
        warnings=tuple(warnings),
        model=model,
    )


def _by_label(labels: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return dict(zip(labels, values, strict=True))


def _first(scores: Mapping[str, float]) -> str:
    return max(scores, key=scores.__getitem__)


def _intervals(scores: Mapping[str, Sequence[float]]) -> dict[str, Interval]:
    if LOW not in scores:
        return {}
    ends = zip(TAXONOMY["vad"].labels, scores[LOW], scores[HIGH], strict=True)
    return {label: Interval(low=low, high=high) for label, low, high in ends}
