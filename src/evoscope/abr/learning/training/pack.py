"""A trained series network as a model pack: graph, calibration, card, and weights to go on from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save as save_tensors
from torch import nn

from evoscope.abr.analysis.learned.contract import (
    CALIBRATION,
    GRAPH,
    PURPOSE,
    TAXONOMIES,
    described,
)
from evoscope.abr.analysis.learned.fit import (
    FEWEST_PATIENTS,
    Silence,
    fewest_patients,
    fit_calibration,
    fit_classes,
)
from evoscope.abr.encoding import EncodedCohort, column
from evoscope.abr.encoding.encoded_cohort import join, lengthened
from evoscope.abr.findings import WAVES
from evoscope.abr.learning.data import SeriesSource
from evoscope.abr.learning.series import SCALE_UV, ContractAnswers, series_graph, series_tasks
from evoscope.abr.learning.training.completed import Completed, completed
from evoscope.abr.learning.training.fit import TrainingCohort, asked, labelled, sources_of
from evoscope.abr.learning.training.recipe import SeriesRecipe
from evoscope.abr.learning.training.start import WEIGHTS, StartingPack
from evoscope.abr.learning.training.stated import data_stated, training_stated
from evoscope.runtime import Card, Constant, Pack, TrainingData, write_pack

_USED_FOR = "training; its validation patients for calibration"
_AT_ONCE = 16
_OVER_TIME = ("signal.mean", "latency.logits")
# Of the patients of a cohort: what make_split holds out to choose and calibrate by.
_VALIDATION_SHARE = 0.15
_SIMULATED = (
    "Learned from simulated ears alone: no human recordings with known waves or loss types exist "
    "to learn from. Figures on simulated ears say so."
)
_OWN = (
    "Learned from a user's own recordings: it answers as those who labelled them, and was not "
    "tried on other people's."
)
_MARKED = "Waves and thresholds are what a reader would mark, not what is so."
_FORGETTING = (
    "Trained further on other patients than it began with: of ears unlike theirs it may have "
    "forgotten what it knew."
)
_LIMITS = (
    "Human ears; clicks and tone bursts. Animals, compound action potentials and recordings "
    "unlike the training data go to the classical analyzer, or are answered with a warning.",
    "A loss type rests on what the simulator assumes of each, of neuropathy above all.",
)


def answers_of(model: nn.Module, cohort: EncodedCohort) -> dict[str, NDArray[np.float32]]:
    """Answer every recording of a cohort, in its order.

    Args:
        model: a series network; run in evaluation mode.
        cohort: encoded.
    """
    source, reader = SeriesSource(cohort), ContractAnswers(model)
    parts: dict[str, list[NDArray[np.float32]]] = {}
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for start in range(0, len(source), _AT_ONCE):
            rows = torch.arange(start, min(start + _AT_ONCE, len(source)))
            batch = source.batch(rows, torch.Generator())
            for name, tensor in reader(**batch.inputs).items():
                parts.setdefault(name, []).append(tensor.numpy())
    model.train(was_training)
    return {name: np.concatenate(arrays) for name, arrays in parts.items()}


def calibrate(
    model: nn.Module,
    recipe: SeriesRecipe,
    cohorts: Sequence[TrainingCohort],
    start: StartingPack | None = None,
) -> Completed:
    """Calibrate on the validation patients of the cohorts that stand for a clinic as it is.

    Those are the cohorts in which every ear has the weight 1: intervals are promised for patients
    as they come, not for a mix enriched in rare ones. Loss types are the exception: they are
    weighed to be equally frequent, so all patients count. What the patients
    are too few for is taken from the pack the training began with; of fewer than 30, everything:
    a quantile of 18 patients is their worst score, and thresholds so uncertain are no answers.

    Args:
        model: trained.
        recipe: it was trained by: whose labels it has learned, and how short a recording.
        cohorts: it was trained on.
        start: what it began with.

    Returns:
        the calibration, and what of it is that of ``start``, in words.

    Raises:
        ValueError: too few patients, and no pack to begin with.
    """
    plain, enriched = _held_out(recipe, cohorts)
    pooled = _pooled(plain)
    few = too_few(pooled, fewest_patients() if start is None else FEWEST_PATIENTS)
    if few and start is not None:
        return Completed(start.calibration.model_copy(update={"coverage": ()}), (few,))
    varied = recipe.augmentation
    cut = (varied.latest_start_ms, varied.earliest_end_ms)
    quiet = [_silent(part) for part in plain]
    # What is not known cannot be taken out.
    known = not any(np.isnan(part.clean).any() for part in plain)
    own = fit_calibration(
        _answers_of_all(model, plain),
        pooled,
        silence=Silence(_answers_of_all(model, quiet), _pooled(quiet)) if known else None,
        covers_ms=cut if varied.cut_short else None,
    )
    if enriched:
        everyone = [*plain, *enriched]
        classes = fit_classes(_answers_of_all(model, everyone), _pooled(everyone))
        scaling = {"class_temperature": classes.temperature, "class_bias": classes.bias}
        own = own.model_copy(update=scaling)
    return (
        Completed(own, ())
        if start is None
        else completed(own, pooled, start.calibration, recipe.labels)
    )


def check_calibration(recipe: SeriesRecipe, cohorts: Sequence[TrainingCohort]) -> None:
    """Refuse cohorts that no calibration could stand on, before a network is trained on them.

    Raises:
        ValueError: too few validation patients, or cohorts without the labels of the recipe.
    """
    few = too_few(_pooled(_held_out(recipe, cohorts)[0]), fewest_patients())
    if few:
        raise ValueError(f"{few} Add patients, or begin with a pack's weights: --from.")


def too_few(held_out: EncodedCohort, needed: int) -> str:
    """Say in words that there are too few patients to calibrate on; nothing where there are not."""
    patients = np.unique(held_out.patient_id).size
    if patients >= needed:
        return ""
    return (
        f"A calibration should stand on {needed} validation patients or more (of a cohort of about "
        f"{round(needed / _VALIDATION_SHARE)}). Found {patients}."
    )


class _HeldOut(NamedTuple):
    """Validation patients as they come, and those of cohorts enriched in rare ones."""

    plain: list[EncodedCohort]
    enriched: list[EncodedCohort]


def _held_out(recipe: SeriesRecipe, cohorts: Sequence[TrainingCohort]) -> _HeldOut:
    known = [cohort.validation for cohort in labelled(cohorts, recipe.labels)]
    as_they_come = [np.allclose(np.nan_to_num(part.weight, nan=1.0), 1.0) for part in known]
    plain = [part for part, usual in zip(known, as_they_come, strict=True) if usual]
    enriched = [part for part, usual in zip(known, as_they_come, strict=True) if not usual]
    return _HeldOut(plain, enriched) if plain else _HeldOut(known[:1], [])


def _pooled(parts: Sequence[EncodedCohort]) -> EncodedCohort:
    samples = max(part.waveforms.shape[1] for part in parts)
    return join([_renamed(lengthened(part, samples), i) for i, part in enumerate(parts)])


def _silent(cohort: EncodedCohort) -> EncodedCohort:
    """The same recordings with nothing but their noise."""
    waveforms = np.where(cohort.covered, cohort.waveforms - cohort.clean, 0.0).astype(np.float32)
    power = (waveforms**2).sum(axis=1) / np.maximum(cohort.covered.sum(axis=1), 1)
    conditions = cohort.conditions.copy()
    conditions[:, column("rms_uv")] = np.sqrt(power)
    return replace(cohort, waveforms=waveforms, conditions=conditions)


def _answers_of_all(
    model: nn.Module, parts: Sequence[EncodedCohort]
) -> dict[str, NDArray[np.float32]]:
    """Answer cohorts, each at its own length; what lies beyond a recording does not matter."""
    samples = max(part.waveforms.shape[1] for part in parts)

    def longer(name: str, values: NDArray[np.float32], own: int) -> NDArray[np.float32]:
        if name not in _OVER_TIME:
            return values
        return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, samples - own)])

    answers = [
        {name: longer(name, values, part.waveforms.shape[1]) for name, values in found.items()}
        for part, found in ((part, answers_of(model, part)) for part in parts)
    ]
    return {name: np.concatenate([found[name] for found in answers]) for name in answers[0]}


def _renamed(cohort: EncodedCohort, number: int) -> EncodedCohort:
    # Patients of two cohorts may share a name; they are not the same patient.
    return replace(cohort, patient_id=np.char.add(f"{number}:", cohort.patient_id))


def write_series_pack(
    folder: str | Path,
    model: nn.Module,
    recipe: SeriesRecipe,
    cohorts: Sequence[TrainingCohort],
    *,
    name: str,
    version: str,
    commit: str,
    wall_seconds: float,
    start: StartingPack | None = None,
    overwrite: bool = False,
    tell: Callable[[str], None] = lambda _limit: None,
) -> Pack:
    """Calibrate a trained network and write it as a pack.

    Args:
        folder: of the pack.
        model: trained.
        recipe: it was trained by.
        cohorts: it was trained on; their validation patients calibrate it.
        name: of the pack.
        version: of these weights.
        commit: of the code that trained it.
        wall_seconds: that training took.
        start: whose weights it began with.
        overwrite: replace a pack that is there.
        tell: called with what a user should know of this pack at once; its card says it, too.

    Raises:
        ValueError: too few patients to calibrate on, or a folder in the way.
    """
    calibration, kept = calibrate(model, recipe, cohorts, start)
    told = _told(recipe, cohorts, start, kept)
    for limit in told:
        tell(limit)
    begun = () if start is None else start.data
    simulated = all([c.simulated for c in cohorts] + [data.simulated for data in begun])
    card = Card(
        name=name,
        version=version,
        purpose=PURPOSE,
        summary="Reads all levels of an ear at once: waves, threshold, loss type, clean traces.",
        intended_use="Research on auditory brainstem responses of humans, beside a reader.",
        limits=(_SIMULATED if simulated else _OWN, *_LIMITS, *told),
        licence="Apache-2.0",
        data=(
            *(data_stated(cohort, used_for=_USED_FOR) for cohort in cohorts),
            *(_earlier(data) for data in begun),
        ),
        training=training_stated(
            recipe,
            model,
            about=recipe.about,
            further="" if start is None else f" Fine-tuned from {start.title}.",
            commit=commit,
            wall_seconds=wall_seconds,
        ),
        graphs={GRAPH: described()},
        taxonomies=dict(TAXONOMIES),
        constants={
            "scale_uv": Constant(
                value=SCALE_UV, units="uV", meaning="one unit of the network's input, in the graph"
            )
        },
    )
    weights = {key: tensor.contiguous() for key, tensor in model.state_dict().items()}
    return write_pack(
        folder,
        {GRAPH: series_graph(model)},
        card,
        attached={
            CALIBRATION: calibration.model_dump_json(indent=1).encode(),
            WEIGHTS: save_tensors(weights),
        },
        overwrite=overwrite,
    )


def _earlier(data: TrainingData) -> TrainingData:
    return data.model_copy(update={"used_for": f"the weights it began with: {data.used_for}"})


def _told(
    recipe: SeriesRecipe,
    cohorts: Sequence[TrainingCohort],
    start: StartingPack | None,
    kept: Sequence[str],
) -> list[str]:
    """What sets this pack apart from one that was trained on all there is to know."""
    told = []
    if recipe.labels == "marked":
        told.append(_MARKED)
    training, _ = sources_of(recipe, cohorts)
    learned = {task.name for task in asked(training, recipe)}
    marked = training.labels.present["existence"].any(0).tolist()
    unasked = [task.name for task in series_tasks() if task.name not in learned]
    unmarked = [f"wave {w}" for w, there in zip(WAVES, marked, strict=True) if not there]
    missing = ", ".join(unasked + unmarked)
    if missing and start is None:
        told.append(f"Not learned, for want of labels, and answered at random: {missing}.")
    elif missing:
        told.append(f"Not learned further, for want of labels: {missing}.")
    if start is not None:
        told.append(_FORGETTING)
    if kept and start is not None:
        told.append(
            f"Calibration kept from {start.name} {start.version}, uncounted on these patients: "
            + "; ".join(kept)
        )
    return told
