"""Which peak is which wave: waves I-V named together, and "absent" is an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.classical.candidates import Candidates

N_WAVES = 5
# Besides noise, a response has peaks no clinician names: this share of unnamed peaks is as large
# as a wave. Without it every large peak would be forced to be one.
UNNAMED_SHARE = 0.15
# Most waves lie close to where their neighbours at other levels put them; some jump, as when IV
# and V fuse and the peak of the complex is now one, now the other [assumed].
JUMP_SHARE, JUMP_SD_MS = 0.15, 0.5
# Amplitudes of a wave scatter log-normally over ears by about a factor of two.
AMPLITUDE_LOG_SD = 0.75


@dataclass(frozen=True, eq=False)
class Expectation:
    """What is expected of waves I-V in one trace: arrays of length 5.

    `delayed` by several delays gives latencies and their SDs an axis of delays before the waves.

    Attributes:
        latency_ms, latency_sd_ms: when, and how sure.
        amplitude_uv: how large (geometric mean).
        presence: prior probability that the wave is there.
        gap_sd_ms: how much the distance between two waves may differ from the norm.
        noise_peaks_per_ms: how many peaks pure noise makes.
    """

    latency_ms: NDArray[np.float64]
    latency_sd_ms: NDArray[np.float64]
    amplitude_uv: NDArray[np.float64]
    presence: NDArray[np.float64]
    gap_sd_ms: float
    noise_peaks_per_ms: float

    def delayed(
        self, delay_ms: float | NDArray[np.float64], delay_sd_ms: float | NDArray[np.float64]
    ) -> Expectation:
        """Return the expectation of an ear whose waves all come that much later.

        Args:
            delay_ms: one, or ``(n_delays,)``.
            delay_sd_ms: of each.
        """
        return replace(
            self,
            latency_ms=self.latency_ms + np.asarray(delay_ms)[..., None],
            latency_sd_ms=np.hypot(self.latency_sd_ms, np.asarray(delay_sd_ms)[..., None]),
        )


@dataclass(frozen=True, eq=False)
class Assignment:
    """Probabilities over candidates: ``(5, n_candidates)``; a row sums to P(wave present)."""

    probability: NDArray[np.float64]
    log_evidence: float

    def presence(self) -> NDArray[np.float64]:
        """P(present) of waves I-V."""
        return self._presence

    @cached_property
    def _presence(self) -> NDArray[np.float64]:
        # Asked for by the names of the waves, and again by what is made of them.
        presence = np.asarray(np.minimum(self.probability.sum(axis=1), 1.0))
        presence.flags.writeable = False
        return presence

    def naming(self, above: float = 0.5) -> dict[int, int]:
        """Candidate of every wave more probable than ``above``: the likeliest in order of time.

        Two waves never share a peak: where there are too few, the least probable wave goes.
        """
        presence = self.presence().tolist()
        waves = [w for w in range(N_WAVES) if presence[w] > above]
        likeliest = self.probability[waves].argmax(axis=1).tolist() if waves else []
        if all(a < b for a, b in pairwise(likeliest)):  # in order of time already, nearly always
            return dict(zip(waves, likeliest, strict=True))
        while waves:
            chosen = _increasing(np.log(np.maximum(self.probability[waves], 1e-12)))
            if chosen is not None:
                return dict(zip(waves, chosen, strict=True))
            waves.remove(min(waves, key=lambda w: presence[w]))
        return {}


def _increasing(score: NDArray[np.float64]) -> list[int] | None:
    """Columns, strictly increasing over the rows, with the largest total; ``None`` if too few."""
    n_rows, n = score.shape
    if n < n_rows:
        return None
    best = score[0].copy()
    came_from: list[NDArray[np.intp]] = []
    for row in score[1:]:
        running = np.maximum.accumulate(best)
        argmax = np.array([int(np.argmax(best[: i + 1])) for i in range(n)])
        came_from.append(np.concatenate([[-1], argmax[:-1]]))
        best = row + np.concatenate([[-np.inf], running[:-1]])
    column = int(np.argmax(best))
    chosen = [column]
    for back in reversed(came_from):
        column = int(back[column])
        chosen.append(column)
    return chosen[::-1]


def log_odds(candidates: Candidates, expected: Expectation) -> NDArray[np.float64]:
    """Log odds that candidate c is wave w rather than w absent and c unnamed: ``(..., 5, n)``.

    A wave has a log-normal size and a Gaussian latency; an unnamed peak comes at a constant rate
    with the Rayleigh size of narrow-band noise, seldom larger. Axes that the expected latencies
    have before their last are axes of the answer.
    """
    size = np.maximum(candidates.amplitude_uv, 1e-9)[None, :]
    sigma = max(candidates.noise_uv, 1e-9)
    wave_size = _log_normal_size(size, expected.amplitude_uv[:, None], AMPLITUDE_LOG_SD)
    noise_size = np.log(
        (1 - UNNAMED_SHARE) * (size / (4 * sigma**2)) * np.exp(-(size**2) / (8 * sigma**2))
        + UNNAMED_SHARE * np.exp(_log_normal_size(size, expected.amplitude_uv[:, None], 1.0))
    )
    spread = np.sqrt(
        expected.latency_sd_ms[..., :, None] ** 2 + np.minimum(candidates.latency_sd_ms, 0.5) ** 2
    )
    away = candidates.latency_ms[None, :] - expected.latency_ms[..., :, None]
    when = np.logaddexp(
        np.log(1 - JUMP_SHARE) + _gaussian(away, spread),
        np.log(JUMP_SHARE) + _gaussian(away, np.hypot(spread, JUMP_SD_MS)),
    )
    presence = np.clip(expected.presence, 1e-4, 1 - 1e-4)
    prior, absent = np.log(presence), np.log1p(-presence)
    rate = np.log(expected.noise_peaks_per_ms)
    return np.asarray((prior - absent)[:, None] + when + wave_size - noise_size - rate)


def assign(candidates: Candidates, expected: Expectation) -> Assignment:
    """Weigh every ordered naming of the candidates, each wave present once or absent.

    Sum-product over the waves in order. A state is the last named wave and its candidate; the
    distance to the next named wave is compared with the norm's.

    Args:
        candidates: peaks of one trace, in order of time.
        expected: norms adjusted to the ear.

    Example:
        >>> import numpy as np
        >>> peaks = Candidates(np.array([5.7]), np.array([0.4]), np.array([0.02]),
        ...                    np.array([6.6]), 0.02)
        >>> expected = Expectation(np.array([1.6, 2.7, 3.8, 5.0, 5.7]), np.full(5, 0.3),
        ...                        np.full(5, 0.3), np.full(5, 0.5), 0.2, 0.6)
        >>> [round(p, 1) for p in assign(peaks, expected).presence().tolist()][0::4]
        [0.0, 0.9]
    """
    return assign_each(candidates, expected)[0]


def assign_each(candidates: Candidates, expected: Expectation) -> list[Assignment]:
    """Do what `assign` does for each delay of an expectation, at little more than the cost of one.

    Args:
        candidates: peaks of one trace, in order of time.
        expected: `Expectation.delayed` by several delays.
    """
    n = candidates.count
    latencies_ms = np.atleast_2d(expected.latency_ms)
    if n == 0:
        return [Assignment(np.zeros((N_WAVES, 0)), 0.0) for _ in latencies_ms]
    # Distances between waves are the same at every delay: they are weighed once.
    gaps = _gaps(candidates, replace(expected, latency_ms=latencies_ms[0]))
    odds = _odds(candidates, expected).reshape(-1, N_WAVES, n)
    forward = _forward(odds, gaps)
    backward = np.ones(odds.shape)
    for w in reversed(range(N_WAVES)):
        for j in range(w + 1, N_WAVES):
            backward[:, w] += (odds[:, j] * backward[:, j]) @ gaps[w, j].T
    totals = 1.0 + forward.sum(axis=(1, 2))
    probability = forward * backward / totals[:, None, None]
    return [Assignment(p, float(e)) for p, e in zip(probability, np.log(totals), strict=True)]


def evidence_of_shifts(
    candidates: Candidates, expected: Expectation, delays_ms: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log evidence of `assign` if all waves came later by each of some delays, ``(n_delays,)``."""
    if candidates.count == 0:
        return np.zeros(delays_ms.size)
    later = replace(expected, latency_ms=expected.latency_ms + delays_ms[:, None])
    forward = _forward(_odds(candidates, later), _gaps(candidates, expected))
    return np.asarray(np.log(1.0 + forward.sum(axis=(-2, -1))))


def _odds(candidates: Candidates, expected: Expectation) -> NDArray[np.float64]:
    return np.asarray(np.exp(np.clip(log_odds(candidates, expected), -60.0, 60.0)))


# All pairs of waves in order of time, weighed in one go: a call costs more than its numbers.
_PAIRS = np.triu_indices(N_WAVES, 1)


def _gaps(candidates: Candidates, expected: Expectation) -> NDArray[np.float64]:
    """How well the distance of any two candidates suits that of any two waves: ``(5, 5, n, n)``."""
    n = candidates.count
    later = np.arange(n)[None, :] > np.arange(n)[:, None]
    distance = candidates.latency_ms[None, :] - candidates.latency_ms[:, None]
    first, second = _PAIRS
    norm = expected.latency_ms[second] - expected.latency_ms[first]
    sd = expected.gap_sd_ms * np.sqrt(second - first)
    z = (distance - norm[:, None, None]) / sd[:, None, None]
    near = (1 - JUMP_SHARE) * np.exp(-0.5 * z**2) + JUMP_SHARE * np.exp(-0.5 * (z / 2.5) ** 2)
    gaps = np.zeros((N_WAVES, N_WAVES, n, n))
    gaps[first, second] = np.where(later, near, 0.0)
    return gaps


def _forward(odds: NDArray[np.float64], gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of all namings whose last named wave is w, at candidate c: ``(..., 5, n)``."""
    forward = np.moveaxis(odds, -2, 0).copy()
    for w in range(1, N_WAVES):
        forward[w] *= 1.0 + (forward[:w] @ gaps[:w, w]).sum(axis=0)
    return np.ascontiguousarray(np.moveaxis(forward, 0, -2))


def _gaussian(away: NDArray[np.float64], sd: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-0.5 * (away / sd) ** 2 - np.log(sd * np.sqrt(2 * np.pi)))


def _log_normal_size(
    size: NDArray[np.float64], centre: NDArray[np.float64], sd: float
) -> NDArray[np.float64]:
    z = np.log(size / centre) / sd
    return np.asarray(-0.5 * z**2 - np.log(size * sd * np.sqrt(2 * np.pi)))
