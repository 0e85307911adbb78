"""Adults in a hearing clinic: the published norms as they are, clicks and tones, long recordings.

Ears and noise: docs/simulator.md (Elberling 2010 amplitudes and their SD, quiet adults 1.2 uV
per sweep in 100-3000 Hz, 1,500-2,500 sweeps at 21/s). The mix of classes is assumed: a clinic of
complaints, not a population.
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

_YEAR = 52.18

ADULT = Profile(
    name="adult",
    about="adults with complaints: clicks and tones at 21/s, 24.6 ms after onset",
    patients=500,
    species="human",
    level_reference="nHL",
    transducer="insert",
    sampling_rate_hz=15_000.0,
    n_samples=384,
    onset_sample=14.6,
    fmp_window_ms=(3.0, 15.0),
    class_shares={"normal": 0.42, "neuropathy": 0.03, "snhl": 0.40, "total": 0.03, "chl": 0.12},
    recordings={"normal": 22.0, "neuropathy": 20.0, "snhl": 26.0, "total": 14.0, "chl": 24.0},
    ages=(
        AgeGroup(low_weeks=18 * _YEAR, high_weeks=40 * _YEAR, share=0.35),
        AgeGroup(low_weeks=40 * _YEAR, high_weeks=60 * _YEAR, share=0.35),
        AgeGroup(low_weeks=60 * _YEAR, high_weeks=80 * _YEAR, share=0.30),
    ),
    age_missing=0.0,
    anchors_hz=(500.0, 1000.0, 2000.0, 4000.0),
    ear=EarSettings(),
    noise=NoiseSettings(
        eeg_uv=1.6,
        eeg_log_sd=(0.4, 0.2),
        drift_ratio=0.5,
        drift_log_sd=(0.4, 0.3),
        locked_uv=0.01,
        locked_log_sd=0.6,
        mains_uv=0.5,
        mains_hz=50.0,
        noisy_share=0.35,
        sweeps_hundreds=(15, 25),
        stop_fmp=20.0,
        artefact_uv=0.3,
        band_hz=(30.0, 3000.0),
    ),
    protocol=ProtocolSettings(
        levels={float(db): 1.0 for db in range(10, 101, 10)} | {0.0: 0.3},
        below_db={"normal": 8.0, "neuropathy": 5.0, "snhl": 8.0, "total": 5.0, "chl": 8.0},
        deaf_threshold_db=85.0,
        rates={21.1: 0.8, 11.1: 0.2},
        click="click",
        tone_ears=0.5,
        tone_share=0.5,
        tones_hz={500.0: 0.25, 1000.0: 0.25, 2000.0: 0.25, 4000.0: 0.25},
        one_ear=0.1,
    ),
    reader=ReaderSettings(
        v_snr=2.0,
        early_snr=3.0,
        slope=3.5,
        floor_uv=0.01,
        false_mark=0.01,
        early_session=0.95,
        habit_sd=0.5,
        gross_error=0.01,
    ),
)
