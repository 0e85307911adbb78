"""Mice in a laboratory: clicks and tones in dB SPL, free field, microvolt waves, anaesthetised.

Waves: the rodent norms (typical laboratory values, assumed); noise per sweep 2.1-2.8 uV in 300-3000
Hz, most of it below 1 kHz (measured on public recordings); 512 sweeps. The mix of
classes is assumed (noise damage, middle ear infection, genetic deafness and neuropathy).
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

MOUSE = Profile(
    name="mouse",
    about="laboratory mice: clicks and tones of 4-32 kHz in dB SPL, free field",
    patients=200,
    species="mouse",
    level_reference="SPL",
    transducer="free field",
    sampling_rate_hz=15_000.0,
    n_samples=384,
    onset_sample=14.6,
    fmp_window_ms=(1.0, 8.5),
    class_shares={"normal": 0.55, "neuropathy": 0.03, "snhl": 0.32, "total": 0.05, "chl": 0.05},
    recordings={"normal": 48.0, "neuropathy": 36.0, "snhl": 44.0, "total": 30.0, "chl": 44.0},
    ages=(AgeGroup(low_weeks=6.0, high_weeks=60.0, share=1.0),),
    age_missing=0.0,
    anchors_hz=(4000.0, 8000.0, 16_000.0, 32_000.0),
    ear=EarSettings(
        threshold_shift_db=0.0,
        threshold_sd_db=5.0,
        gap_db=(15.0, 40.0),
        sensorineural_db=(15.0, 55.0),
        amplitude_cv=0.4,
        muscle_share=0.0,
    ),
    noise=NoiseSettings(
        eeg_uv=2.4,
        eeg_log_sd=(0.25, 0.15),
        drift_ratio=0.1,
        drift_log_sd=(0.3, 0.3),
        locked_uv=0.005,
        locked_log_sd=0.5,
        mains_uv=0.5,
        mains_hz=60.0,
        noisy_share=0.1,
        sweeps_hundreds=(4, 10),
        stop_fmp=float("inf"),
        artefact_uv=0.5,
        band_hz=(300.0, 3000.0),
    ),
    protocol=ProtocolSettings(
        levels={float(db): 1.0 for db in range(10, 96, 5)},
        below_db={"normal": 15.0, "neuropathy": 5.0, "snhl": 15.0, "total": 5.0, "chl": 15.0},
        deaf_threshold_db=70.0,
        rates={21.0: 0.5, 40.1: 0.5},
        click="click",
        tone_ears=0.9,
        tone_share=0.75,
        tones_hz={4000.0: 0.1, 8000.0: 0.3, 16_000.0: 0.35, 32_000.0: 0.25},
        one_ear=0.7,
    ),
    reader=ReaderSettings(
        v_snr=2.0,
        early_snr=2.0,
        slope=3.5,
        floor_uv=0.03,
        false_mark=0.01,
        early_session=1.0,
        habit_sd=0.5,
        gross_error=0.01,
    ),
)
