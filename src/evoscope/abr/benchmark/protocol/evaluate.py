"""Evaluate an analyzer on a part of a cohort: the whole protocol, from patients to gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from evoscope.abr.analysis import analyze
from evoscope.abr.benchmark.evaluation import Data, Evaluation, Figure, commit_of
from evoscope.abr.benchmark.limits.of_cohort import Ideal, ideal_of, why_no_limits
from evoscope.abr.benchmark.protocol.answers import Analyzer, Denoiser
from evoscope.abr.benchmark.protocol.denoise import denoise_figures
from evoscope.abr.benchmark.protocol.detection import detection_figures
from evoscope.abr.benchmark.protocol.gates import judge
from evoscope.abr.benchmark.protocol.goals import reached, with_goals
from evoscope.abr.benchmark.protocol.limits import BEATEN, limit_figures, with_ideal
from evoscope.abr.benchmark.protocol.linear import fit_linear
from evoscope.abr.benchmark.protocol.loss_class import class_figures
from evoscope.abr.benchmark.protocol.mix import CLINIC_MIX, clinic_mix, is_enriched
from evoscope.abr.benchmark.protocol.predict import Predictions, predict
from evoscope.abr.benchmark.protocol.ruler import Ruler
from evoscope.abr.benchmark.protocol.threshold import threshold_figures
from evoscope.abr.benchmark.protocol.waves import wave_figures
from evoscope.abr.benchmark.protocol.wiener import fit_wiener
from evoscope.abr.cohort import Cohort, Part, Split, is_simulated, load_split, split_path

Which = Literal[Part, "all"]
Start = Callable[[str, int], Callable[[], None]]
"""Called with a task and its length; returns what advances it."""
ALONE = 600
"""So many recordings are shown without their series, or one of each patient where they are more."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Whom to evaluate, and on whose word.

    Attributes:
        patients: their ids.
        train: whom rivals may learn from; all patients where there is no split.
        split: the cohort's own, or ``None`` for ``all``.
        in_part: patients of the part before any was left out.
        cohort_sha256: of the cohort's rows.
    """

    patients: tuple[str, ...]
    train: frozenset[str]
    split: Split | None
    in_part: int
    cohort_sha256: str


def choose(cohort: Cohort, which: Which, *, patients: int | None = None, seed: int = 0) -> Chosen:
    """Choose the patients of a part, or a random few of them.

    Raises:
        FormatError: no split, a changed one, or another cohort's.
        ValueError: an unknown part, an empty one, or fewer than one patient wanted.
    """
    if which not in (*get_args(Part), "all"):
        raise ValueError(f"split should be train, val, test or all. Found {which!r}.")
    if patients is not None and patients < 1:
        raise ValueError(f"patients should be at least 1. Found {patients}.")
    if which == "all":
        split = None
        members = sorted(
            {p for b in cohort.batches(["patient_id"]) for p in b.column(0).to_pylist()}
        )
        train, sha256 = frozenset(members), cohort.table_sha256()
    else:
        split = load_split(split_path(cohort), cohort)
        members = sorted(p for p, part in split.patients.items() if part == which)
        train = frozenset(p for p, part in split.patients.items() if part == "train")
        sha256 = split.cohort_sha256
    if not members:
        raise ValueError(
            f"The part {which!r} should hold patients. Found none: the cohort is too small to be "
            "split. Evaluate on all of it, or make a larger one."
        )
    chosen = members
    if patients is not None and patients < len(members):
        drawn = np.random.default_rng(seed).choice(len(members), patients, replace=False)
        chosen = [members[i] for i in sorted(drawn)]
    return Chosen(tuple(chosen), train, split, len(members), sha256)


def evaluate(
    cohort: Cohort,
    *,
    pack: str = "classical",
    analyzer: Analyzer = analyze,
    split: Which = "test",
    patients: int | None = None,
    seed: int = 0,
    limits: bool = True,
    processes: int = 1,
    start: Start = lambda _task, _total: lambda: None,
) -> tuple[Evaluation, Predictions]:
    """Measure everything the protocol names.

    Args:
        cohort: with its split beside it, unless ``split`` is ``all``.
        pack: name of the contestant in the document.
        analyzer: the contestant; with several processes one that pickles.
        split: train, val, test or all.
        patients: evaluate a random few, for a quick look.
        seed: of that choice, and of the resampling of patients.
        limits: whether to measure what the best reader could reach, where the cohort was simulated
            here; it takes as long as the analysis.
        processes: how many work; no figure depends on it.
        start: told which task begins, and how long it is.

    Returns:
        The document, and the predictions it was made of.

    Raises:
        FormatError, ValueError, RuntimeError: as ``choose`` and ``predict``.
    """
    chosen = choose(cohort, split, patients=patients, seed=seed)
    fitted = {
        "wiener": fit_wiener(cohort, chosen.train),
        "linear": fit_linear(cohort, chosen.train),
    }
    denoisers: dict[str, Denoiser] = {n: one for n, one in fitted.items() if one is not None}
    predictions = predict(
        cohort,
        chosen.patients,
        analyzer=analyzer,
        denoisers=denoisers,
        alone=ALONE,
        seed=seed,
        processes=processes,
        advance=start("Analyzing patients", len(chosen.patients)),
    )
    reason = why_no_limits(cohort, chosen.patients) if limits else "Limits were not asked for."
    ideal = None
    if not reason:
        asked = predictions.recordings[predictions.recordings["found_class"].notna()]
        ideal = ideal_of(
            cohort,
            chosen.patients,
            alone=list(zip(asked["series_id"], asked["record"], strict=True)),
            processes=processes,
            start=start,
        )
    figures = measure(
        predictions,
        simulated=is_simulated(cohort),
        seed=seed,
        ideal=ideal,
        advance=start("Measuring", 5 if ideal is None else 6),
    )
    return (
        Evaluation(
            pack=pack,
            data=_data(cohort, split, chosen, predictions, reason),
            commit=commit_of(Path(__file__).parent),
            threads=processes,
            seed=seed,
            figures=with_goals(figures),
            gates=judge(figures),
            goals=reached(figures),
        ),
        predictions,
    )


def measure(
    predictions: Predictions,
    *,
    simulated: bool,
    seed: int,
    ideal: Ideal | None = None,
    advance: Callable[[], None] = lambda: None,
) -> tuple[Figure, ...]:
    """Measure every figure on predictions, beside its limit where an ideal observer answered.

    Of an enriched cohort the figures over everything are measured twice: as it is, and in the slice
    ``mix=clinic`` with its patients drawn by weight.

    ``advance`` is called after each of five groups of figures, and after the limits.
    """
    ruler = Ruler(simulated=simulated, seed=seed)
    few_share = None if ideal is None else ideal.few_share
    joined = predictions if ideal is None else with_ideal(predictions, ideal)
    figures = _measure(joined, ruler, few_share, advance)
    if not is_enriched(joined):
        return figures
    mixed = _measure(clinic_mix(joined, seed=seed), ruler, few_share, lambda: None)
    note = "patients drawn by weight"
    return (
        *figures,
        *(
            f.model_copy(
                update={"slice": CLINIC_MIX, "note": f"{f.note}; {note}" if f.note else note}
            )
            for f in mixed
            if f.slice == "all"
        ),
    )


def _measure(
    predictions: Predictions,
    ruler: Ruler,
    few_share: float | None,
    advance: Callable[[], None],
) -> tuple[Figure, ...]:
    recordings, series, ears = predictions.recordings, predictions.series, predictions.ears
    groups: tuple[Callable[[], list[Figure]], ...] = (
        lambda: wave_figures(recordings, ruler),
        lambda: denoise_figures(recordings, ruler),
        lambda: detection_figures(recordings, ruler),
        lambda: threshold_figures(series, ruler),
        lambda: class_figures(ears, recordings, ruler),
    )
    figures: list[Figure] = []
    for group in groups:
        figures += group()
        advance()
    if few_share is None:
        return tuple(figures)
    best = limit_figures(predictions, ruler, few_share=few_share)
    advance()
    return (*with_limits(figures, best.limits), *best.figures)


def with_limits(
    figures: Sequence[Figure], limits: Mapping[tuple[str, str, str], float]
) -> tuple[Figure, ...]:
    """Put the best that is possible beside the figures it is known for.

    Limits are estimates: a figure that is better beyond its interval says so in its note.

    Args:
        figures: as measured.
        limits: by task, metric and slice.

    Example:
        >>> auc = Figure(task="detection", metric="auc", value=0.9, n=9, simulated=True)
        >>> with_limits([auc], {("detection", "auc", "all"): 0.95})[0].limit
        0.95
    """
    beside = [
        f.model_copy(update={"limit": limits.get((f.task, f.metric, f.slice), f.limit)})
        for f in figures
    ]
    return tuple(
        f.model_copy(update={"note": f"{f.note}; {BEATEN}" if f.note else BEATEN})
        if f.beats_limit
        else f
        for f in beside
    )


def _data(
    cohort: Cohort, which: Which, chosen: Chosen, predictions: Predictions, no_limits: str
) -> Data:
    notes = []
    if len(chosen.patients) < chosen.in_part:
        notes.append(
            f"A quick look: {len(chosen.patients)} of {chosen.in_part} patients, drawn at random."
        )
    if is_enriched(predictions):
        notes.append(
            "An enriched cohort: figures are of its own mix of patients; those of the clinic that "
            f"it was made from stand in the slice {CLINIC_MIX}."
        )
    if chosen.split is None:
        notes.append("No split: rivals that learn have seen these patients.")
    if no_limits:
        notes.append(no_limits)
    return Data(
        path=cohort.path.name,
        sha256=chosen.cohort_sha256,
        split_sha256=None if chosen.split is None else chosen.split.sha256,
        split=which,
        patients=len(chosen.patients),
        patients_in_split=chosen.in_part,
        recordings=len(predictions.recordings),
        note=" ".join(notes),
    )
