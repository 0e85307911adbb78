"""Cohorts in, a trained network out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from evoscope.abr.cohort import Cohort, is_simulated, load_split, split_path
from evoscope.abr.cohort.split import Part
from evoscope.abr.encoding import EncodedCohort, encode_cohort
from evoscope.abr.learning.data import MixedSource, SeriesSource
from evoscope.abr.learning.networks import build_network, network_tasks
from evoscope.abr.learning.training.chosen_labels import LabelKind, as_labelled
from evoscope.abr.learning.training.marked_regression import MarkedRegression
from evoscope.abr.learning.training.recipe import SeriesRecipe
from evoscope.abr.learning.training.start import StartingPack
from evoscope.multitask import Run, train
from evoscope.multitask.batch import Source
from evoscope.multitask.making import make_model
from evoscope.multitask.tasks import GatedRegression, Task
from evoscope.multitask.weighting.settings import FixedSettings


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


def labelled(cohorts: Sequence[TrainingCohort], labels: LabelKind) -> list[TrainingCohort]:
    """Put the labels that are to be learned where the truth is; see `as_labelled`.

    Raises:
        ValueError: a cohort without such labels.
    """
    return [
        replace(
            cohort,
            training=as_labelled(cohort.training, labels),
            validation=as_labelled(cohort.validation, labels),
        )
        for cohort in cohorts
    ]


def asked(training: Source, recipe: SeriesRecipe) -> list[Task]:
    """Questions that the rows answer: a network learns nothing of the others from them."""
    present = training.labels.present
    tasks = network_tasks(recipe.network, recipe.class_loss)
    if recipe.labels == "marked":
        tasks = [_of_marks(task) for task in tasks]
    return [task for task in tasks if bool(present[task.name].any())]


def _of_marks(task: Task) -> Task:
    """The same question, where a wave may be one that nobody marks."""
    if not isinstance(task, GatedRegression):
        return task
    return MarkedRegression(
        task.name,
        gate=task.gate,
        output=task.output,
        columns=task.columns,
        loss=task.kind,
        delta=task.delta,
        beta=task.beta,
        auxiliary_weight=task.auxiliary_weight,
    )


def train_series(
    recipe: SeriesRecipe,
    cohorts: Sequence[TrainingCohort],
    *,
    folder: str | Path,
    start: StartingPack | None = None,
    resume: bool = False,
) -> tuple[nn.Module, Run]:
    """Train a series network.

    Questions of which no training patient has a label are left out.

    Args:
        recipe: how.
        cohorts: what to learn from; all are learned from, the first is what the run is judged on.
        folder: of the run.
        start: whose weights to begin with; heads keep what they have learned, the optimiser is new.
        resume: go on where a run of this folder stopped.

    Returns:
        the network with the weights worth keeping, and the run.

    Raises:
        ValueError: no cohort, cohorts without the labels of the recipe, shares that do not fit, a
            pack of another network than the recipe's, or what `train` refuses.
    """
    if not cohorts:
        raise ValueError("There should be at least one cohort to train on. Found none.")
    training, validation = sources_of(recipe, cohorts)
    tasks = asked(training, recipe)
    model = make_model(lambda _: build_network(recipe.network), recipe)
    facts = {f"{cohort.name} sha256": cohort.sha256 for cohort in cohorts}
    facts |= {f"{cohort.name} split": cohort.split_sha256 for cohort in cohorts}
    if start is not None:
        start.load_into(model)
        facts["started from"] = start.sha256
    run = train(
        model,
        tasks,
        training,
        validation,
        _weighing(recipe, tasks),
        folder=folder,
        start_heads=start is None,
        resume=resume,
        facts=facts,
    )
    return model, run


def sources_of(
    recipe: SeriesRecipe, cohorts: Sequence[TrainingCohort]
) -> tuple[Source, SeriesSource]:
    """Rows to learn from, varied, and rows to judge by, as they are.

    Raises:
        ValueError: cohorts without the labels of the recipe, or shares that do not fit.
    """
    marked = recipe.labels == "marked"
    known = labelled(cohorts, recipe.labels)
    sources = [
        SeriesSource(cohort.training, augmentation=recipe.augmentation, marked=marked)
        for cohort in known
    ]
    shares = recipe.shares or tuple(float(len(source)) for source in sources)
    mixed: Source = sources[0] if len(sources) == 1 else MixedSource(sources, shares)
    return mixed, SeriesSource(known[0].validation, marked=marked)


def _weighing(recipe: SeriesRecipe, tasks: Sequence[Task]) -> SeriesRecipe:
    """The recipe, without weights of questions that are not asked."""
    weighting = recipe.weighting
    if not isinstance(weighting, FixedSettings) or weighting.weights is None:
        return recipe
    names = {task.name for task in tasks}
    unasked = {task.name for task in network_tasks(recipe.network, recipe.class_loss)} - names
    kept = {name: weight for name, weight in weighting.weights.items() if name not in unasked}
    return recipe.model_copy(update={"weighting": weighting.model_copy(update={"weights": kept})})
