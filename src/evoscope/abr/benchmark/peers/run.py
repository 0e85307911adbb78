"""One run over all kinds of recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evoscope.abr.analysis import SHIPPED
from evoscope.abr.benchmark.evaluation import Data, Evaluation, Figure, commit_of, figure_of
from evoscope.abr.benchmark.peers.cases import (
    MOUSE_TRIALS,
    Dataset,
    clinic_averages,
    clinic_trials,
    real_sets,
)
from evoscope.abr.benchmark.peers.contest import NAMES, RESAMPLED, answer_all
from evoscope.abr.benchmark.peers.figures import figures_of
from evoscope.abr.benchmark.protocol.contestants import contestant
from evoscope.abr.benchmark.real_sets import rows_of
from evoscope.abr.findings import Threshold
from evoscope.measure import mean_absolute_error
from evoscope.measure.machine import machine

SEED = 2031
NOTE = (
    "Clinic and single trials are simulated; simulator and classical analyzer share published "
    "norms, and the network has learned from the simulator: both are flattered there, as is "
    "find_peaks, which uses the same norms. Peers are written anew from their papers. Single "
    "trials are those of an enriched clinic, as many patients of each class; F and resampled "
    "halves need them."
)


@dataclass(frozen=True)
class Sizes:
    """How much is simulated.

    Attributes:
        patients: of the clinic of averages.
        ears, trials, levels_db: of the single trials.
    """

    patients: int
    ears: int
    trials: int
    levels_db: tuple[float, ...]


SIZES = Sizes(patients=40, ears=15, trials=512, levels_db=tuple(range(0, 81, 10)))
QUICK = Sizes(patients=8, ears=4, trials=64, levels_db=tuple(range(0, 91, 15)))


def measure(
    folder: Path, real: Path | None, sizes: Sizes, *, root: Path, say: Callable[[str], None]
) -> Evaluation:
    """Ask everybody about everything.

    Args:
        folder: for the simulated clinic.
        real: folder of the real recordings, or ``None``.
        sizes: of what is simulated.
        root: of the checkout.
        say: told what is being measured.
    """
    say("simulating")
    datasets = [
        clinic_averages(folder, patients=sizes.patients, seed=SEED),
        clinic_trials(
            ears=sizes.ears, trials=sizes.trials, levels_db=sizes.levels_db, seed=SEED + 1
        ),
    ]
    if real is not None:
        datasets += real_sets(real)
    figures: list[Figure] = []
    for dataset in datasets:
        for name in NAMES:
            say(f"{dataset.name}: {name}")
            found = answer_all(dataset, name)
            if found is not None:
                figures += figures_of(dataset, name, found)
            if found is not None and dataset.name == MOUSE_TRIALS and name == RESAMPLED:
                figures.append(_fidelity(real, [a.threshold for a in found.answers], dataset))
    return Evaluation(
        pack=contestant(SHIPPED).name,
        data=Data(path="; ".join(d.name for d in datasets), note=NOTE),
        commit=commit_of(root),
        machine=machine(),
        seed=SEED,
        figures=tuple(figures),
    )


def _fidelity(real: Path | None, thresholds: Sequence[Threshold], dataset: Dataset) -> Figure:
    """How far the re-implementation lies from what the method's authors found on these trials."""
    assert real is not None  # who has the mouse's trials has the folder
    rows = rows_of(real / "mouse_psi" / "manual_thresholds.csv")
    theirs = {float(row["frequency"]): float(row["abrpresto_threshold"]) for row in rows}
    published = [theirs[c.series.recordings[0].stimulus.frequency_hz or 0.0] for c in dataset.cases]
    ours = [np.nan if t.value_db is None else t.value_db for t in thresholds]
    return figure_of(
        mean_absolute_error(ours, published, np.isfinite(ours)),
        task="fidelity",
        metric="mae_db",
        slice=f"data={MOUSE_TRIALS}, model={RESAMPLED}",
        simulated=False,
        note="against the thresholds that the method's authors state for the same trials",
    )
