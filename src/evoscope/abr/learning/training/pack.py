"""A trained series network as a model pack: graph, calibration, card, and weights to go on from."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save as save_tensors
from torch import nn

from evoscope.abr.analysis.learned.calibration import Calibration
from evoscope.abr.analysis.learned.contract import (
    CALIBRATION,
    GRAPH,
    PURPOSE,
    TAXONOMIES,
    described,
)
from evoscope.abr.analysis.learned.fit import fit_calibration
from evoscope.abr.encoding import EncodedCohort
from evoscope.abr.encoding.encoded_cohort import join
from evoscope.abr.learning.data import Augmentation, SeriesSource
from evoscope.abr.learning.series import SCALE_UV, series_graph
from evoscope.abr.learning.training.fit import TrainingCohort
from evoscope.abr.learning.training.recipe import SeriesRecipe
from evoscope.runtime import Card, Constant, Pack, Training, TrainingData, write_pack

WEIGHTS = "weights.safetensors"
"""Attached file of the weights, from which fine-tuning starts."""
_AT_ONCE = 16
_LIMITS = (
    "Learned from simulated ears alone: no human recordings with known waves or loss types exist "
    "to learn from. Figures on simulated ears say so.",
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
    source = SeriesSource(cohort)
    parts: dict[str, list[NDArray[np.float32]]] = {}
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for start in range(0, len(source), _AT_ONCE):
            rows = torch.arange(start, min(start + _AT_ONCE, len(source)))
            batch = source.batch(rows, torch.Generator())
            for name, tensor in model(**batch.inputs).items():
                parts.setdefault(name, []).append(tensor.numpy())
    model.train(was_training)
    return {name: np.concatenate(arrays) for name, arrays in parts.items()}


def calibrate(
    model: nn.Module, cohorts: Sequence[TrainingCohort], augmentation: Augmentation
) -> Calibration:
    """Calibrate on the validation patients of the cohorts that stand for a clinic as it is.

    Those are the cohorts of the first one's length in which every ear has the weight 1: intervals
    are promised for patients as they come, not for a mix enriched in rare ones.

    Args:
        model: trained.
        cohorts: it was trained on.
        augmentation: how they were varied: how short a recording the network has learned to read.

    Raises:
        ValueError: too few patients.
    """
    samples = cohorts[0].validation.waveforms.shape[1]
    plain = [
        cohort.validation
        for cohort in cohorts
        if cohort.validation.waveforms.shape[1] == samples
        and bool(np.allclose(np.nan_to_num(cohort.validation.weight, nan=1.0), 1.0))
    ]
    pooled = join([_renamed(part, i) for i, part in enumerate(plain or [cohorts[0].validation])])
    cut = (augmentation.latest_start_ms, augmentation.earliest_end_ms)
    covers_ms = cut if augmentation.cut_short else None
    return fit_calibration(answers_of(model, pooled), pooled, covers_ms=covers_ms)


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
    overwrite: bool = False,
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
        overwrite: replace a pack that is there.

    Raises:
        ValueError: too few patients to calibrate on, or a folder in the way.
    """
    calibration = calibrate(model, cohorts, recipe.augmentation)
    card = Card(
        name=name,
        version=version,
        purpose=PURPOSE,
        summary="Reads all levels of an ear at once: waves, threshold, loss type, clean traces.",
        intended_use="Research on auditory brainstem responses of humans, beside a reader.",
        limits=_LIMITS,
        licence="Apache-2.0",
        data=tuple(_data(cohort) for cohort in cohorts),
        training=Training(
            commit=commit,
            recipe=recipe.about.strip() or "a recipe of the user's own",
            settings=json.loads(recipe.model_dump_json()),
            seed=recipe.seed,
            parameters=sum(p.numel() for p in model.parameters()),
            wall_seconds=wall_seconds,
            machine=f"{platform.machine()}, {torch.get_num_threads()} threads, no GPU",
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


def _data(cohort: TrainingCohort) -> TrainingData:
    n, held = len(cohort.training), len(cohort.validation)
    return TrainingData(
        name=cohort.name,
        sha256=cohort.sha256,
        split_sha256=cohort.split_sha256,
        simulated=cohort.simulated,
        used_for="training; its validation patients for calibration",
        note=f"{n} series to learn from, {held} held out",
    )
