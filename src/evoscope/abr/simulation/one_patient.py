"""One patient: ears, plan, responses, noise, averages, marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.norms import WAVE_LABELS
from evoscope.abr.simulation.blocks import (
    NoiseState,
    average,
    locked_drift,
    noise_blocks,
    other_polarity,
)
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.columns import (
    Columns,
    average_columns,
    interleave,
    recording_columns,
    truth_columns,
    unmarked_columns,
    wave_columns,
)
from evoscope.abr.simulation.components import join, respond
from evoscope.abr.simulation.draw_ears import draw_ear, draw_subject
from evoscope.abr.simulation.evoked import (
    CONDENSATION_DELAY_MS,
    microphonic,
    shared_by_polarities,
    stimulus_artefact,
)
from evoscope.abr.simulation.measure import measure_waves
from evoscope.abr.simulation.plan import ClinicPlan
from evoscope.abr.simulation.profiles.settings import Profile
from evoscope.abr.simulation.protocol import PlannedSeries, Played, plan_series
from evoscope.abr.simulation.reader import Seen, mark_waves, marked_thresholds

ELECTRODE_LOG_SD = 0.12
WEIGHTED_SHARE = 0.6
STOPPING_SHARE = 0.65
"""How much electrodes differ, and in what share of sessions the device weights its blocks and the
tester stops early [all assumed]."""
LEAST_SWEEPS = 0.4
"""However clear a response is, this share of the sweeps is played [assumed]."""


@dataclass(frozen=True, eq=False)
class PatientStreams:
    """Random numbers of one patient, one stream per purpose.

    Separate streams keep what does not concern each other apart: the alternating rows of a clinic
    have the same bits with and without single polarities beside them.
    """

    ears: np.random.Generator
    protocol: np.random.Generator
    response: np.random.Generator
    noise: np.random.Generator
    polarity: np.random.Generator
    reader: np.random.Generator

    @classmethod
    def of(cls, seed: int, index: int) -> PatientStreams:
        """Streams of a patient of a clinic."""
        root = np.random.SeedSequence(seed, spawn_key=(index,))
        return cls(*(np.random.Generator(np.random.SFC64(s)) for s in root.spawn(6)))


def draw_ears(
    streams: PatientStreams, profile: Profile, plan: ClinicPlan, index: int, *, both_ears: bool
) -> tuple[ClinicEar, ...]:
    """Draw the tested ears of a patient: both, unless only one was tested."""
    rng = streams.ears
    subject = draw_subject(
        rng,
        profile,
        plan.loss_of(index),
        kind=float(plan.kind[index]),
        severity=float(plan.severity[index]),
    )
    ears = tuple(draw_ear(rng, profile, subject, side) for side in ("right", "left"))
    single = rng.random() < profile.protocol.one_ear
    which = int(rng.random() < 0.5)
    if plan.recordings[index] < 2 or (single and not both_ears):
        return (ears[which],)
    return ears


def simulate_one(
    profile: Profile,
    *,
    index: int,
    seed: int,
    plan: ClinicPlan,
    pair: bool,
    both_ears: bool,
) -> Columns:
    """Simulate one patient of a clinic; see ``simulate_patients``."""
    streams = PatientStreams.of(seed, index)
    ears = draw_ears(streams, profile, plan, index, both_ears=both_ears)
    rates = profile.protocol.rates
    rate_hz = float(streams.protocol.choice(list(rates), p=list(rates.values())))
    age_known = bool(streams.protocol.random() >= profile.age_missing)
    series = plan_series(streams.protocol, profile.protocol, ears, int(plan.recordings[index]))
    played = Played.of(series, rate_hz)
    jitter = streams.response.standard_normal((played.level_db.size, 2))
    components = join(
        [
            respond(
                ears[s.ear],
                level_db=s.level_db,
                stimulus=s.stimulus,
                frequency_hz=s.frequency_hz,
                rate_hz=rate_hz,
                jitter=jitter[played.series == k],
            )
            for k, s in enumerate(series)
        ]
    )
    time_ms = profile.time_ms
    clean = components.at(time_ms)
    truth = measure_waves(components)
    even, odd = _other_evoked(streams.response, profile, ears, series)
    even += _baseline(streams.response, profile, played)
    window = slice(*np.searchsorted(time_ms, profile.fmp_window_ms).tolist())
    state = _draw_noise(streams.noise, profile, played, clean[:, window].var(axis=1))
    blocks = noise_blocks(streams.noise, state, profile.clock)
    made = average(blocks, blocks.values, clean + even, window)
    v = WAVE_LABELS.index("V")
    marks = mark_waves(
        streams.reader,
        profile.reader,
        Seen(
            waveform=made.waveform,
            time_ms=time_ms,
            noise_uv=1e-3
            * made.residual_noise_nv
            * state.eeg_uv
            / np.hypot(state.eeg_uv, state.drift_uv),
            fmp=made.fmp,
            expected_v_ms=components.latency_ms[:, v],
            series=played.series,
            broadband=np.array([series[k].frequency_hz is None for k in played.series]),
        ),
        truth,
    )
    who = {
        "patient_id": f"{profile.name}-{seed}-{index:06d}",
        "seed": seed,
        "weight": plan.weight[index],
    }
    columns = {
        **recording_columns(profile, who, ears, played, age_known),
        **truth_columns(ears, played, truth),
        **wave_columns("marked", marks),
        "marked_threshold_db": marked_thresholds(
            played.level_db, played.series, marks.present[:, v]
        ),
    }
    alternating = {
        **columns,
        **average_columns(made, blocks.sweeps, "alternating"),
        "clean_waveform": clean,
    }
    if not pair:
        return alternating
    other = other_polarity(streams.polarity, blocks, state, profile.clock)
    singles = []
    for polarity, sign in (("rarefaction", 1.0), ("condensation", -1.0)):
        shift_ms = -0.5 * sign * CONDENSATION_DELAY_MS
        moved = components.delayed(shift_ms).at(time_ms)
        noise = blocks.values + np.float32(sign) * other
        single = average(blocks, noise, moved + even + np.float32(sign) * odd, window)
        singles.append(
            {
                **columns,
                **wave_columns("wave", truth.delayed(shift_ms)),
                **unmarked_columns(played.level_db.size),
                **average_columns(single, blocks.sweeps // 2, polarity),
                "clean_waveform": moved,
            }
        )
    return interleave([alternating, *singles])


def _other_evoked(
    rng: np.random.Generator,
    profile: Profile,
    ears: tuple[ClinicEar, ...],
    series: list[PlannedSeries],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What is evoked beside the response: what all polarities share, and what inverts."""
    even, odd = [], []
    # Leads and shielding differ between patients; the artefact between ears.
    leak = profile.noise.artefact_uv * np.exp(0.7 * rng.standard_normal(1 + len(ears)))
    for s in series:
        ear = ears[s.ear]
        heard = ear.normal_level_db(s.level_db, s.stimulus, s.frequency_hz)
        even.append(
            shared_by_polarities(ear, ear.nhl(heard, s.stimulus, s.frequency_hz), profile.time_ms)
        )
        level_nhl = ear.nhl(s.level_db, s.stimulus, s.frequency_hz)
        size = np.full(s.level_db.size, np.sqrt(leak[0] * leak[1 + s.ear]))
        odd.append(
            microphonic(ear, level_nhl, profile.time_ms)
            + stimulus_artefact(size, level_nhl, profile.time_ms, s.frequency_hz)
        )
    return np.concatenate(even), np.concatenate(odd)


def _baseline(rng: np.random.Generator, profile: Profile, played: Played) -> NDArray[np.float32]:
    size = np.exp(profile.noise.locked_log_sd * rng.standard_normal(played.level_db.size))
    return locked_drift(rng, profile.noise.locked_uv * size, profile.clock)


def _draw_noise(
    rng: np.random.Generator,
    profile: Profile,
    played: Played,
    response_power: NDArray[np.floating[Any]],
) -> NoiseState:
    settings = profile.noise
    n = played.level_db.size

    def level(between: float, within: float) -> NDArray[np.float64]:
        # Subjects differ; so do electrodes between ears and stimuli, and one minute from the next.
        electrodes = ELECTRODE_LOG_SD * rng.standard_normal(int(played.series.max()) + 1)
        person = between * rng.standard_normal()
        return np.exp(person + electrodes[played.series] + within * rng.standard_normal(n))

    eeg_uv = settings.eeg_uv * level(*settings.eeg_log_sd)
    fewest, most = settings.sweeps_hundreds
    drift_uv = eeg_uv * settings.drift_ratio * level(*settings.drift_log_sd)
    sweeps = 100 * rng.integers(fewest, most + 1, size=n)
    expected_fmp = response_power * sweeps / (eeg_uv**2 + drift_uv**2)
    needed = np.clip(settings.stop_fmp / np.maximum(expected_fmp, 1e-9), LEAST_SWEEPS, 1.0)
    if rng.random() >= STOPPING_SHARE:
        needed = np.ones(n)
    return NoiseState(
        eeg_uv=eeg_uv,
        drift_uv=drift_uv,
        mains_uv=settings.mains_uv * np.exp(0.7 * rng.standard_normal()) * np.ones(n),
        noisy=rng.random(n) < settings.noisy_share,
        weighted=np.full(n, rng.random() < WEIGHTED_SHARE),
        sweeps=np.round(sweeps * needed).astype(np.int64),
        rate_hz=np.full(n, played.rate_hz),
    )
