"""Cohorts in, a trained network out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from evoscope.abr.cohort import Cohort, is_simulated, load_split, split_path
from evoscope.abr.cohort.split import Part
from evoscope.abr.encoding import EncodedCohort, encode_cohort
from evoscope.abr.learning.data import MixedSource, SeriesSource
from evoscope.abr.learning.series import series_network, series_tasks
from evoscope.abr.learning.training.recipe import SeriesRecipe
from evoscope.multitask import Run, train
from evoscope.multitask.batch import Source
from evoscope.multitask.making import make_model


@dataclass(frozen=True, eq=False)
class TrainingCohort:
    """A cohort, ready to learn from.

    Attributes:
        name: of its file.
        sha256: of its bytes.
        split_sha256: of who is in which part.
        simulated: whether a simulator made it.
        training, validation: its patients, encoded; nobody else is read.
    """

    name: str
    sha256: str
    split_sha256: str
    simulated: bool
    training: EncodedCohort
    validation: EncodedCohort


def load_cohort(
    path: str | Path,
    *,
    processes: int = 1,
    cache: Path | None = None,
    advance: Callable[[int], None] = lambda _patients: None,
) -> TrainingCohort:
    """Read and encode the patients a network may learn from: the split beside the cohort says who.

    Args:
        path: of the cohort.
        processes: how many encode.
        cache: folder that keeps what was encoded.
        advance: called with the patients encoded since the last call.

    Raises:
        FormatError: a cohort or split that cannot be read, or that do not belong together.
        ValueError: patients that cannot be encoded.
    """
    cohort = Cohort.open(path)
    split = load_split(split_path(cohort), cohort)

    def encoded(part: Part) -> EncodedCohort:
        patients = [patient for patient, own in split.patients.items() if own == part]
        return encode_cohort(cohort, patients, processes=processes, cache=cache, advance=advance)

    return TrainingCohort(
        Path(path).name,
        split.cohort_sha256,
        split.sha256,
        is_simulated(cohort),
        encoded("train"),
        encoded("val"),
    )


def train_series(
    recipe: SeriesRecipe,
    cohorts: Sequence[TrainingCohort],
    *,
    folder: str | Path,
    resume: bool = False,
) -> tuple[nn.Module, Run]:
    """Train a series network.

    Args:
        recipe: how.
        cohorts: what to learn from; all are learned from, the first is what the run is judged on.
        folder: of the run.
        resume: go on where a run of this folder stopped.

    Returns:
        the network with the weights worth keeping, and the run.

    Raises:
        ValueError: no cohort, shares that do not fit, or what `train` refuses.
    """
    if not cohorts:
        raise ValueError("There should be at least one cohort to train on. Found none.")
    sources = [
        SeriesSource(cohort.training, augmentation=recipe.augmentation) for cohort in cohorts
    ]
    shares = recipe.shares or tuple(float(len(source)) for source in sources)
    training: Source = sources[0] if len(sources) == 1 else MixedSource(sources, shares)
    model = make_model(lambda _: series_network(recipe.network), recipe)
    run = train(
        model,
        series_tasks(),
        training,
        SeriesSource(cohorts[0].validation),
        recipe,
        folder=folder,
        resume=resume,
        facts={f"{cohort.name} sha256": cohort.sha256 for cohort in cohorts}
        | {f"{cohort.name} split": cohort.split_sha256 for cohort in cohorts},
    )
    return model, run
