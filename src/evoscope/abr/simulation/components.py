"""The noise-free responses of an ear over levels, as sums of Gaussians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.norms import WAVE_LABELS, person
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.ear import RISE_DB
from evoscope.abr.simulation.norm_curves import norm_curves
from evoscope.abr.simulation.shape import EARLY, RODENT, Shape

N_COMPONENTS = 14
_V = WAVE_LABELS.index("V")
_IV = WAVE_LABELS.index("IV")
# The slow potential after V (SN10): a slope of 2-3 ms up to V, and a trough several ms long.
_SLOW = Shape(((0.0, 1.5, 0.6), (3.8, 1.6, -0.6)))
_TONE_SLOW = 0.7  # of a click's [assumed]
# Unlike V it does not grow with level above threshold [assumed; the clinic's Fmp asks for it].


@dataclass(frozen=True, eq=False, kw_only=True)
class Components:
    """Responses as sums of Gaussians, one row per recording.

    Attributes:
        centre_ms, sd_ms, weight_uv: ``(n, 14)``.
        latency_ms, size_uv: ``(n, 5)`` where waves I-V are meant to stand, and how large; the
            waves that are seen are measured on their sum.
        stretch: ``(n,)`` how broad the waves are.
    """

    centre_ms: NDArray[np.float64]
    sd_ms: NDArray[np.float64]
    weight_uv: NDArray[np.float64]
    latency_ms: NDArray[np.float64]
    size_uv: NDArray[np.float64]
    stretch: NDArray[np.float64]

    def delayed(self, by_ms: float) -> Components:
        """The same responses, later."""
        return replace(self, centre_ms=self.centre_ms + by_ms, latency_ms=self.latency_ms + by_ms)

    def at(self, time_ms: NDArray[np.float64]) -> NDArray[np.float32]:
        """Evaluate at times after onset, ``(n, time)`` uV."""
        total = np.zeros((self.stretch.size, time_ms.size), dtype=np.float32)
        times = time_ms.astype(np.float32)
        # One component at a time: the whole cube would not fit a cache.
        for centre, sd, weight in zip(
            self.centre_ms.T.astype(np.float32),
            self.sd_ms.T.astype(np.float32),
            self.weight_uv.T.astype(np.float32),
            strict=True,
        ):
            rows = np.flatnonzero(weight)
            if rows.size:
                z = (times - centre[rows, None]) / sd[rows, None]
                total[rows] += weight[rows, None] * np.exp(np.float32(-0.5) * z * z)
        return total


def join(parts: Sequence[Components]) -> Components:
    """Put the rows of several series under each other."""
    return Components(
        centre_ms=np.concatenate([p.centre_ms for p in parts]),
        sd_ms=np.concatenate([p.sd_ms for p in parts]),
        weight_uv=np.concatenate([p.weight_uv for p in parts]),
        latency_ms=np.concatenate([p.latency_ms for p in parts]),
        size_uv=np.concatenate([p.size_uv for p in parts]),
        stretch=np.concatenate([p.stretch for p in parts]),
    )


def respond(
    ear: ClinicEar,
    *,
    level_db: NDArray[np.float64],
    stimulus: str,
    frequency_hz: float | None,
    rate_hz: float,
    jitter: NDArray[np.float64] | None = None,
) -> Components:
    """Return the responses of an ear to a stimulus at levels.

    Latencies and amplitudes: the norms at the level at which a normal ear would answer alike, with
    age, sex and rate (Gorga 1989; Jerger & Hall 1980; Don, Allen & Starr 1977), plus the ear's own
    deviation. A response begins at the ear's threshold and reaches 63 % of its size 5 dB above
    [assumed].

    Args:
        ear: whose.
        level_db: ``(n,)``.
        stimulus: click, tone or chirp.
        frequency_hz: of a tone.
        rate_hz: stimuli per second.
        jitter: ``(n, 2)`` standard normal: responses of one ear differ from one recording to the
            next by 0.03 ms and 5 % [assumed]. None: they do not.
    """
    curves = norm_curves(stimulus, frequency_hz, ear.species, ear.level_reference)
    threshold_db = ear.threshold_db(stimulus, frequency_hz)
    above = level_db - threshold_db
    heard = ear.normal_level_db(level_db, stimulus, frequency_hz)
    response = np.where(above > 0.0, 1.0 - np.exp(-np.maximum(above, 0.0) / RISE_DB), 0.0)
    if jitter is None:
        jitter = np.zeros((level_db.size, 2))
    latency, size = np.empty((level_db.size, 5)), np.empty((level_db.size, 5))
    base_ms = ear.high_frequency_delay_ms(frequency_hz)
    # Soft sounds vary more between subjects than thresholds and loud latencies explain: what is
    # left of the published SD of V, 0.3 ms at 20 dB nHL.
    soft = 0.3 * ear.soft_ms * np.exp(-(ear.nhl(heard, stimulus, frequency_hz) - 20.0) / 12.0)
    for index, wave in enumerate(WAVE_LABELS):
        ms, uv = curves[index].at(heard, infancy=ear.infancy if ear.species == "human" else 0.0)
        if ear.species == "human":
            age = {"age_weeks": ear.age_weeks, "age_years": ear.age_weeks / person.WEEKS_PER_YEAR}
            ms = ms + person.delay_ms(wave, **age, sex=ear.sex, rate_hz=rate_hz)
            uv = uv * person.amplitude_factor(wave, **age, sex=ear.sex, rate_hz=rate_hz)
        # Wave I comes later than V does: I-V shortens in a steep loss [how much: assumed].
        share = 1.0 + 0.3 * (_V - index) / _V
        latency[:, index] = ms + ear.delay_ms[index] + np.clip(soft, -1.0, 1.0) + base_ms * share
        latency[:, index] += 0.03 * jitter[:, 0]
        size[:, index] = uv * ear.size[index] * response * (1.0 + 0.05 * jitter[:, 1])
    variant = ear.morphology
    if ear.species == "human":
        latency[:, _IV] = latency[:, _V] - variant.iv_lead_ms
        size[:, _IV] *= variant.iv_gain
        if variant.iv_over_v is not None:
            size[:, _IV] = np.maximum(size[:, _IV], variant.iv_over_v * size[:, _V])
    return _assemble(ear, above, frequency_hz, latency, size, response)


def _assemble(
    ear: ClinicEar,
    above: NDArray[np.float64],
    frequency_hz: float | None,
    latency: NDArray[np.float64],
    size: NDArray[np.float64],
    response: NDArray[np.float64],
) -> Components:
    # Fibres fire less together near threshold, and along the slow apical turns of low tones.
    low = 1.0
    if ear.species == "human" and frequency_hz is not None:
        low = max(1.0, (4000.0 / frequency_hz) ** 0.25)
    stretch = ear.breadth * low * (1.0 + 0.4 * np.exp(-np.maximum(above, 0.0) / 20.0))
    human = ear.species == "human"
    shapes = [EARLY, EARLY, EARLY, ear.morphology.iv, ear.morphology.v] if human else [RODENT] * 5
    columns = [
        part
        for index, shape in enumerate(shapes)
        for part in _gaussians(shape, latency[:, index], size[:, index], stretch)
    ]
    slow_uv = ear.slow_uv * (1.0 if frequency_hz is None else _TONE_SLOW)
    columns += _gaussians(_SLOW, latency[:, _V], slow_uv * response, stretch)
    n = latency.shape[0]
    table = np.zeros((3, n, N_COMPONENTS))
    table[1] = 1.0
    table[:, :, : len(columns)] = np.stack(columns, axis=-1)
    return Components(
        centre_ms=table[0],
        sd_ms=table[1],
        weight_uv=table[2],
        latency_ms=latency,
        size_uv=size,
        stretch=stretch,
    )


def _gaussians(
    shape: Shape,
    latency: NDArray[np.float64],
    size: NDArray[np.float64],
    stretch: NDArray[np.float64],
) -> list[NDArray[np.float64]]:
    peak_ms, height = shape.peak_and_height
    return [
        np.stack([latency + (centre - peak_ms) * stretch, sd * stretch, weight * size / height])
        for centre, sd, weight in shape.parts
    ]
