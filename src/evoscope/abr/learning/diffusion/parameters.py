"""Parameters that are generated with a signal, from what is known of a cohort's recordings."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import UNKNOWN, EncodedCohort, column
from evoscope.abr.findings import WAVES
from evoscope.abr.learning.unet import PARAMETERS, standardize

LEAST_RMS_UV = 0.005
"""Responses below this are one: no response. Their logarithm would run away."""
_LEAST_AGE_YEARS = 0.02
_ORDER = {parameter.name: i for i, parameter in enumerate(PARAMETERS)}
_CENTRE = np.array([parameter.centre for parameter in PARAMETERS])


def parameter_table(
    cohort: EncodedCohort, responses: NDArray[np.floating]
) -> Float[Tensor, "n parameters"]:
    """Return the standardised parameters of every recording; NaN = nobody knows.

    What does not exist (the latency of an absent wave, the threshold of an ear without one) is put
    at its centre. Left out, it would tell the network in training what it has to find out when it
    generates: that the wave is absent.

    Args:
        cohort: encoded.
        responses: ``(n, samples)`` microvolts, whose size is generated.
    """
    table = np.full((cohort.n_recordings, len(PARAMETERS)), np.nan)

    def put(name: str, values: NDArray[np.floating], *, absent: NDArray[np.bool_]) -> None:
        table[:, _ORDER[name]] = np.where(absent, _CENTRE[_ORDER[name]], values)

    never = np.zeros(cohort.n_recordings, dtype=bool)
    loss = np.repeat(cohort.loss_class, cohort.sizes)
    for i, name in enumerate(CLASSES):
        put(f"class_{name}", np.where(loss == UNKNOWN, np.nan, loss == i), absent=never)
    age = cohort.conditions[:, column("age_years")]
    put("log_age_years", np.log(np.maximum(age, _LEAST_AGE_YEARS)), absent=never)
    put("level_db", cohort.conditions[:, column("level_db")], absent=never)
    threshold = np.repeat(cohort.threshold_db, cohort.sizes)
    put("threshold_db", threshold, absent=(loss != UNKNOWN) & np.isnan(threshold))
    rms = np.sqrt(np.mean(responses.astype(np.float64) ** 2, axis=1))
    put("log_rms_uv", np.log(np.maximum(rms, LEAST_RMS_UV)), absent=never)
    for i, wave in enumerate(WAVES):
        there = cohort.present[:, i]
        put(f"wave_{wave}_present", np.where(there == UNKNOWN, np.nan, there == 1), absent=never)
        put(f"wave_{wave}_latency_ms", cohort.latency_ms[:, i], absent=there == 0)
        put(f"wave_{wave}_amplitude_uv", cohort.amplitude_uv[:, i], absent=there == 0)
    return standardize(torch.from_numpy(table).float())
