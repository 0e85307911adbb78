"""What a profile states: who comes, what is played, how it is recorded, who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.recording import LevelReference, Species, Transducer
from evoscope.abr.simulation.blocks import Clock
from evoscope.abr.simulation.classes import LOSS_CLASSES, LossClass

SOFTEST_DB, LOUDEST_DB = -20.0, 120.0
"""Levels that a clinic's device can play."""


@dataclass(frozen=True, kw_only=True)
class AgeGroup:
    """A share of the patients, their ages uniform from ``low_weeks`` to ``high_weeks``."""

    low_weeks: float
    high_weeks: float
    share: float


@dataclass(frozen=True, kw_only=True)
class EarSettings:
    """How ears of a profile differ from the published means, and from each other.

    Attributes:
        threshold_shift_db: normal thresholds, relative to the norms' 10 dB nHL for a click.
        threshold_sd_db: SD of normal thresholds between ears.
        gap_db: smallest and largest air-bone gap.
        sensorineural_db: smallest and largest loss at the better-hearing frequencies.
        amplitude_scale, early_scale: amplitude of V, and of I, II, III, relative to the norms.
        amplitude_cv: SD of the amplitude between subjects relative to its mean.
        latency_scale: SD of latencies between subjects relative to the published.
        neuropathy_v, neuropathy_gross: share of the patients with auditory neuropathy who have a
            small wave V, and who have a gross late wave that is none.
        muscle_share: share of grown-up ears with a post-auricular muscle response.
        slow_uv: size of the slow wave on which V rides, median.
        latency_shift_sd, amplitude_shift_sd: how far all ears lie from the norms, in SDs of these.
    """

    threshold_shift_db: float = 0.0
    threshold_sd_db: float = 6.0
    gap_db: tuple[float, float] = (20.0, 60.0)
    sensorineural_db: tuple[float, float] = (25.0, 75.0)
    amplitude_scale: float = 1.0
    early_scale: tuple[float, float, float] = (1.0, 1.0, 1.0)
    amplitude_cv: float = 0.24
    latency_scale: float = 1.0
    neuropathy_v: float = 0.3
    neuropathy_gross: float = 0.15
    muscle_share: float = 0.15
    slow_uv: float = 0.05
    latency_shift_sd: float = 0.0
    amplitude_shift_sd: float = 0.0


@dataclass(frozen=True, kw_only=True)
class NoiseSettings:
    """The noise of a profile, per single sweep.

    Attributes:
        eeg_uv: median rms of the EEG over subjects.
        eeg_log_sd: SD of its logarithm: between subjects, and between recordings of one subject.
        drift_ratio: median rms of the slow drift relative to the EEG.
        drift_log_sd: SD of the logarithm of that ratio: between subjects, and recordings.
        locked_uv, locked_log_sd: median rms of a slow baseline that averaging does not reduce, uV,
            and the SD of its logarithm.
        mains_uv: median amplitude of the mains hum.
        mains_hz: its frequency.
        noisy_share: share of recordings with muscle bursts.
        sweeps_hundreds: fewest and most sweeps of a recording, in hundreds.
        stop_fmp: a tester stops early when the response is that clear: sweeps are cut so that the
            Fmp expected stays there, to 40 % of them at most; infinite: never.
        artefact_uv: median size of the stimulus artefact at 80 dB nHL, single polarity only.
        band_hz: recording band.
    """

    eeg_uv: float
    eeg_log_sd: tuple[float, float]
    drift_ratio: float
    drift_log_sd: tuple[float, float]
    locked_uv: float
    locked_log_sd: float
    mains_uv: float
    mains_hz: float
    noisy_share: float
    sweeps_hundreds: tuple[int, int]
    stop_fmp: float
    artefact_uv: float
    band_hz: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class ProtocolSettings:
    """What the tester does.

    Attributes:
        levels: level in dB -> how often it is chosen, before the ear's threshold is considered.
        below_db: how far below threshold levels are still played, by class.
        deaf_threshold_db: where the tester of an ear that never answers stops going down.
        rates: stimuli per second -> share of patients.
        click: the broadband stimulus, ``click`` or ``chirp``.
        tone_ears: share of ears that are tested with tones after the click.
        tone_share: share of such an ear's recordings that are tones.
        tones_hz: frequency -> share.
        one_ear: share of patients of whom one ear is tested.
    """

    levels: Mapping[float, float]
    below_db: Mapping[LossClass, float]
    deaf_threshold_db: float
    rates: Mapping[float, float]
    click: str
    tone_ears: float
    tone_share: float
    tones_hz: Mapping[float, float]
    one_ear: float


@dataclass(frozen=True, kw_only=True)
class ReaderSettings:
    """The clinician who marks waves after seeing the whole series.

    The chance to mark a wave that is there is logistic in the logarithm of its size over the noise
    that the eye sees.

    Attributes:
        v_snr, early_snr: amplitude over noise that is marked half the time, V and I/III.
        slope: steepness of that chance, per factor e.
        floor_uv: smallest amplitude that stands out of a line on a screen, added to the noise.
        false_mark: chance to mark V where none is, at Fmp 0; it grows with Fmp.
        early_session: share of series in which waves I and III are marked at all.
        habit_sd: SD of the strictness between series, in units of the logit.
        gross_error: chance that another peak is marked.
    """

    v_snr: float
    early_snr: float
    slope: float
    floor_uv: float
    false_mark: float
    early_session: float
    habit_sd: float
    gross_error: float


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A clinic: its patients, ears, protocol, noise and readers.

    Attributes:
        name: as asked for.
        about: one sentence for the user.
        patients: default size.
        species, level_reference, transducer: of all recordings.
        sampling_rate_hz, n_samples, onset_sample: of all recordings.
        fmp_window_ms: where Fmp and the residual noise are measured.
        class_shares: share of the patients by class, sum 1.
        recordings: mean number of recordings of a patient, by class.
        ages: age groups; shares sum to 1.
        age_missing: share of patients whose age is not recorded.
        anchors_hz: the four frequencies of an ear's audiogram.

    Raises:
        ValueError: shares that do not sum to 1, levels that no device plays, missing classes.
    """

    name: str
    about: str
    patients: int
    species: Species
    level_reference: LevelReference
    transducer: Transducer
    sampling_rate_hz: float
    n_samples: int
    onset_sample: float
    fmp_window_ms: tuple[float, float]
    class_shares: Mapping[LossClass, float]
    recordings: Mapping[LossClass, float]
    ages: tuple[AgeGroup, ...]
    age_missing: float
    anchors_hz: tuple[float, float, float, float]
    ear: EarSettings
    noise: NoiseSettings
    protocol: ProtocolSettings
    reader: ReaderSettings

    @property
    def time_ms(self) -> NDArray[np.float64]:
        """Time of each sample after onset, ``(n_samples,)`` ms."""
        samples = np.arange(self.n_samples, dtype=np.float64)
        return (samples - self.onset_sample) * (1e3 / self.sampling_rate_hz)

    @property
    def clock(self) -> Clock:
        """What the noise needs to know of the recordings."""
        return Clock(
            n_samples=self.n_samples,
            sampling_rate_hz=self.sampling_rate_hz,
            band_hz=self.noise.band_hz,
            mains_hz=self.noise.mains_hz,
        )

    def __post_init__(self) -> None:
        unknown = sorted(set(self.class_shares) - set(LOSS_CLASSES))
        if unknown:
            known = ", ".join(map(repr, LOSS_CLASSES))
            raise ValueError(f"class_shares should name classes of {known}. Found {unknown[0]!r}.")
        shares: dict[str, Mapping[Any, float]] = {
            "class_shares": self.class_shares,
            "ages": {i: group.share for i, group in enumerate(self.ages)},
            "rates": self.protocol.rates,
            "tones_hz": self.protocol.tones_hz,
        }
        for name, found in shares.items():
            if not found and name == "tones_hz":
                continue
            if min(found.values(), default=-1.0) < 0.0 or abs(sum(found.values()) - 1.0) > 1e-6:
                raise ValueError(
                    f"{name} should be shares between 0 and 1 that sum to 1. "
                    f"Found a sum of {sum(found.values()):.6g}."
                )
        for level_db in self.protocol.levels:
            if not SOFTEST_DB <= level_db <= LOUDEST_DB:
                raise ValueError(
                    f"levels should be between {SOFTEST_DB:g} and {LOUDEST_DB:g} dB. "
                    f"Found {level_db:g} dB."
                )
        short = [c for c, s in self.class_shares.items() if s and c not in self.recordings]
        if short:
            raise ValueError(f"recordings should state every class. Missing: {short[0]!r}.")
