"""Loss type per ear and per recording; "cannot tell" is an answer, and a wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.ruler import Flags, Ruler, numbers, words
from evoscope.abr.benchmark.protocol.scores import distinct, floor_note, recall, share
from evoscope.abr.benchmark.protocol.slices import (
    ALTERNATING,
    OF_EARS,
    OF_RECORDINGS,
    PAIR,
    slices,
)
from evoscope.abr.benchmark.protocol.views import best_view
from evoscope.abr.cohort import CLASSES
from evoscope.measure import (
    Measured,
    Metric,
    accuracy,
    balanced_accuracy,
    expected_calibration_error,
    macro_f1,
    majority_baseline,
)

# Numbers of the classes: resampling compares them a thousand times, and text compares slowly.
_CODES = tuple(range(len(CLASSES)))
_ABSTAINS = -1
_of_classes = partial(macro_f1, classes=_CODES)


def class_figures(ears: pd.DataFrame, recordings: pd.DataFrame, ruler: Ruler) -> list[Figure]:
    """Figures of ``class.ear`` and ``class.recording``; trivial is the majority class for all.

    Ears are read from rarefaction and condensation where these are there; where alternating
    averages of the same ears are, too, each view has a slice of its own. A recording is one that
    was shown alone.
    """
    figures: list[Figure] = []
    for where, part in ear_slices(ears):
        figures += _figures(part, "class.ear", where, ruler)
    asked = recordings[recordings["found_class"].notna()]
    if len(asked):
        # Within a class there is one class: its recall says all.
        for where, part in slices(asked, tuple(k for k in OF_RECORDINGS if k != "class")):
            note = f"{len(asked)} of {len(recordings)} recordings, shown alone; the likeliest class"
            figures += _figures(part, "class.recording", where, ruler, note)
    return figures


def ear_slices(ears: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield ``all``, the ears in their best view, its slices, and each view where there are two."""
    yield from slices(best_view(ears), OF_EARS)
    for where, view in ((PAIR, "pair"), (ALTERNATING, "alternating")):
        part = ears[ears["view"] == view]
        if 0 < len(part) < len(ears):
            yield where, part


def _figures(
    frame: pd.DataFrame, task: str, where: str, ruler: Ruler, note: str = ""
) -> list[Figure]:
    true, known = _coded(frame, "loss_type")
    found, _ = _coded(frame, "found_class")

    def one(name: str, metric: Metric, trivial: Measured | float | None) -> Figure:
        return ruler.figure(
            metric,
            frame,
            found,
            true,
            mask=known,
            task=task,
            name=name,
            where=where,
            trivial=trivial,
            note=note,
        )

    def majority(metric: Metric) -> Measured:
        return majority_baseline(metric, true, known)

    figures = [
        one("accuracy", accuracy, majority(accuracy)),
        one("macro_f1", _of_classes, majority(_of_classes)),
        one("balanced_accuracy", balanced_accuracy, majority(balanced_accuracy)),
        one("abstention_rate", _abstained, 0.0),
    ]
    if where not in ("all", PAIR, ALTERNATING):
        return figures
    figures.append(one("classes_predicted", _classes_predicted, 1.0))
    for code, name in enumerate(CLASSES):
        of_one = partial(recall, label=code)
        figures.append(one(f"recall.{name}", of_one, majority(of_one)))
    probabilities = np.column_stack([numbers(frame, f"found_class_{name}") for name in CLASSES])
    stated = known & np.isfinite(probabilities).any(axis=1)
    confidence = np.where(stated, np.max(np.nan_to_num(probabilities, nan=0.0), axis=1), 0.0)
    floor = floor_note(confidence[stated]) if stated.any() else "no class probabilities stated"
    figures.append(
        ruler.figure(
            expected_calibration_error,
            frame,
            confidence,
            found == true,
            mask=stated,
            task=task,
            name="ece",
            where=where,
            note="; ".join(text for text in (note, floor) if text),
        )
    )
    return figures


def _coded(frame: pd.DataFrame, name: str) -> tuple[NDArray[np.intp], Flags]:
    """Number the classes; what is none of them is the analyzer's "cannot tell"."""
    text, known = words(frame, name)
    codes = np.full(text.shape, _ABSTAINS, dtype=np.intp)
    for code, one in enumerate(CLASSES):
        codes[text == one] = code
    return codes, known


def _abstained(found: NDArray[np.intp], _true: NDArray[np.intp], mask: Flags) -> Measured:
    return share(found == _ABSTAINS, mask)


def _classes_predicted(found: NDArray[np.intp], _true: NDArray[np.intp], mask: Flags) -> Measured:
    return distinct(found, mask, among=_CODES)
