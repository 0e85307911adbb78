"""What is known of a network's answers from patients it has not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from evoscope.abr.analysis.learned.domain import Domain
from evoscope.abr.findings import WAVES

PerWave = tuple[float, float, float, float, float]
PerClass = tuple[float, float, float, float, float]
Strata = dict[str, float]
"""Conformal quantiles by stratum; under ``""`` the one of all cases."""


class Coverage(BaseModel):
    """How often intervals held the truth of patients they were not fitted on.

    Attributes:
        task: ``latency.V``, ``amplitude.V``, ``threshold``.
        slice: ``all``, or the stratum.
        value, low, high: share held, and its 90 % interval.
        n: cases.
        verdict: of a test against the promise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    slice: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    verdict: str


class Calibration(BaseModel):
    """Everything between a network's raw outputs and what is stated of a recording.

    Attributes:
        version: of this layout.
        level: share of truths that an interval promises to hold, in new patients.
        patients: on how many it stands; all simulated where the cohort was.
        existence_temperature, existence_above: per wave: divides the logit, and the probability
            from which on the wave is called present.
        response_temperature: divides the response's logit.
        response_sign: probability that no recording of a silent ear goes beyond, of 95 % of them.
        silent_from: probability of no response from which on no threshold is named; at most 5 % of
            ears whose response was taken out of their recordings lie below it.
        class_temperature: divides the logits of the classes.
        class_bias: per class, added afterwards: probabilities hold where all are equally frequent.
        latency: per wave, how many half-widths of the distribution's own 90 % interval an interval
            reaches to either side.
        amplitude: per wave, the same in predicted standard deviations.
        threshold_db: by how many dB the distribution's own 90 % interval is widened, before it is
            made to reach to the level that is named.
        domain: what the network was tried on.
        coverage: of these intervals, in patients left out of their fit.

    Example:
        >>> Calibration.model_json_schema()["title"]
        'Calibration'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    version: Literal[1] = 1
    level: float = Field(gt=0.0, lt=1.0)
    patients: int = Field(ge=1)
    existence_temperature: PerWave
    existence_above: PerWave
    response_temperature: float = Field(gt=0.0)
    response_sign: float = Field(ge=0.0, le=1.0)
    silent_from: float = Field(0.5, ge=0.0, le=1.0)
    class_temperature: float = Field(gt=0.0)
    class_bias: PerClass = (0.0, 0.0, 0.0, 0.0, 0.0)
    latency: dict[str, Strata]
    amplitude: dict[str, Strata]
    threshold_db: Strata
    domain: Domain
    coverage: tuple[Coverage, ...] = ()

    @model_validator(mode="after")
    def _all_waves(self) -> Self:
        for name, found in (("latency", self.latency), ("amplitude", self.amplitude)):
            if set(found) != set(WAVES):
                raise ValueError(f"{name} should have the waves {WAVES}. Found {sorted(found)}.")
        return self

    def of_waves(
        self, which: Literal["latency", "amplitude"], strata: Sequence[str]
    ) -> NDArray[np.float64]:
        """Return the quantile of every wave in every recording, ``(n, 5)``; NaN where none is."""
        quantiles = getattr(self, which)
        return np.array([[quantile_of(quantiles[w], s) for w in WAVES] for s in strata]).reshape(
            len(strata), len(WAVES)
        )


def quantile_of(quantiles: Strata, stratum: str) -> float:
    """Return the quantile of a stratum; the largest where it was not calibrated by itself.

    A kind of recording that was too rare to be calibrated is not promised less doubt than any
    other. NaN where nothing was calibrated.

    Example:
        >>> quantile_of({"": 1.0, "loud": 1.5}, "quiet")
        1.5
    """
    known = quantiles.get(stratum)
    return max(quantiles.values(), default=float("nan")) if known is None else known
