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
from evoscope.abr.benchmark.protocol.detection import FALSE_ALARMS
from evoscope.abr.benchmark.protocol.predict import Predictions
from evoscope.abr.benchmark.protocol.ruler import Flags, Numbers, Ruler, flags, numbers
from evoscope.abr.benchmark.protocol.scores import (
    auc_below,
    error_over,
    macro_f1_over,
    squared_error_over,
)
from evoscope.abr.benchmark.protocol.slices import OF_EARS, OF_RECORDINGS, OF_SERIES, slices
from evoscope.abr.cohort import CENSORED, CLASSES
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.measure import (
    Measured,
    accuracy,
    auc,
    f1,
    macro_f1,
    mean_absolute_error,
    sensitivity_at_fpr,
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
        series=predictions.series.merge(ideal.series, on="series_id", how="left", validate="1:1"),
        ears=predictions.ears.merge(
            ideal.ears, on=["patient_id", "ear"], how="left", validate="1:1"
        ),
    )


def limit_figures(predictions: Predictions, ruler: Ruler, *, few_share: float) -> LimitFigures:
    """Score the ideal observer and compare the contestant with it.

    Args:
        predictions: with the columns of ``with_ideal``.
        ruler: as of all figures.
        few_share: share of the series that few ears stand behind; above a fifth, notes say so.
    """
    note = FEW_NOTE if few_share > FEW_SHARE else NOTE
    limits: dict[Key, float] = {}
    figures: list[Figure] = []
    for found in (
        *_detection(predictions.recordings),
        *_existence(predictions.recordings, ruler, note),
        *_bounds(predictions.recordings, ruler),
        *_threshold(predictions.series, ruler, note),
        *_classes(predictions.ears, "class.ear", OF_EARS, ruler, note),
        *_classes(predictions.recordings, "class.recording", (), ruler, note),
    ):
        if isinstance(found, Figure):
            figures.append(found)
        elif found[1].value is not None:
            limits[found[0]] = found[1].value
    return LimitFigures(limits, tuple(figures))


Found = Iterator[tuple[Key, Measured] | Figure]


def _detection(recordings: pd.DataFrame) -> Found:
    sensitivity = partial(sensitivity_at_fpr, fpr=FALSE_ALARMS)
    for where, part in slices(recordings, OF_RECORDINGS):
        true, known = flags(part, "response_present")
        ideal = numbers(part, "ideal_response")
        usable = known & np.isfinite(ideal)
        yield ("detection", "auc", where), auc(ideal, true, usable)
        yield ("detection", "sensitivity_at_5fpr", where), sensitivity(ideal, true, usable)


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
    for what, unit in (("latency", "ms"), ("amplitude", "uv")):
        true = numbers(recordings, f"wave_V_{what}_{unit}")
        found = numbers(recordings, f"found_V_{what}_{unit}")
        bound = numbers(recordings, f"bound_{what}_{unit}")
        usable = np.isfinite(true) & np.isfinite(found) & np.isfinite(bound)
        yield ruler.figure(
            squared_error_over, recordings, found, bound, true, mask=usable, task=f"{what}.V",
            name="rmse_over_crlb", where="fmp=3.1+",
            note=f"bound pooled over these recordings: {_rms(bound, usable)} {unit}; the series "
            "is known, mechanism, morphology and noise colour, too",
        )  # fmt: skip


def _threshold(series: pd.DataFrame, ruler: Ruler, note: str) -> Found:
    censored = series["loss_type"].isin(CENSORED).fillna(False).to_numpy(dtype=bool)
    truths = [(where, part, "lowest_response_level_db", "ideal_lowest_db")
              for where, part in slices(series[~censored], OF_SERIES)]  # fmt: skip
    name = "true_threshold_db"
    for where, part, truth, answer in (
        *truths,
        (f"truth={name}", series[~censored], name, "ideal_threshold_db"),
    ):
        true, ideal = numbers(part, truth), numbers(part, answer)
        found = numbers(part, "found_threshold_db")
        usable = np.isfinite(true) & np.isfinite(ideal) & np.isfinite(found)
        yield ("threshold", "mae_db", where), mean_absolute_error(ideal, true, usable)
        yield ruler.figure(
            error_over, part, found, ideal, true, mask=usable, task="threshold",
            name="mae_over_ideal", where=where, note=note,
        )  # fmt: skip


def _classes(
    frame: pd.DataFrame, task: str, kinds: tuple[str, ...], ruler: Ruler, note: str
) -> Found:
    probabilities = frame[list(IDEAL_CLASSES)].to_numpy(dtype=np.float64)
    known = np.isfinite(probabilities).all(axis=1) & frame["loss_type"].notna().to_numpy()
    true, found = _codes(frame["loss_type"]), _codes(frame["found_class"])
    likeliest, balanced = np.full(known.size, -1), np.full(known.size, -1)
    if known.any():
        likeliest[known] = _CODE_OF_SIMULATED[probabilities[known].argmax(axis=1)]
        balanced[known] = _CODE_OF_SIMULATED[decide_classes(probabilities[known])]
    frame = frame.assign(_known=known, _true=true, _likeliest=likeliest)
    for where, part in slices(frame, kinds):
        value = accuracy(part["_likeliest"], part["_true"], part["_known"])
        yield (task, "accuracy", where), value
    patients = frame[known].groupby("loss_type")["patient_id"].nunique()
    few = [name for name in CLASSES if patients.get(name, 0) < FEWEST_PATIENTS]
    if few:
        yield Figure(
            task=task, metric="over_ideal", value=None, n=int(known.sum()),
            simulated=ruler.simulated,
            note=f"fewer than {FEWEST_PATIENTS} patients with {', '.join(few)}: take an enriched "
            "cohort",
        )  # fmt: skip
        return
    of_classes = partial(macro_f1, classes=tuple(_CODE.values()))
    yield (task, "macro_f1", "all"), of_classes(balanced, true, known)
    yield ruler.figure(
        partial(macro_f1_over, classes=tuple(_CODE.values())), frame, found, balanced, true,
        mask=known, task=task, name="over_ideal", where="all", note=note,
    )  # fmt: skip


def _codes(column: pd.Series[Any]) -> NDArray[np.int64]:
    return np.array([_CODE.get(name, -1) for name in column], dtype=np.int64)


def _rms(values: Numbers, usable: Flags) -> str:
    return f"{np.sqrt(np.mean(np.square(values[usable]))):.3f}" if usable.any() else "-"
