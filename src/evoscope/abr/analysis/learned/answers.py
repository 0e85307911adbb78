"""Readings and their calibration -> waves, response, loss type, as findings state them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evoscope.abr.analysis.ears import named_type
from evoscope.abr.analysis.learned import strata
from evoscope.abr.analysis.learned.calibration import Calibration
from evoscope.abr.analysis.learned.distributions import Flags, Numbers
from evoscope.abr.analysis.learned.readings import Waves, doubt_ms, read_waves
from evoscope.abr.encoding import Encoded
from evoscope.abr.findings import WAVES, Estimate, LossType, Wave
from evoscope.measure import sigmoid, softmax
from evoscope.runtime.engine import Array


@dataclass(frozen=True, eq=False)
class RowAnswers:
    """What is said of the rows of a series.

    Attributes:
        waves: per row.
        doubt_ms: how far the place of wave V may be off, over all rows.
        response: ``(n,)`` probability of a response.
        signal_uv: ``(n, samples)`` the response without its noise.
        covered: ``(n, samples)``.
    """

    waves: tuple[tuple[Wave, ...], ...]
    doubt_ms: float
    response: Numbers
    signal_uv: Array
    covered: Flags


def answer_rows(
    read: dict[str, Array], encoded: Encoded, calibration: Calibration, *, withheld: list[bool]
) -> RowAnswers:
    """State waves with intervals, and the probability of a response.

    Args:
        read: inputs and outputs of the rows.
        encoded: the rows.
        calibration: of the network.
        withheld: per row, whether its intervals are not stated: nothing is promised of it.
    """
    waves = read_waves(
        read,
        read["covered"],
        temperature=calibration.existence_temperature,
        above=calibration.existence_above,
    )
    kinds = strata.of_recordings(encoded.conditions)
    reach, sds = (calibration.of_waves(which, kinds) for which in ("latency", "amplitude"))
    reach[withheld] = sds[withheld] = np.nan
    return RowAnswers(
        tuple(_waves(waves, row, reach[row], sds[row]) for row in range(len(kinds))),
        doubt_ms(waves),
        sigmoid(read["response.logits"][:, 0], calibration.response_temperature),
        read["signal.mean"],
        read["covered"],
    )


def _waves(waves: Waves, row: int, reach: Numbers, sds: Numbers) -> tuple[Wave, ...]:
    found = []
    for w, name in enumerate(WAVES):
        probability = float(waves.probability[row, w])
        if not waves.present[row, w]:
            found.append(Wave(name=name, probability=probability, present=False))
            continue
        size = float(waves.amplitude_uv[row, w])
        by = float(sds[w] * waves.amplitude_sd_uv[row, w])
        found.append(
            Wave(
                name=name,
                probability=probability,
                present=True,
                latency_ms=_estimate(
                    float(waves.latency_ms[row, w]),
                    float(reach[w] * waves.below_ms[row, w]),
                    float(reach[w] * waves.above_ms[row, w]),
                ),
                amplitude_uv=_estimate(size, by, by, floor=0.0),
            )
        )
    return tuple(found)


def _estimate(value: float, below: float, above: float, *, floor: float = -np.inf) -> Estimate:
    if np.isnan(below):
        return Estimate(value=value)
    return Estimate(value=value, low=max(floor, value - below), high=value + above)


def loss_type_of(logits: Array, calibration: Calibration, *, doubt: str = "") -> LossType:
    """Name the loss type from the ``(5,)`` logits of a series, or say that it cannot be told.

    Args:
        logits: of the classes.
        calibration: of the network.
        doubt: why this series tells no type, whatever the logits; empty if it may.
    """
    shares = softmax(logits / calibration.class_temperature + np.array(calibration.class_bias))
    return named_type(shares, doubt=doubt)
