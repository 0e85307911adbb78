"""What everybody is asked: simulated ears with truth, and real ones with people's thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from evoscope.abr.benchmark.protocol.patients import patients_of
from evoscope.abr.benchmark.real_sets import Labelled, human_clicks, mouse_arf, mouse_trials
from evoscope.abr.cohort import CENSORED
from evoscope.abr.norms.person import WEEKS_PER_YEAR
from evoscope.abr.recording import (
    Ear,
    Epochs,
    Recording,
    Series,
    Sex,
    Source,
    Stimulus,
    Subject,
)
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.components import respond
from evoscope.abr.simulation.make import simulate
from evoscope.abr.simulation.measure import measure_waves
from evoscope.abr.simulation.patients import patient_ears
from evoscope.abr.simulation.profiles import Profile, get_profile
from evoscope.abr.simulation.trials import simulate_trials

MOUSE_TRIALS = "mouse, single trials"
PROFILE, RATE_HZ = "clinic", 33.1
_V = 4


@dataclass(frozen=True, eq=False)
class Case:
    """A series and what is known of it.

    Attributes:
        group: ear, animal or patient: what intervals resample.
        series: the recordings.
        truth_db: the lowest tested level with a response, or a person's threshold; ``None`` where
            no level has one, so that no threshold should be named.
        wave_v_ms: true latency per recording, ``None`` where there is no wave V or it is unknown.
        fmp: what the device stated per recording; empty where it stated nothing.
    """

    group: str
    series: Series
    truth_db: float | None
    wave_v_ms: tuple[float | None, ...]
    fmp: tuple[float | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Dataset:
    """Cases of one kind.

    Attributes:
        name: in the table.
        cases: at least one.
        simulated: or real.
    """

    name: str
    cases: tuple[Case, ...]
    simulated: bool


def clinic_averages(folder: Path, *, patients: int, seed: int) -> Dataset:
    """Averages with two halves of a simulated clinic, and the Fmp that its devices state.

    Ears whose class has no threshold are left out, unless they answer at no level.
    """
    cohort = simulate(
        folder / "peers.parquet",
        profile=PROFILE,
        patients=patients,
        seed=seed,
    )
    names = ("patient_id", "loss_type", "lowest_response_level_db", "wave_V_latency_ms", "fmp")
    columns = cohort.to_pandas(names)
    cases = []
    for patient in patients_of(cohort, frozenset(columns["patient_id"])):
        for one in patient.series:
            rows = columns.iloc[one.rows]
            lowest = rows["lowest_response_level_db"].iloc[0]
            answers = bool(np.isfinite(lowest))
            if answers and rows["loss_type"].iloc[0] in CENSORED:
                continue
            cases.append(
                Case(
                    group=patient.id,
                    series=one.series,
                    truth_db=float(lowest) if answers else None,
                    wave_v_ms=tuple(_known(rows["wave_V_latency_ms"])),
                    fmp=tuple(_known(rows["fmp"])),
                )
            )
    return Dataset("clinic", tuple(cases), True)


def clinic_trials(*, ears: int, trials: int, levels_db: tuple[float, ...], seed: int) -> Dataset:
    """Single trials of clicks at ears of an enriched clinic: as many patients of each class."""
    profile = get_profile(PROFILE)
    patients = max(ears, 250)
    cases: list[Case] = []
    # Classes are dealt at random: the first patients hold some of each.
    for index in range(ears):
        ear = patient_ears(profile, patients=patients, seed=seed, index=index, enrich=True)[0]
        cases.append(_case_of(ear, profile, index, trials, levels_db, seed))
    return Dataset("clinic, single trials", tuple(cases), True)


def real_sets(folder: Path) -> list[Dataset]:
    """The real recordings with thresholds named by people."""
    return [
        Dataset(name, tuple(_labelled(one) for one in cases), False)
        for name, cases in (
            ("human clicks, halves", human_clicks(folder)),
            (MOUSE_TRIALS, mouse_trials(folder)),
            ("mice, averages", mouse_arf(folder)),
        )
    ]


def _labelled(one: Labelled) -> Case:
    return Case(one.animal, one.series, one.threshold_db, (None,) * len(one.series))


def _case_of(
    ear: ClinicEar,
    profile: Profile,
    index: int,
    trials: int,
    levels_db: tuple[float, ...],
    seed: int,
) -> Case:
    levels = np.array(levels_db, dtype=np.float64)
    waves = measure_waves(
        respond(ear, level_db=levels, stimulus="click", frequency_hz=None, rate_hz=RATE_HZ)
    )
    made = []
    for place, level_db in enumerate(levels_db):
        epochs = simulate_trials(
            ear,
            profile,
            level_db=level_db,
            n_trials=trials,
            seed=seed + 1000 * index + place,
            rate_hz=RATE_HZ,
        )
        made.append(_recording(ear, profile, index, epochs, level_db, place))
    threshold_db = ear.threshold_db("click", None)
    heard = levels[levels > threshold_db]
    return Case(
        group=f"ear {index}",
        series=Series(tuple(made)),
        truth_db=float(heard.min()) if heard.size else None,
        wave_v_ms=tuple(float(ms) if np.isfinite(ms) else None for ms in waves.latency_ms[:, _V]),
    )


def _recording(
    ear: ClinicEar, profile: Profile, index: int, epochs: Epochs, level_db: float, place: int
) -> Recording:
    values = epochs.load()
    # Pairs of both polarities go to the halves in turn.
    first = np.arange(len(values)) // 2 % 2 == 0
    halves = np.stack([values[first].mean(axis=0), values[~first].mean(axis=0)])
    return Recording(
        waveform=halves.mean(axis=0),
        halves=halves,
        sampling_rate_hz=profile.sampling_rate_hz,
        onset_sample=profile.onset_sample,
        stimulus=Stimulus(
            kind="click",
            level_db=level_db,
            level_reference=profile.level_reference,
            rate_hz=RATE_HZ,
            polarity="alternating",
            transducer=profile.transducer,
        ),
        subject=Subject(
            id=f"ear {index}",
            ear=cast(Ear, ear.side),
            species=profile.species,
            age_years=float(int(ear.age_weeks / WEEKS_PER_YEAR)),
            age_weeks=ear.age_weeks,
            sex=cast(Sex, ear.sex),
        ),
        source=Source(path=f"ear-{index}.simulated", format="simulated", record=place),
        sweeps=epochs.n_trials,
        band_hz=profile.noise.band_hz,
        epochs=epochs,
    )


def _known(values: ArrayLike) -> list[float | None]:
    return [float(v) if np.isfinite(v) else None for v in np.asarray(values, dtype=np.float64)]
