"""Latencies and amplitudes that nobody marked, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.generation.cvae.contract import FEATURES, LEVEL
from evoscope.measure.conformal_regression import absolute_interval
from evoscope.runtime import Card

Floats = NDArray[np.float32]
LEAST_SPREAD = np.array([0.02] * 3 + [0.005] * 3)
"""Smallest spread of a feature, ms and uV: a sample at 15 kHz is 0.07 ms."""


@dataclass(frozen=True, eq=False)
class Latents:
    """Where recordings lie: ``mean`` and ``spread`` of z, ``(n, latent)`` each."""

    mean: Floats
    spread: Floats


@dataclass(frozen=True, eq=False)
class Imputed:
    """Features of recordings, known or filled in.

    Attributes:
        latency_ms, amplitude_uv: ``(n, 3)`` of waves I, III, V: as given where known.
        low, high: ``(n, 6)`` ends of the 90 % intervals, latencies first; NaN where known.
        present: ``(n, 3)`` probability that the wave is there: what is filled in is what it
            has if it is.
    """

    latency_ms: NDArray[np.float64]
    amplitude_uv: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    present: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Quantiles:
    """Conformal quantiles of every feature, in units of its spread over draws: ``(6,)``."""

    values: NDArray[np.float64]

    def calibration(self) -> dict[str, Any]:
        """What a card should keep of them."""
        return {
            "imputation": {
                "level": LEVEL,
                "quantiles": dict(zip(FEATURES, self.values.tolist(), strict=True)),
            }
        }

    @classmethod
    def of_card(cls, card: Card) -> Self:
        """Take them from a card that `calibration` was put on.

        Raises:
            ValueError: it was not.
        """
        found: Any = card.calibration.get("imputation")
        if found is None:
            raise ValueError(
                "the pack's card should hold quantiles for imputation. Found none: its cohort had "
                "too few validation patients with marked waves."
            )
        return cls(np.array([found["quantiles"][name] for name in FEATURES]))


def drawn_features(
    where: Latents,
    *,
    read: Callable[[Floats], Mapping[str, Floats]],
    draws: int,
    seed: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return middle and spread of the features over draws of z, and presence.

    Returns:
        ``(n, 6)``, ``(n, 6)`` not below `LEAST_SPREAD`, and probabilities ``(n, 3)``.
    """
    source = np.random.default_rng(seed)
    values, there = [], []
    for _ in range(draws):
        noise = source.standard_normal(where.mean.shape).astype(np.float32)
        made = read(where.mean + where.spread * noise)
        values.append(np.concatenate([made["latency_ms"], made["amplitude_uv"]], axis=1))
        there.append(1.0 / (1.0 + np.exp(-made["present_logits"].astype(np.float64))))
    pile = np.stack(values).astype(np.float64)
    return pile.mean(0), np.maximum(pile.std(0), LEAST_SPREAD), np.stack(there).mean(0)


def impute(
    where: Latents,
    features: NDArray[np.float64],
    *,
    read: Callable[[Floats], Mapping[str, Floats]],
    quantiles: Quantiles,
    draws: int,
    seed: int,
) -> Imputed:
    """Fill in what is NaN in ``features``, ``(n, 6)``: latencies, then amplitudes."""
    middle, spread, there = drawn_features(where, read=read, draws=draws, seed=seed)
    low, high = absolute_interval(middle, quantiles.values, spread)
    known = np.isfinite(features)
    filled = np.where(known, features, middle)
    half = features.shape[1] // 2
    return Imputed(
        filled[:, :half],
        filled[:, half:],
        np.where(known, np.nan, low),
        np.where(known, np.nan, high),
        there,
    )
