"""From calibrated scores to findings with fixed keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.text.findings import Chosen, Interval, Safety, TextFindings, UsedModel, Vad
from evoscope.text.taxonomy import TAXONOMY

Numbers = NDArray[np.float64]


def findings_of(
    scores: Mapping[str, Numbers],
    half_widths: Numbers | None,
    *,
    thresholds: Mapping[str, Mapping[str, float]],
    language: str,
    warnings: Sequence[str],
    model: UsedModel,
) -> TextFindings:
    """Write the scores of one text down.

    Args:
        scores: ``(labels,)`` by task.
        half_widths: ``(3,)`` of the intervals of VAD; ``None`` for none.
        thresholds: task -> label -> from which probability on it is called.
        language: its code.
        warnings: in plain words.
        model: that answered.
    """
    named = {task: _by_label(task, values) for task, values in scores.items()}
    limits = thresholds["safety"]
    safe = all(score < limits[label] for label, score in named["safety"].items())
    return TextFindings(
        emotion=_first(named["emotions"]),
        emotion_scores=named["emotions"],
        emotion_scores_fine=named["emotions_fine"],
        vad=Vad(**named["vad"], intervals=_intervals(scores["vad"], half_widths)),
        safety=Safety(safe=safe, scores=named["safety"]),
        style=Chosen(label=_first(named["style"]), scores=named["style"]),
        intent=Chosen(label=_first(named["intent"]), scores=named["intent"]),
        language=language,
        warnings=tuple(warnings),
        model=model,
    )


def _by_label(task: str, values: Numbers) -> dict[str, float]:
    # Six digits: what lies beyond differs from machine to machine, and means nothing.
    rounded = np.clip(values, 0.0, 1.0).round(6).tolist()
    return dict(zip(TAXONOMY[task].labels, rounded, strict=True))


def _first(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda label: scores[label])


def _intervals(vad: Numbers, half_widths: Numbers | None) -> dict[str, Interval]:
    if half_widths is None:
        return {}
    low, high = (np.clip(vad + sign * half_widths, 0.0, 1.0).round(6).tolist() for sign in (-1, 1))
    return {
        label: Interval(low=low[j], high=high[j]) for j, label in enumerate(TAXONOMY["vad"].labels)
    }
