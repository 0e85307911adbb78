"""One contestant's figures: fidelity, laws, memory, use."""

from __future__ import annotations

from collections.abc import Iterator

from evoscope.abr.benchmark.evaluation import Figure, figure_of
from evoscope.abr.benchmark.generation.floors import fidelity
from evoscope.abr.benchmark.generation.laws import laws
from evoscope.abr.benchmark.generation.memory import memory
from evoscope.abr.benchmark.generation.sample import Sample
from evoscope.abr.benchmark.generation.two_sample import told_apart
from evoscope.abr.benchmark.generation.use import usefulness
from evoscope.measure import Measured

TASK = "generation"
GOALS = {
    "frechet_over_floor": "at most 1.5 (diffusion), 3 (CVAE)",
    "mmd_over_floor": "at most 1.5",
    "c2st_auc": "at most 0.60 (diffusion), 0.75 (CVAE)",
    "latency_w1_over_floor": "at most 1.5",
    "latency_slope_over_truth": "within 0.95 to 1.05",
    "nn_ratio": "within 0.9 to 1.1",
    "tstr_ratio": "at least 0.95",
    "minority_gain_10": "an interval above 0",
}
# What the same metric says of a guess that knows nothing of real recordings, where that is fixed.
_TRIVIAL = {"duplicates": 1.0, "minority_gain_10": 0.0, "c2st_auc": 1.0, "membership_auc": 1.0}


def figures_of(
    name: str,
    *,
    real: Sample,
    drawn: Sample,
    train: Sample,
    asked: Sample,
    drawn_asked: Sample | None,
    simulated: bool,
    floor_auc: float | None,
    memory_note: str,
    seed: int,
) -> Iterator[Figure]:
    """Yield the figures of one contestant.

    Args:
        name: of the contestant; the slice is ``model=<name>``.
        real: held-out recordings.
        drawn: what was drawn under their conditions, row by row.
        train: recordings that may be learned from.
        asked: as many of them as are drawn again.
        drawn_asked: what was drawn under their conditions; ``None``: usefulness is not measured.
        simulated: whether ``real`` are a simulator's.
        floor_auc: of telling real from real.
        memory_note: what the reader of memory figures must know.
        seed: of halvings, folds and resampling.
    """

    def one(
        metric: str,
        measured: Measured,
        where: str = "",
        *,
        note: str = "",
        trivial: float | None = None,
    ) -> Figure:
        place = f"model={name}" + (f" {where}" if where else "")
        goal = "" if where else GOALS.get(metric, "")
        return figure_of(
            measured,
            task=TASK,
            metric=metric,
            simulated=simulated,
            slice=place,
            goal=goal,
            trivial=_TRIVIAL.get(metric) if trivial is None else trivial,
            note=note,
        )

    for found in fidelity(real, drawn, seed=seed):
        yield one(found.metric, found.measured, found.where, note=found.note)
    auc = one("c2st_auc", told_apart(real, drawn, seed=seed))
    yield auc.model_copy(update={"limit": floor_auc})
    for metric, measured, control in laws(real, drawn, seed=seed):
        yield one(metric, measured, trivial=control, note="trivial: conditions permuted")
    for metric, measured in memory(train, real, drawn, seed=seed).items():
        yield one(metric, measured, note=memory_note)
    if drawn_asked is not None:
        for metric, measured in usefulness(asked, drawn_asked, real, seed=seed).items():
            yield one(metric, measured)
