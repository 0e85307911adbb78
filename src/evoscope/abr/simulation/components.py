"""The noise-free responses of an ear over levels, as sums of Gaussians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

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
    """Return the responses of an ear to a stimulus at levels: ``respond_all`` for one."""
    return respond_all(
        (ear,),
        level_db=level_db,
        stimulus=stimulus,
        frequency_hz=frequency_hz,
        rate_hz=rate_hz,
        jitter=jitter,
    )


def respond_all(
    ears: Sequence[ClinicEar],
    *,
    level_db: NDArray[np.float64],
    stimulus: str,
    frequency_hz: float | None,
    rate_hz: float,
    jitter: NDArray[np.float64] | None = None,
) -> Components:
    """Return the responses of ears to a stimulus, all at the same levels, ear by ear.

    Latencies and amplitudes: the norms at the level at which a normal ear would answer alike, with
    age, sex and rate (Gorga 1989; Jerger & Hall 1980; Don, Allen & Starr 1977), plus the ear's own
    deviation. A response begins at the ear's threshold and reaches 63 % of its size 5 dB above
    [assumed].

    Args:
        ears: whose, at least one, of one species and one level reference.
        level_db: ``(n,)``.
        stimulus: click, tone or chirp.
        frequency_hz: of a tone.
        rate_hz: stimuli per second.
        jitter: ``(ears * n, 2)`` standard normal: responses of one ear differ from one recording
            to the next by 0.03 ms and 5 % [assumed]. None: they do not.

    Returns:
        ``ears * n`` rows.
    """
    first, n = ears[0], level_db.size
    human = first.species == "human"

    def each(values: Sequence[object]) -> NDArray[np.float64]:
        return np.repeat(np.array(values, dtype=np.float64), n, axis=0)

    curves = norm_curves(stimulus, frequency_hz, first.species, first.level_reference)
    thresholds = np.array([ear.threshold_db(stimulus, frequency_hz) for ear in ears])
    above = (level_db - thresholds[:, None]).ravel()
    heard = np.concatenate([e.normal_level_db(level_db, stimulus, frequency_hz) for e in ears])
    response = np.where(above > 0.0, 1.0 - np.exp(-np.maximum(above, 0.0) / RISE_DB), 0.0)
    if jitter is None:
        jitter = np.zeros((above.size, 2))
    latency, size = np.empty((above.size, 5)), np.empty((above.size, 5))
    infancy = each([ear.infancy if human else 0.0 for ear in ears])
    delay = each([ear.delay_ms for ear in ears])
    factor = each([ear.size for ear in ears])
    personal = each([_personal(ear.age_weeks, ear.sex, rate_hz) for ear in ears])
    base_ms = each([ear.high_frequency_delay_ms(frequency_hz) for ear in ears])
    # Soft sounds vary more between subjects than thresholds and loud latencies explain: what is
    # left of the published SD of V, 0.3 ms at 20 dB nHL.
    nhl = first.nhl(heard, stimulus, frequency_hz)
    later, larger = (
        each([getattr(ear, name) for ear in ears])
        for name in ("latency_shift_sd", "amplitude_shift_sd")
    )
    moved = bool(later.any() or larger.any())
    grown = np.ones_like(heard)  # of the slow potential, with the wave that rides on it
    soft = 0.3 * each([ear.soft_ms for ear in ears]) * np.exp(-(nhl - 20.0) / 12.0)
    for index in range(len(WAVE_LABELS)):
        ms, uv = curves[index].at(heard, infancy=infancy)
        if moved:
            sd_ms, share_uv = curves[index].spread_at(heard, infancy=infancy)
            grown = np.square(np.maximum(1.0 + 0.5 * larger * share_uv, 0.0))
            ms, uv = ms + later * sd_ms, uv * grown
        if human:
            ms = ms + personal[:, 0, index]
            uv = uv * personal[:, 1, index]
        # Wave I comes later than V does: I-V shortens in a steep loss [how much: assumed].
        share = 1.0 + 0.3 * (_V - index) / _V
        latency[:, index] = ms + delay[:, index] + np.clip(soft, -1.0, 1.0) + base_ms * share
        latency[:, index] += 0.03 * jitter[:, 0]
        size[:, index] = uv * factor[:, index] * response * (1.0 + 0.05 * jitter[:, 1])
    if human:
        variants = [ear.morphology for ear in ears]
        latency[:, _IV] = latency[:, _V] - each([one.iv_lead_ms for one in variants])
        size[:, _IV] *= each([one.iv_gain for one in variants])
        least = each([one.iv_over_v or 0.0 for one in variants])
        size[:, _IV] = np.maximum(size[:, _IV], least * size[:, _V])
    return _assemble(ears, above, frequency_hz, latency, size, response * grown)


@lru_cache(maxsize=4096)
def _personal(
    age_weeks: float, sex: str, rate_hz: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Delay in ms and factor of the amplitude of each wave, by age, sex and rate."""
    known = {"age_weeks": age_weeks, "age_years": age_weeks / person.WEEKS_PER_YEAR}
    return (
        tuple(person.delay_ms(w, **known, sex=sex, rate_hz=rate_hz) for w in WAVE_LABELS),
        tuple(person.amplitude_factor(w, **known, sex=sex, rate_hz=rate_hz) for w in WAVE_LABELS),
    )


def _assemble(
    ears: Sequence[ClinicEar],
    above: NDArray[np.float64],
    frequency_hz: float | None,
    latency: NDArray[np.float64],
    size: NDArray[np.float64],
    response: NDArray[np.float64],
) -> Components:
    rows, n = above.size, above.size // len(ears)
    human = ears[0].species == "human"
    # Fibres fire less together near threshold, and along the slow apical turns of low tones.
    low = 1.0
    if human and frequency_hz is not None:
        low = max(1.0, (4000.0 / frequency_hz) ** 0.25)
    breadth = np.repeat([ear.breadth for ear in ears], n)
    stretch = breadth * low * (1.0 + 0.4 * np.exp(-np.maximum(above, 0.0) / 20.0))
    slow_uv = np.repeat([ear.slow_uv for ear in ears], n)
    slow_uv = slow_uv * (1.0 if frequency_hz is None else _TONE_SLOW) * response
    table = np.zeros((3, rows, N_COMPONENTS))
    table[1] = 1.0
    # Ears of one morphology have the same Gaussians: one group at a time.
    kinds = np.repeat([ear.morphology.name for ear in ears], n)
    for variant in {ear.morphology.name: ear.morphology for ear in ears}.values():
        here = np.flatnonzero(kinds == variant.name)
        shapes = [EARLY, EARLY, EARLY, variant.iv, variant.v] if human else [RODENT] * 5
        columns = [
            part
            for index, shape in enumerate(shapes)
            for part in _gaussians(shape, latency[here, index], size[here, index], stretch[here])
        ]
        columns += _gaussians(_SLOW, latency[here, _V], slow_uv[here], stretch[here])
        table[:, here, : len(columns)] = np.stack(columns, axis=-1)
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
