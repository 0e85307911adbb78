"""The clinic: 2,038 patients, mostly infants, about 51,961 averages, as a real clinic recorded them.

Targets: field guide 3.5 (marginals of a published data set of a Turkish clinic, recomputed). What
is not in it (stimuli, noise per sweep, how readers decide) was fitted to them with
``python -m evoscope.abr.simulation.calibrate``: see the comment at each number.
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

CLINIC = Profile(
    name="clinic",
    about="a paediatric clinic: 2,038 patients, 80 % normal, alternating clicks and some tones",
    patients=2038,
    species="human",
    level_reference="nHL",
    transducer="insert",
    sampling_rate_hz=15_000.0,
    n_samples=200,
    onset_sample=14.6,
    fmp_window_ms=(2.0, 12.2),
    class_shares={
        "normal": 1643 / 2038,
        "neuropathy": 19 / 2038,
        "snhl": 180 / 2038,
        "total": 104 / 2038,
        "chl": 92 / 2038,
    },
    # Share of the recordings x 51,961 / patients of the class.
    recordings={"normal": 25.2, "neuropathy": 21.9, "snhl": 30.6, "total": 16.5, "chl": 31.6},
    ages=(
        # Counts of one split of 7,673 recordings, adults scaled to the mean of the whole set, 2.64.
        AgeGroup(low_weeks=3.0, high_weeks=_YEAR, share=0.470),
        AgeGroup(low_weeks=_YEAR, high_weeks=2 * _YEAR, share=0.167),
        AgeGroup(low_weeks=2 * _YEAR, high_weeks=3 * _YEAR, share=0.116),
        AgeGroup(low_weeks=3 * _YEAR, high_weeks=4 * _YEAR, share=0.085),
        AgeGroup(low_weeks=4 * _YEAR, high_weeks=5 * _YEAR, share=0.040),
        AgeGroup(low_weeks=5 * _YEAR, high_weeks=6 * _YEAR, share=0.045),
        AgeGroup(low_weeks=6 * _YEAR, high_weeks=8 * _YEAR, share=0.030),
        AgeGroup(low_weeks=8 * _YEAR, high_weeks=11 * _YEAR, share=0.017),
        AgeGroup(low_weeks=12 * _YEAR, high_weeks=22 * _YEAR, share=0.014),
        AgeGroup(low_weeks=24 * _YEAR, high_weeks=35 * _YEAR, share=0.008),
        AgeGroup(low_weeks=41 * _YEAR, high_weeks=76 * _YEAR, share=0.008),
    ),
    age_missing=0.03,
    anchors_hz=(500.0, 1000.0, 2000.0, 4000.0),
    ear=EarSettings(
        threshold_shift_db=-4.0,
        threshold_sd_db=6.0,
        amplitude_scale=0.58,
        early_scale=1.1,
        amplitude_cv=0.5,
        neuropathy_response=0.4,
    ),
    noise=NoiseSettings(
        eeg_uv=1.5,
        eeg_log_sd=(0.25, 0.2),
        drift_ratio=1.8,
        drift_log_sd=(0.3, 0.35),
        locked_uv=0.045,
        locked_log_sd=0.7,
        mains_uv=0.5,
        mains_hz=50.0,
        noisy_share=0.4,
        sweeps_hundreds=(10, 20),
        artefact_uv=0.3,
        band_hz=(30.0, 3000.0),
    ),
    protocol=ProtocolSettings(
        levels={
            0.0: 7.2, 5.0: 3.5, 10.0: 8.6, 15.0: 1.7, 20.0: 13.3, 25.0: 0.6, 30.0: 4.0, 35.0: 1.0,
            40.0: 14.2, 45.0: 0.6, 50.0: 3.4, 55.0: 0.5, 60.0: 14.8, 65.0: 0.6, 70.0: 3.3,
            75.0: 0.5, 80.0: 12.8, 85.0: 0.4, 90.0: 3.5, 95.0: 0.2, 100.0: 5.2,
        },
        below_db={"normal": 10.0, "neuropathy": 5.0, "snhl": 8.0, "total": 5.0, "chl": 2.0},
        deaf_threshold_db=80.0,
        rates={33.1: 0.812, 39.1: 0.159, 21.1: 0.014, 49.1: 0.008, 11.1: 0.007},
        click="click",
        tone_ears=0.45,
        tone_share=0.5,
        tones_hz={500.0: 0.45, 1000.0: 0.25, 2000.0: 0.15, 4000.0: 0.15},
        one_ear=0.08,
    ),
    reader=ReaderSettings(
        v_snr=1.2,
        early_snr=4.0,
        slope=2.5,
        floor_uv=0.015,
        false_mark=0.02,
        early_session=0.35,
        habit_sd=0.7,
        gross_error=0.02,
    ),
)  # fmt: skip
