"""How wide intervals of imputed features have to be, on patients the network has not seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from evoscope.abr.encoding import EncodedCohort
from evoscope.abr.generation.cvae.contract import FEATURES, LEVEL
from evoscope.abr.generation.cvae.imputation import Latents, Quantiles, drawn_features
from evoscope.abr.learning.cvae.network import ConditionalVAE
from evoscope.abr.learning.cvae.source import CVAESource
from evoscope.measure.conformal import conformal_quantile
from evoscope.measure.conformal_regression import absolute_score

_MOST = 4096
_DRAWS = 32


def fit_quantiles(
    network: ConditionalVAE, source: CVAESource, cohort: EncodedCohort, *, seed: int = 0
) -> Quantiles | None:
    """Hide each feature in turn where it is known, fill it in, and see how far off that is.

    Args:
        network: trained.
        source: validation recordings, as they are.
        cohort: of these, for who is whose.
        seed: of the draws, and of which recordings where there are very many.

    Returns:
        quantiles at which 90 % of a new patient's features are inside; ``None`` where too few
        patients have one of the features.
    """
    patients = np.repeat(cohort.patient_id, cohort.sizes)[source.rows]
    order = np.random.default_rng(seed).permutation(len(source))[:_MOST]
    quantiles = []
    for j in range(len(FEATURES)):
        rows = order[source.features[order, j].isfinite().numpy()]
        score = _scores(network, source, torch.from_numpy(rows), j, seed)
        try:
            quantiles.append(conformal_quantile(score, level=LEVEL, groups=patients[rows]))
        except ValueError:  # too few patients for the promise
            return None
    return Quantiles(np.array(quantiles))


@torch.no_grad()
def _scores(
    network: ConditionalVAE, source: CVAESource, rows: torch.Tensor, j: int, seed: int
) -> NDArray[np.float64]:
    told, features = source.conditions[rows], source.features[rows].clone()
    true = features[:, j].numpy().astype(np.float64)
    features[:, j] = torch.nan
    q = network.encode(source.signals[rows], told, features[:, :3], features[:, 3:])

    def read(z: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        made = network.features(torch.from_numpy(z), told)
        return {name: tensor.numpy() for name, tensor in made.items()}

    where = Latents(q["mean"].numpy(), (0.5 * q["log_variance"]).exp().numpy())
    middle, spread, _ = drawn_features(where, read=read, draws=_DRAWS, seed=seed)
    return absolute_score(middle[:, j], true, spread[:, j])
