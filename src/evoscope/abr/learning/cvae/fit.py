"""Cohorts in, a trained autoencoder with its prior out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from evoscope.abr.encoding.encoded_cohort import join
from evoscope.abr.learning.cvae.collapse import PosteriorCollapse
from evoscope.abr.learning.cvae.fit_prior import fit_prior, placed, prior_nats
from evoscope.abr.learning.cvae.flow import LatentFlow
from evoscope.abr.learning.cvae.network import ConditionalVAE
from evoscope.abr.learning.cvae.recipe import CVAERecipe
from evoscope.abr.learning.cvae.scales import Scales, principal
from evoscope.abr.learning.cvae.source import CVAESource
from evoscope.abr.learning.cvae.task import EvidenceBound
from evoscope.abr.learning.training.fit import TrainingCohort
from evoscope.measure import Measured
from evoscope.multitask import Run, train
from evoscope.multitask.making import make_model

TASK = "signal"


@dataclass(frozen=True, eq=False)
class TrainedCVAE:
    """What training leaves behind.

    Attributes:
        network: with the weights worth keeping.
        flow: the fitted prior; ``None`` where the recipe has none.
        prior_nats: of validation recordings under the prior that is used.
        normal_nats: under the standard normal.
        run: of the autoencoder.
    """

    network: ConditionalVAE
    flow: LatentFlow | None
    prior_nats: Measured
    normal_nats: Measured
    run: Run


def build_cvae(recipe: CVAERecipe, scales: Scales) -> ConditionalVAE:
    """Build the network that a recipe describes, untrained."""
    network = make_model(lambda _: ConditionalVAE(recipe.network, scales), recipe)
    assert isinstance(network, ConditionalVAE)  # it was made the line before
    return network


def train_cvae(
    recipe: CVAERecipe,
    cohorts: Sequence[TrainingCohort],
    *,
    folder: str | Path,
    resume: bool = False,
) -> TrainedCVAE:
    """Train an autoencoder, then fit its prior.

    Args:
        recipe: how.
        cohorts: what to learn from; the first one's validation patients judge the run.
        folder: of the run.
        resume: go on where a run of this folder stopped. The prior is fitted anew: in minutes,
            and to the same weights.

    Raises:
        ValueError: no cohort, cohorts that do not fit, or what `train` refuses.
    """
    if not cohorts:
        raise ValueError("There should be at least one cohort to train on. Found none.")
    whole = join([own.training for own in cohorts])
    training = CVAESource(whole, recipe.seeing, varied=True)
    validation = CVAESource(cohorts[0].validation, recipe.seeing, varied=False)
    scales = training.scales()
    network = build_cvae(recipe, scales)
    components = principal(training.signals.numpy(), scales, count=recipe.network.latent)
    network.start_linear(torch.as_tensor(components, dtype=torch.float32))
    flags = []
    if recipe.collapse is not None:
        flags = [PosteriorCollapse(recipe.collapse, task=TASK, units=recipe.network.latent)]
    run = train(
        network,
        [EvidenceBound(TASK, recipe.bound)],
        training,
        validation,
        recipe,
        folder=folder,
        callbacks=flags,
        resume=resume,
        facts={f"{cohort.name} sha256": cohort.sha256 for cohort in cohorts}
        | {f"{cohort.name} split": cohort.split_sha256 for cohort in cohorts},
    )
    network.to("cpu").eval()
    flow = None
    # Of a network that is not finished nobody draws; going on fits a prior of its own.
    if recipe.prior is not None and not run.ended.startswith("interrupted"):
        flow = fit_prior(placed(network, training), recipe.prior, recipe.seeing, seed=recipe.seed)
    held = placed(network, validation)
    return TrainedCVAE(network, flow, prior_nats(flow, held), prior_nats(None, held), run)
