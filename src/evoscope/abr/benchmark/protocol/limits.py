"""Every figure beside the best that is possible: an ideal observer's, or a Cramer-Rao bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.limits.decide import decide_classes, decide_present
from evoscope.abr.benchmark.limits.of_cohort import IDEAL_CLASSES, Ideal
from evoscope.abr.benchmark.protocol.denoise import RIVALS
from evoscope.abr.benchmark.protocol.detection import FALSE_ALARMS
from evoscope.abr.benchmark.protocol.loss_class import ear_slices
from evoscope.abr.benchmark.protocol.predict import Predictions
from evoscope.abr.benchmark.protocol.ruler import Flags, Numbers, Ruler, flags, numbers
from evoscope.abr.benchmark.protocol.scores import (
    auc_below,
    error_over,
    macro_f1_over,
    ratio_of_sums,
    squared_error_over,
)
from evoscope.abr.benchmark.protocol.slices import (
    ALTERNATING,
    OF_DENOISING,
    OF_DETECTION,
    OF_RECORDINGS,
    OF_SERIES,
    PAIR,
    slices,
)
from evoscope.abr.benchmark.protocol.threshold import (
    FAR_DB,
    TRUE_THRESHOLD,
    of_truth,
    within_levels,
)
from evoscope.abr.cohort import CENSORED, CLASSES
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.measure import (
    Measured,
    accuracy,
    auc,
    f1,
    macro_f1,
    mean_absolute_error,
    r2,
    sensitivity_at_fpr,
    within,
)

FEW_SHARE = 0.20
FEWEST_PATIENTS = 10
"""Patients of each class that a limit of the macro F1 needs: one patient is no class."""
NOTE = "limit: an estimate, on simulated recordings"
FEW_NOTE = "limit: an estimate, few matching ears"
BEATEN = "limit: an estimate, beaten"
Key = tuple[str, str, str]
_CODE = {name: code for code, name in enumerate(CLASSES)}
# The observer's classes are in the order of the simulator.
_CODE_OF_SIMULATED = np.array([_CODE[name] for name in LOSS_CLASSES])


@dataclass(frozen=True)
class LimitFigures:
    """What the ideal observer adds to an evaluation.

    Attributes:
        limits: the observer's own figure by task, metric and slice.
        figures: how far the contestant is from it.
    """

    limits: dict[Key, float]
    figures: tuple[Figure, ...]


def with_ideal(predictions: Predictions, ideal: Ideal) -> Predictions:
    """Put the ideal observer's answers beside the contestant's, row by row."""
    return replace(
        predictions,
        recordings=predictions.recordings.merge(
            ideal.recordings, on=["series_id", "record"], how="left", validate="1:1"
        ),
        series=predictions.series.merge(ideal.series, on="series_id", how="left", validate="m:1"),
        ears=predictions.ears.merge(
            ideal.ears, on=["patient_id", "ear", "view"], how="left", validate="1:1"
        ),
    )


def limit_figures(predictions: Predictions, ruler: Ruler, *, few_share: float) -> LimitFigures:
    """Score the ideal observer and compare the contestant with it.

    Args:
        predictions: with the columns of ``with_ideal``.
        ruler: as of all figures.
        few_share: share of the series that few ears stand behind; above a fifth, notes say so.
    """
    recordings = predictions.recordings
    note = FEW_NOTE if few_share > FEW_SHARE else NOTE
    limits: dict[Key, float] = {}
    figures: list[Figure] = []
    for found in (
        *_detection(recordings),
        *_denoise(recordings),
        *_existence(recordings, ruler, note),
        *_bounds(recordings, ruler),
        *_threshold(predictions.series[predictions.series["main"]], ruler, note),
        *(
            found
            for where, ears in ear_slices(predictions.ears)
            for found in _classes(ears, "class.ear", where, ruler, note)
        ),
        *_classes(
            recordings[recordings["found_class"].notna()], "class.recording", "all", ruler, note
        ),
    ):
        if isinstance(found, Figure):
            figures.append(found)
        elif found[1].value is not None:
            limits[found[0]] = found[1].value
    return LimitFigures(limits, tuple(figures))


Found = Iterator[tuple[Key, Measured] | Figure]


def _detection(recordings: pd.DataFrame) -> Found:
    sensitivity = partial(sensitivity_at_fpr, fpr=FALSE_ALARMS)
    for where, part in slices(recordings, OF_DETECTION):
        true, known = flags(part, "response_present")
        ideal = numbers(part, "ideal_response")
        usable = known & np.isfinite(ideal)
        yield ("detection", "auc", where), auc(ideal, true, usable)
        yield ("detection", "sensitivity_at_5fpr", where), sensitivity(ideal, true, usable)


def _denoise(recordings: pd.DataFrame) -> Found:
    """Limits in the mean: the expected response has the least mean square error."""
    for where, part in slices(recordings, OF_DENOISING):
        ideal = numbers(part, "ideal_error")
        for name, column in (
            ("noise", "raw_error"), *((rival, f"{rival}_error") for rival in RIVALS)
        ):  # fmt: skip
            below = numbers(part, column)
            usable = np.isfinite(ideal) & np.isfinite(below)
            yield ("denoise", f"mse_over_{name}", where), ratio_of_sums(ideal, below, usable)


def _existence(recordings: pd.DataFrame, ruler: Ruler, note: str) -> Found:
    task = "existence.V"
    for where, part in slices(recordings, OF_RECORDINGS):
        true, known = flags(part, "wave_V_present")
        ideal, score = numbers(part, "ideal_wave_V"), numbers(part, "found_V_probability")
        usable = known & np.isfinite(ideal)
        called = np.zeros(usable.shape, dtype=bool)
        called[usable] = decide_present(ideal[usable])
        yield (task, "auc", where), auc(ideal, true, usable)
        yield (task, "f1", where), f1(called, true, usable)
        yield ruler.figure(
            auc_below, part, score, ideal, true, mask=usable, task=task, name="auc_below_ideal",
            where=where, note=note,
        )  # fmt: skip


def _bounds(recordings: pd.DataFrame, ruler: Ruler) -> Found:
    marked, known = flags(recordings, "marked_V_present")
    for where, part in (
        ("fmp=3.1+", recordings),
        ("marked=yes fmp=3.1+", recordings[marked & known]),
    ):
        for what, unit in (("latency", "ms"), ("amplitude", "uv")):
            true = numbers(part, f"wave_V_{what}_{unit}")
            found = numbers(part, f"found_V_{what}_{unit}")
            bound = numbers(part, f"bound_{what}_{unit}")
            usable = np.isfinite(true) & np.isfinite(found) & np.isfinite(bound)
            if usable.sum() > 1:
                best = (
                    1.0
                    - np.square(bound[usable]).sum()
                    / np.square(true[usable] - true[usable].mean()).sum()
                )
                yield (f"{what}.V", "r2", where), Measured(float(best), int(usable.sum()))
            yield ruler.figure(
                squared_error_over, part, found, bound, true, mask=usable, task=f"{what}.V",
                name="rmse_over_crlb", where=where,
                note=f"bound pooled over these recordings: {_rms(bound, usable)} {unit}; the "
                "series is known, mechanism, morphology and noise colour, too",
            )  # fmt: skip


def _threshold(series: pd.DataFrame, ruler: Ruler, note: str) -> Found:
    censored = series["loss_type"].isin(CENSORED).fillna(False).to_numpy(dtype=bool)
    truths = [(where, part, "lowest_response_level_db", "ideal_lowest_db")
              for where, part in slices(series[~censored], OF_SERIES)]  # fmt: skip
    between = series[~censored & within_levels(series)]
    for where, part, truth, answer, own in (
        *((*one, "found_threshold_db") for one in truths),
        *(
            (of_truth(where), part, TRUE_THRESHOLD, "ideal_threshold_db", "found_fitted_db")
            for where, part in slices(between, ("step",))
        ),
    ):
        true, ideal = numbers(part, truth), numbers(part, answer)
        found = numbers(part, own)
        usable = np.isfinite(true) & np.isfinite(ideal) & np.isfinite(found)
        yield ("threshold", "mae_db", where), mean_absolute_error(ideal, true, usable)
        yield ("threshold", "r2", where), r2(ideal, true, usable)
        for tolerance in (5.0, FAR_DB):
            near = within(ideal, true, usable, tolerance=tolerance)
            yield ("threshold", f"within_{tolerance:g}db", where), near
        yield ruler.figure(
            error_over, part, found, ideal, true, mask=usable, task="threshold",
            name="mae_over_ideal", where=where, note=note,
        )  # fmt: skip


def _classes(frame: pd.DataFrame, task: str, where: str, ruler: Ruler, note: str) -> Found:
    probabilities = frame[list(IDEAL_CLASSES)].to_numpy(dtype=np.float64)
    known = np.isfinite(probabilities).all(axis=1) & frame["loss_type"].notna().to_numpy()
    if not known.any():
        return
    true, found = _codes(frame["loss_type"]), _codes(frame["found_class"])
    likeliest, balanced = np.full(known.size, -1), np.full(known.size, -1)
    likeliest[known] = _CODE_OF_SIMULATED[probabilities[known].argmax(axis=1)]
    yield (task, "accuracy", where), accuracy(likeliest, true, known)
    if where not in ("all", PAIR, ALTERNATING):
        return
    patients = frame[known].groupby("loss_type")["patient_id"].nunique()
    few = [name for name in CLASSES if patients.get(name, 0) < FEWEST_PATIENTS]
    if few:
        yield Figure(
            task=task, metric="over_ideal", slice=where, value=None, n=int(known.sum()),
            simulated=ruler.simulated,
            note=f"fewer than {FEWEST_PATIENTS} patients with {', '.join(few)}: take an enriched "
            "cohort",
        )  # fmt: skip
        return
    balanced[known] = _CODE_OF_SIMULATED[decide_classes(probabilities[known])]
    of_classes = partial(macro_f1, classes=tuple(_CODE.values()))
    yield (task, "macro_f1", where), of_classes(balanced, true, known)
    yield ruler.figure(
        partial(macro_f1_over, classes=tuple(_CODE.values())), frame, found, balanced, true,
        mask=known, task=task, name="over_ideal", where=where, note=note,
    )  # fmt: skip


def _codes(column: pd.Series[Any]) -> NDArray[np.int64]:
    return np.array([_CODE.get(name, -1) for name in column], dtype=np.int64)


def _rms(values: Numbers, usable: Flags) -> str:
    return f"{np.sqrt(np.mean(np.square(values[usable]))):.3f}" if usable.any() else "-"
