"""The response without its noise, as far as the noise is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, idct

from evoscope.abr.averaging import SubAverages
from evoscope.abr.classical.cosines import smooth
from evoscope.abr.classical.growth import Growth
from evoscope.abr.classical.prepare import Prepared

LOUDEST_LEVELS = 3
# Response never takes all of a level's power: the odds of a share stay finite.
LARGEST_SHARE = 0.999


@dataclass(frozen=True, eq=False)
class Denoiser:
    """A Wiener filter per level: how strong the response is there, and how it is coloured.

    Attributes:
        shape: ``(n_samples,)`` response power over cosine coefficients, sum 1.
        power: ``(n_levels,)`` response power expected at each level, in uV^2 times samples.
    """

    shape: NDArray[np.float64]
    power: NDArray[np.float64]

    def __call__(self, parts: SubAverages, level_index: int) -> NDArray[np.float64]:
        """Return the average with each frequency shrunk by the share of it that is noise.

        An average without independent parts is returned as it is: its noise is not known, and
        guessing it would invent or erase waves.
        """
        mean = parts.mean()
        if parts.count < 2:
            return mean
        noise = smooth((dct(parts.deviations(), norm="ortho", axis=1) ** 2).mean(axis=0))
        response = self.shape * self.power[level_index]
        gain = response / np.maximum(response + noise, 1e-30)
        return np.asarray(idct(gain * dct(mean, norm="ortho"), norm="ortho"))


def fit_denoiser(prepared: Prepared, growth: Growth | None) -> Denoiser:
    """Fit the filter to a series: colour from its loudest levels, strength from its growth.

    One trace alone says too little of its own response: near threshold its estimated power is
    zero half the time, and a filter built on it erases what the series knows to be there.
    Without a growth model each level's strength is what its own power exceeds its noise by.
    """
    powers = np.array([dct(level.mean(), norm="ortho") ** 2 for level in prepared.levels])
    noises = np.array(
        [
            (dct(level.deviations(), norm="ortho", axis=1) ** 2).mean(axis=0)
            if level.count > 1
            else np.zeros_like(powers[0])
            for level in prepared.levels
        ]
    )
    loud = powers[-LOUDEST_LEVELS:].mean(axis=0) - noises[-LOUDEST_LEVELS:].mean(axis=0)
    shape = smooth(np.maximum(loud, 0.0)) + 1e-30
    if growth is None:
        strength = np.maximum(powers.sum(axis=1) - noises.sum(axis=1), 0.0)
    else:
        odds = growth.fitted_share / (1 - np.minimum(growth.fitted_share, LARGEST_SHARE))
        strength = odds * noises.sum(axis=1)
    return Denoiser(shape / shape.sum(), strength)
