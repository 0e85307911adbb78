"""Infants after a failed screen: newborns to three months, chirps and tones, asleep.

Ages, levels and sweeps follow newborn programmes (BSA / NHSP: 2,000-6,000 sweeps, residual
noise of 15-30 nV); the amplitudes are the infant norms. More ears are normal than not; the mix of
classes is assumed.
"""

from __future__ import annotations

from evoscope.abr.simulation.profiles.settings import (
    AgeGroup,
    EarSettings,
    NoiseSettings,
    Profile,
    ProtocolSettings,
    ReaderSettings,
)

INFANT_SCREENING = Profile(
    name="infant_screening",
    about="newborns to three months after a failed screen: chirps and tones near threshold",
    patients=500,
    species="human",
    level_reference="nHL",
    transducer="insert",
    sampling_rate_hz=15_000.0,
    n_samples=384,
    onset_sample=14.6,
    fmp_window_ms=(5.0, 20.0),
    class_shares={"normal": 0.84, "neuropathy": 0.01, "snhl": 0.05, "total": 0.01, "chl": 0.09},
    recordings={"normal": 14.0, "neuropathy": 16.0, "snhl": 22.0, "total": 12.0, "chl": 20.0},
    ages=(
        AgeGroup(low_weeks=-4.0, high_weeks=0.0, share=0.1),
        AgeGroup(low_weeks=0.0, high_weeks=13.0, share=0.9),
    ),
    age_missing=0.0,
    anchors_hz=(500.0, 1000.0, 2000.0, 4000.0),
    ear=EarSettings(threshold_shift_db=0.0, amplitude_cv=0.35, muscle_share=0.0, slow_uv=0.06),
    noise=NoiseSettings(
        eeg_uv=1.1,
        eeg_log_sd=(0.35, 0.25),
        drift_ratio=0.7,
        drift_log_sd=(0.3, 0.3),
        locked_uv=0.01,
        locked_log_sd=0.6,
        mains_uv=0.4,
        mains_hz=50.0,
        noisy_share=0.5,
        sweeps_hundreds=(20, 40),
        stop_fmp=12.0,
        artefact_uv=0.2,
        band_hz=(30.0, 3000.0),
    ),
    protocol=ProtocolSettings(
        levels={
            10.0: 0.3, 20.0: 1.0, 25.0: 1.0, 30.0: 2.5, 35.0: 2.0, 40.0: 2.5, 45.0: 1.0, 50.0: 1.2,
            60.0: 1.2, 70.0: 0.7, 80.0: 0.8, 90.0: 0.7, 100.0: 0.3,
        },
        below_db={"normal": 8.0, "neuropathy": 5.0, "snhl": 8.0, "total": 5.0, "chl": 8.0},
        deaf_threshold_db=80.0,
        rates={49.1: 0.6, 39.1: 0.4},
        click="chirp",
        tone_ears=0.5,
        tone_share=0.6,
        tones_hz={500.0: 0.2, 1000.0: 0.2, 2000.0: 0.2, 4000.0: 0.4},
        one_ear=0.25,
    ),
    reader=ReaderSettings(
        v_snr=2.0,
        early_snr=4.0,
        slope=3.5,
        floor_uv=0.008,
        false_mark=0.01,
        early_session=0.3,
        habit_sd=0.5,
        gross_error=0.01,
    ),
)  # fmt: skip
