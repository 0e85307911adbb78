"""Run an analyzer over patients of a cohort: predictions beside truth, whatever the processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa

from evoscope.abr.analysis import analyze
from evoscope.abr.analysis.ears import joint_probabilities
from evoscope.abr.benchmark.protocol.answers import (
    Analyzer,
    Answers,
    Denoiser,
    answer_patient,
)
from evoscope.abr.benchmark.protocol.patients import patients_of
from evoscope.abr.cohort import CLASSES, Cohort
from evoscope.abr.cohort.columns import BY_NAME, names
from evoscope.abr.workers import in_order

_ORIGIN = ("weight",)
_CONDITIONS = (
    "patient_id",
    "ear",
    "series_id",
    "record",
    "age_years",
    "level_db",
    "residual_noise_nv",
    "fmp",
    "sweeps",
)
_OWN_TO_SERIES = (
    "patient_id",
    "ear",
    "age_years",
    "loss_type",
    "true_threshold_db",
    "lowest_response_level_db",
    "marked_threshold_db",
)


@dataclass(frozen=True, eq=False)
class Predictions:
    """What was answered beside what is so, in an order that does not depend on the cohort's.

    Attributes:
        recordings: one row per recording of the main view: conditions, truth, marks, and
            ``found_...`` columns; ``step_db`` is the median step between the levels of its series.
            ``found_class`` is the answer to the recording alone, missing where it was not asked.
        series: one row per series and view, of which one is ``main``; ``truth_status`` is what a
            perfect reader would answer.
        ears: one row per ear and view: class, and what the class probabilities of its series say
            together.
    """

    recordings: pd.DataFrame
    series: pd.DataFrame
    ears: pd.DataFrame


def predict(
    cohort: Cohort,
    patients: Collection[str],
    *,
    analyzer: Analyzer = analyze,
    denoisers: Mapping[str, Denoiser] | None = None,
    alone: int = 0,
    seed: int = 0,
    processes: int = 1,
    advance: Callable[[], None] = lambda: None,
) -> Predictions:
    """Analyze every series of some patients.

    Args:
        cohort: with truth, with marks, or with both.
        patients: whom to analyze, and nobody else.
        analyzer: the contestant; with several processes one that pickles.
        denoisers: rivals in denoising, ``wiener`` and ``linear``.
        alone: recordings to be classified alone, spread over the patients.
        seed: of their choice.
        processes: how many work; the answers do not depend on it.
        advance: called once per patient.

    Raises:
        ValueError: no process, or no patient.
        FormatError: a cohort that cannot be read.
        RuntimeError: the analyzer failed at a series.
    """
    if not patients:
        raise ValueError("There should be at least one patient to analyze. Found none.")
    work = partial(
        answer_patient,
        analyzer=analyzer,
        denoisers=denoisers or {},
        alone=-(-alone // len(patients)),
        seed=seed,
    )
    stream = patients_of(cohort, frozenset(patients))
    answers: list[Answers] = []
    for one in in_order(work, stream, processes=processes):
        answers.append(one)
        advance()
    rows = pd.DataFrame([row for one in answers for row in one.recordings])
    recordings = (
        rows.merge(_known(cohort, rows["row"].to_numpy()), on="row", validate="1:1")
        .sort_values(["patient_id", "series_id", "record"], kind="stable")
        .reset_index(drop=True)
    )
    series = _with_truth(pd.DataFrame([row for one in answers for row in one.series]), recordings)
    steps = series[series["main"]].set_index("series_id")["step_db"]
    recordings = recordings.assign(step_db=recordings["series_id"].map(steps))
    return Predictions(recordings, series, _ears(series))


def _known(cohort: Cohort, rows: np.ndarray) -> pd.DataFrame:
    """Read conditions, truth and marks of some rows, a batch at a time."""
    labels = [n for n in (*names("truth"), *names("marked")) if BY_NAME[n].kind != "waveform"]
    columns = [*_CONDITIONS, *labels, *_ORIGIN]
    wanted = np.zeros(cohort.n_rows, dtype=bool)
    wanted[rows] = True
    first, pieces = 0, []
    for batch in cohort.batches(columns):
        here = wanted[first : first + batch.num_rows]
        if here.any():
            pieces.append(batch.filter(pa.array(here)))
        first += batch.num_rows
    frame: pd.DataFrame = pa.Table.from_batches(pieces).to_pandas()
    frame.insert(0, "row", np.flatnonzero(wanted))
    for name in labels:
        if BY_NAME[name].kind == "flag":  # true, false, or not known
            frame[name] = frame[name].astype("boolean")
    return frame


def _with_truth(series: pd.DataFrame, recordings: pd.DataFrame) -> pd.DataFrame:
    """Give every series what its recordings share, and the status that is true of it."""
    groups = recordings.groupby("series_id", sort=True)
    shared = groups[list(_OWN_TO_SERIES)].first()
    response = groups["response_present"]
    known = response.count() == groups.size()
    # Levels, not recordings: of two replicates both hold the response, or none does.
    # As numpy's own booleans: those of pandas, which may be missing, are objects to numpy.
    cases = [array.to_numpy(dtype=np.bool_) for array in (known, response.any(), response.all())]
    status = np.select(
        [~cases[0], ~cases[1], cases[2]],
        ["", "no_response", "below_range"],
        default="estimated",
    )
    shared["truth_status"] = status
    joined = series.set_index("series_id").join(shared, how="left")
    return joined.reset_index().sort_values(["series_id", "view"], ignore_index=True)


def _ears(series: pd.DataFrame) -> pd.DataFrame:
    """Join the series of an ear as the document does: what those say that do answer."""
    columns = [f"found_class_{name}" for name in CLASSES]
    groups = series.groupby(["patient_id", "ear", "view"], sort=True)
    ears = groups[["loss_type", "age_years"]].first()
    ears[columns] = np.nan
    for key, stated in series.dropna(subset=columns).groupby(["patient_id", "ear", "view"]):
        ears.loc[key, columns] = joint_probabilities(stated[columns].to_numpy(dtype=np.float64))
    ears["step_db"] = groups["step_db"].min()
    probability = ears[columns].fillna(-1.0).to_numpy()
    best = np.array(CLASSES, dtype=object)[probability.argmax(axis=1)]
    ears["found_class"] = np.where(probability.max(axis=1) < 0.0, "cannot tell", best)
    return ears.reset_index()
