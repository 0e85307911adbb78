"""How a response grows with level: a Gaussian process over levels, and where it disappears.

Each cosine coefficient of the response is a Gaussian variable whose size grows from zero at the
ear's threshold and whose value changes smoothly from level to level; the noise is independent.
With onset theta, rise r, exponent g, correlation length d and loudest signal-to-noise ratio A,

    cov(response_l, response_m) = A a_l a_m exp(-|l - m| / d),   a_l = (u_l / (u_l + r))^g,
    u_l = max(0, l - theta).

All hypotheses on a grid are weighed by their likelihood. The same model answers with halves,
replicates or trials (noise measured) and without any (noise modelled from level differences).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.classical.cosines import Band, project, smooth
from evoscope.abr.classical.level_noise import LevelNoise, measured_noise, modelled_noise
from evoscope.abr.classical.likelihood import log_likelihoods
from evoscope.abr.classical.prepare import Prepared

RISES_DB = (10.0, 30.0)
EXPONENTS = (1.0, 2.0)
LENGTHS_DB = (15.0, 30.0, 60.0)
STEP_DB = 2.5
RESOLUTION_DB = 0.1
BELOW_DB, ABOVE_DB = 30.0, 10.0
AMPLITUDES = np.geomspace(0.3, 30_000.0, 12)
LEVEL_NOISE_RANGE = 5.0
# Readers differ: five experts spread over 10 dB on one ear. A keen one sees a response nearly where
# it vanishes, a strict one asks for five times the criterion [assumed].
READERS = (0.02, 1.0, 5.0)
# Rounding up to the next tested level, uniform over a step.
ROUNDINGS = (0.125, 0.375, 0.625, 0.875)
# Modelled noise may be off by these factors; measured noise is not.
MODELLED_FACTORS = (0.7, 1.0, 1.5, 2.2)
# Neighbouring coefficients of a windowed response are not independent, and the growth law is a
# simplification: the likelihood is raised to 1/2 so that its intervals cover (simulated series).
TEMPER = 2.0


@dataclass(frozen=True, eq=False)
class Growth:
    """The weighed hypotheses.

    Attributes:
        crossing_db: ``(n,)`` level at which each hypothesis crosses the visibility criterion.
        readers_db: ``(3, n)`` the same for a keen, the usual and a strict reader: their criteria
            differ by the factors ``READERS``, and with them what they call the threshold.
        weight: ``(n,)`` posterior weight of each, given that there is a response; sums to 1.
        log_evidence: log of the mean tempered likelihood over the no-response likelihood.
        observed_share: ``(n_levels,)`` share of the power in each level that is not noise.
        fitted_share: ``(n_levels,)`` the same, as the weighed hypotheses expect it.
        noise: what the noise was taken to be.
    """

    crossing_db: NDArray[np.float64]
    readers_db: NDArray[np.float64]
    weight: NDArray[np.float64]
    log_evidence: float
    observed_share: NDArray[np.float64]
    fitted_share: NDArray[np.float64]
    noise: LevelNoise

    @cached_property
    def middle(self) -> float:
        """Median level in dB at which the usual reader sees a response, given that there is one."""
        (middle,) = _quantiles(self.crossing_db, self.weight, 0.5)
        return middle

    def spread_db(self) -> float:
        """Width in dB of the central 90 % of hypotheses, for the usual reader alone."""
        low, high = _quantiles(self.crossing_db, self.weight, 0.05, 0.95)
        return high - low

    def interval(self, step_db: float, level: float = 0.90) -> tuple[float, float]:
        """Central interval in dB of the level a reader names, over hypotheses and readers.

        A reader names the next tested level: that rounding, up to a step of ``step_db``, is in
        the interval.
        """
        tail = (1 - level) / 2
        rounding = step_db * np.array(ROUNDINGS)
        crossings = (self.readers_db.ravel()[:, None] + rounding).ravel()
        share = self.weight / (len(READERS) * rounding.size)
        weights = np.repeat(np.tile(share, len(READERS)), rounding.size)
        low, high = _quantiles(crossings, weights, tail, 1 - tail)
        return low, high

    def probability_below(self, level_db: float) -> float:
        """Probability that the crossing lies at or below a level, given a response."""
        return float(self.weight[self.crossing_db <= level_db].sum())


def _quantiles(
    values: NDArray[np.float64], weights: NDArray[np.float64], *probabilities: float
) -> list[float]:
    """Weighted quantiles to a tenth of a dB; infinite where that much weight never crosses.

    Counting into bins takes a tenth of the time of sorting some hundred thousand hypotheses.
    """
    total = float(weights.sum())
    finite = np.isfinite(values)
    values, weights = values[finite], weights[finite]
    crossed = float(weights.sum())
    if crossed < min(probabilities) * total:
        return [float("inf")] * len(probabilities)
    lowest = float(values.min())
    bins = ((values - lowest) / RESOLUTION_DB).astype(np.intp)
    cumulative = np.cumsum(np.bincount(bins, weights=weights))
    places = np.searchsorted(cumulative, np.multiply(probabilities, total))
    return [
        float("inf")
        if crossed < probability * total
        else lowest + RESOLUTION_DB * min(int(place), cumulative.size - 1)
        for probability, place in zip(probabilities, places, strict=True)
    ]


@dataclass(frozen=True)
class _Grid:
    """Hypotheses about the shape of growth: ``(n, n_levels)`` amplitudes and what made them."""

    amplitude: NDArray[np.float64]
    theta_db: NDArray[np.float64]
    rise_db: NDArray[np.float64]
    exponent: NDArray[np.float64]
    length_db: NDArray[np.float64]


def _grid(levels_db: NDArray[np.float64]) -> _Grid:
    theta = np.arange(levels_db[0] - BELOW_DB, levels_db[-1] + ABOVE_DB, STEP_DB)
    length, rise, exponent, theta = (
        a.ravel() for a in np.meshgrid(LENGTHS_DB, RISES_DB, EXPONENTS, theta, indexing="ij")
    )
    above = np.clip(levels_db[None, :] - theta[:, None], 0.0, None)
    amplitude = (above / (above + rise[:, None])) ** exponent[:, None]
    heard = amplitude[:, -1] > 0
    return _Grid(amplitude[heard], theta[heard], rise[heard], exponent[heard], length[heard])


def fit_growth(prepared: Prepared, *, band: Band, criterion: float) -> Growth | None:
    """Weigh every growth hypothesis against a series.

    Args:
        prepared: at least two levels; three when the noise is not measured.
        band: frequencies and latency slopes to consider.
        criterion: signal-to-noise power ratio, averaged over the band and the window, at which
            a response counts as visible.

    Returns:
        The posterior, or ``None`` when the noise can be neither measured nor modelled.
    """
    levels = np.asarray(prepared.levels_db)
    means = np.array([level.mean() for level in prepared.levels])
    start = float(prepared.time_ms[prepared.window.start])
    last = float(prepared.time_ms[-1])
    stop = min(float(prepared.time_ms[prepared.window.stop - 1]), last)
    if levels.size < 2:
        return None
    grid = _grid(levels)
    gaps = np.abs(levels[:, None] - levels[None, :])
    log_weights, crossings, nulls, shares = [], [], [], []
    for slope in band.slopes:
        shift = np.minimum(slope * (levels[-1] - levels), band.max_shift_ms)
        end = min(stop, last - float(shift.max()))
        if end - start < 4.0:
            continue
        coefficients = project(
            means, time_ms=prepared.time_ms, start_ms=start, stop_ms=end, band=band, shift_ms=shift
        )
        noise = measured_noise(prepared, start_ms=start, stop_ms=end, band=band)
        noise = noise or modelled_noise(coefficients, prepared.level_sweeps)
        if noise is None:
            return None
        if slope == band.slopes[0]:
            first_noise, first_coefficients = noise, coefficients
        factors = (1.0,) if noise.measured else MODELLED_FACTORS
        response = _response_spectrum(coefficients, noise)
        root = np.sqrt(noise.scale)
        correlation = np.exp(-gaps[None] / grid.length_db[:, None, None])
        relative = grid.amplitude / grid.amplitude[:, -1:]
        covariance = correlation * (relative[:, :, None] * relative[:, None, :])
        values, vectors = np.linalg.eigh(covariance / (root[:, None] * root[None, :]))
        rotated = (vectors.transpose(0, 2, 1) @ (coefficients / root[:, None])) ** 2
        for factor in factors:
            spectrum = noise.spectrum * factor
            white = (coefficients / root[:, None]) ** 2 / spectrum
            nulls.append(_null_log_likelihood(white, spectrum, own_level=not noise.measured))
            found = log_likelihoods(rotated / spectrum, values, response / spectrum, AMPLITUDES)
            log_weights.append(found.ravel() - 0.5 * levels.size * float(np.log(spectrum).sum()))
            for amplitude in AMPLITUDES:
                crossings.append(
                    [_crossing(grid, r * criterion * factor / amplitude) for r in READERS]
                )
                shares.append(amplitude / factor)
    if not log_weights:
        return None
    log_weight = np.concatenate(log_weights) / TEMPER
    weight = np.exp(log_weight - log_weight.max())
    log_mean = float(log_weight.max() + np.log(weight.mean()))
    null = np.asarray(nulls) / TEMPER
    log_null = float(null.max() + np.log(np.exp(null - null.max()).mean()))
    weight /= weight.sum()
    ratio = np.concatenate([s * (grid.amplitude / grid.amplitude[:, -1:]) ** 2 for s in shares])
    readers = np.concatenate(crossings, axis=1)
    # On the first slope's axis levels are unshifted: their power is what a reader sees.
    power = (first_coefficients**2 / (first_noise.spectrum * first_noise.scale[:, None])).mean(1)
    return Growth(
        readers[1],
        readers,
        weight,
        log_mean - log_null,
        1 - 1 / np.maximum(power, 1e-6),
        weight @ (ratio / (1 + ratio)),
        first_noise,
    )


def _null_log_likelihood(
    white: NDArray[np.float64], spectrum: NDArray[np.float64], *, own_level: bool
) -> float:
    """Log-likelihood of noise alone: ``white`` holds squared coefficients over their variance.

    With modelled noise each level may be noisier or quieter than the series by a factor of five
    (``own_level``), at the usual price of half a log of the data per level: unequal noise must
    not pass for a response that grows.
    """
    n_levels, n_coefficients = white.shape
    constant: float = n_levels * float(np.log(spectrum).sum())
    equal = -0.5 * float(white.sum() + constant)
    if not own_level:
        return equal
    power = white.mean(axis=1)
    scale = np.clip(power, 1 / LEVEL_NOISE_RANGE, LEVEL_NOISE_RANGE)
    misfit = float((power / scale + np.log(scale)).sum())
    fitted = -0.5 * (n_coefficients * misfit + constant)
    return float(max(equal, fitted - 0.5 * n_levels * np.log(n_coefficients)))


def _response_spectrum(coefficients: NDArray[np.float64], noise: LevelNoise) -> NDArray[np.float64]:
    """Shape of the response over coefficients, from the three loudest levels; mean SNR 1."""
    loud = (coefficients[-3:] ** 2).mean(axis=0)
    shape = smooth(np.maximum(loud - noise.spectrum, 0.02 * noise.spectrum))
    return np.asarray(shape / (shape / noise.spectrum).mean())


def _crossing(grid: _Grid, ratio: float) -> NDArray[np.float64]:
    """Level at which ``(a_l / a_loudest)^2`` reaches a ratio, for every hypothesis."""
    wanted = (grid.amplitude[:, -1] * np.sqrt(ratio)) ** (1 / grid.exponent)
    inside = np.minimum(wanted, 0.999)
    return np.where(wanted < 0.999, grid.theta_db + grid.rise_db * inside / (1 - inside), np.inf)
