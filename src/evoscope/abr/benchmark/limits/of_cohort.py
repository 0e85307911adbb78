"""The best that is possible on patients of a simulated cohort, as columns beside its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.clinic_bounds import SeriesBounds, bounds_of
from evoscope.abr.benchmark.limits.ideal_observer import Observed, observe
from evoscope.abr.benchmark.limits.known_series import KnownSeries, known_series
from evoscope.abr.cohort import Cohort
from evoscope.abr.cohort.validation import waveform_matrix
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.abr.simulation.patients import patient_ears, simulate_patients
from evoscope.abr.simulation.plan import plan_clinic
from evoscope.abr.simulation.profiles import PROFILES, Profile, get_profile
from evoscope.abr.simulation.shift import Shift, shifted

CLEAR_FMP = 3.1
"""Latency and amplitude are bounded where there is a response by the usual criterion."""
FEW_ESS = 20.0
IDEAL_CLASSES = tuple(f"ideal_class_{name}" for name in LOSS_CLASSES)
_WAVEFORMS = ("waveform", "half_a", "half_b", "clean_waveform")
_SCALARS = (
    "patient_id", "ear", "series_id", "record", "age_years", "sex", "stimulus", "frequency_hz",
    "level_db", "rate_hz", "polarity", "residual_noise_nv", "fmp", "loss_type",
    "true_threshold_db", "lowest_response_level_db", "response_present", "wave_V_present",
)  # fmt: skip
Start = Callable[[str, int], Callable[[], None]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Ideal:
    """What an observer that knows the simulator answers, and bounds on reading wave V.

    Attributes:
        recordings: by ``series_id`` and ``record``: ``ideal_response`` and ``ideal_wave_V``
            (probabilities), ``ideal_error`` of the expected response, summed over samples,
            uV^2, class probabilities given this recording alone, NaN where it was not
            asked, and ``bound_latency_ms`` and ``bound_amplitude_uv``, NaN where not bounded.
        series: by ``series_id``: ``ideal_lowest_db`` and ``ideal_threshold_db``.
        ears: by ``patient_id``, ``ear`` and ``view`` (``alternating``, ``pair``): class
            probabilities, from all series of the ear.
        median_ess: effective number of ears behind the answer for a series.
        few_share: share of the series with fewer than 20.
    """

    recordings: pd.DataFrame
    series: pd.DataFrame
    ears: pd.DataFrame
    median_ess: float
    few_share: float


@dataclass(frozen=True)
class Request:
    """What a cohort was simulated from."""

    profile: str
    patients: int
    seed: int
    enrich: bool
    shift: Shift

    @classmethod
    def of(cls, cohort: Cohort) -> Request | None:
        """Read it from the cohort's provenance; ``None`` where it does not say."""
        stated = cohort.metadata.provenance
        profile, patients, seed = (stated.get(name) for name in ("profile", "patients", "seed"))
        if profile not in PROFILES or not isinstance(patients, int) or not isinstance(seed, int):
            return None
        moved = stated.get("shift")
        shift = Shift(**moved) if isinstance(moved, dict) else Shift()
        return cls(str(profile), patients, seed, stated.get("enrich") is True, shift)

    @property
    def clinic(self) -> Profile:
        """The clinic that was simulated."""
        return shifted(get_profile(self.profile), self.shift)

    def index_of(self, patient: str) -> int:
        """Number of a patient; -1 for one that this clinic does not have."""
        start = f"{self.profile}-{self.seed}-"
        number = patient.removeprefix(start)
        known = patient.startswith(start) and number.isdecimal() and int(number) < self.patients
        return int(number) if known else -1


def why_no_limits(cohort: Cohort, patients: Collection[str]) -> str:
    """Say why limits of these patients cannot be known; empty where they can.

    One patient is simulated again: the ears that an observer would draw must be those that were
    played to, and a cohort of another version of the simulator has others.
    """
    request = Request.of(cohort)
    if request is None:
        return "No limits: the cohort does not say which simulated clinic it is."
    indices = {name: request.index_of(name) for name in patients}
    if min(indices.values()) < 0:
        return "No limits: patients are not those of the simulated clinic that the cohort names."
    name = min(patients)
    found = series_of_patients(cohort, {name})
    again = known_series(
        next(
            simulate_patients(
                request.clinic,
                patients=request.patients,
                seed=request.seed,
                enrich=request.enrich,
                first=indices[name],
                count=1,
            )
        )
    )
    same = len(found) == len(again) and all(
        np.array_equal(a.waveform, b.waveform) for a, b in zip(found, again, strict=True)
    )
    return "" if same else "No limits: another version of the simulator made this cohort."


def ideal_of(
    cohort: Cohort,
    patients: Collection[str],
    *,
    alone: Collection[tuple[str, int]] = (),
    processes: int = 1,
    start: Start = lambda _task, _total: lambda: None,
) -> Ideal:
    """Let the ideal observer read all series of some patients, and bound wave V in them.

    Args:
        cohort: simulated here; see ``why_no_limits``.
        patients: whom to read.
        alone: series and record of the recordings to be classified without their series.
        processes: how many work; nothing depends on it.
        start: told which task begins, and how long it is; returns what advances it.

    Raises:
        ValueError: a cohort whose limits cannot be known, and why.
    """
    reason = why_no_limits(cohort, patients)
    request = Request.of(cohort)
    if reason or request is None:
        raise ValueError(reason)
    profile = request.clinic
    series = series_of_patients(cohort, patients)
    shown = plan_clinic(
        profile, patients=request.patients, seed=request.seed, enrich=request.enrich
    ).loss
    shares = np.bincount(shown, minlength=len(LOSS_CLASSES)) / shown.size
    read = partial(
        observe,
        profile=profile,
        class_shares={str(n): float(s) for n, s in zip(LOSS_CLASSES, shares, strict=True)},
        processes=processes,
    )
    task = "Reading as well as anyone could"
    observed = read(series, advance=start(task, len(series)))
    singles = list(_alone(series, frozenset(alone)))
    of_one: dict[tuple[str, int], NDArray[np.float64]] = {}
    if singles:
        found = read(
            [one for _, one in singles], advance=start("Reading recordings alone", len(singles))
        )
        of_one = {
            key: belief.classes for (key, _), belief in zip(singles, found.series, strict=True)
        }
    ears = {
        f"{name}-{ear.side}": ear
        for name in patients
        for ear in patient_ears(
            profile,
            patients=request.patients,
            seed=request.seed,
            index=request.index_of(name),
            enrich=request.enrich,
        )
    }
    clear = [one for one in series if (one.fmp >= CLEAR_FMP).any()]
    bounds = bounds_of(
        clear,
        ears,
        profile,
        processes=processes,
        advance=start("Bounding latencies", len(clear)),
    )
    known = {one.series_id: bound for one, bound in zip(clear, bounds, strict=True)}
    return _columns(series, observed, of_one, known)


def series_of_patients(cohort: Cohort, patients: Collection[str]) -> list[KnownSeries]:
    """Read the series of some patients, in file order, a batch at a time."""
    keep = frozenset(patients)
    frames: list[pd.DataFrame] = []
    waves: dict[str, list[NDArray[np.float32]]] = {name: [] for name in _WAVEFORMS}
    for batch in cohort.batches((*_SCALARS, *_WAVEFORMS), rows=1024):
        frame = batch.select(_SCALARS).to_pandas()
        chosen = frame["patient_id"].isin(keep).to_numpy()
        if chosen.any():
            frames.append(frame[chosen])
            for name in _WAVEFORMS:
                waves[name].append(waveform_matrix(batch.column(name))[chosen])
    if not frames:
        return []
    table = pd.concat(frames, ignore_index=True)
    columns = {name: table[name].to_numpy() for name in _SCALARS}
    return known_series(columns | {name: np.concatenate(parts) for name, parts in waves.items()})


def _alone(
    series: Sequence[KnownSeries], wanted: frozenset[tuple[str, int]]
) -> Iterator[tuple[tuple[str, int], KnownSeries]]:
    """Each recording that is asked for as a series, and an ear, of its own."""
    for one in series:
        for place, record in enumerate(one.record.tolist()):
            if (one.series_id, record) not in wanted:
                continue
            only = slice(place, place + 1)
            name = f"{one.series_id}#{record}"
            yield (
                (one.series_id, record),
                replace(
                    one,
                    series_id=name,
                    ear_id=name,
                    record=one.record[only],
                    level_db=one.level_db[only],
                    residual_noise_nv=one.residual_noise_nv[only],
                    fmp=one.fmp[only],
                    waveform=one.waveform[only],
                    half_difference=one.half_difference[only],
                    inverting=None,
                    clean=one.clean[only],
                    response=one.response[only],
                    wave_v=one.wave_v[only],
                ),
            )


def _columns(
    series: Sequence[KnownSeries],
    observed: Observed,
    alone: Mapping[tuple[str, int], NDArray[np.float64]],
    bounds: Mapping[str, SeriesBounds],
) -> Ideal:
    nothing = np.full(len(IDEAL_CLASSES), np.nan)
    recordings = []
    for one, belief in zip(series, observed.series, strict=True):
        rows = pd.DataFrame(
            {
                "series_id": one.series_id,
                "record": one.record,
                "ideal_response": belief.response,
                "ideal_wave_V": belief.wave_v,
                "ideal_error": belief.squared_error,
                "bound_latency_ms": np.nan,
                "bound_amplitude_uv": np.nan,
            }
        )
        rows[list(IDEAL_CLASSES)] = np.stack(
            [alone.get((one.series_id, record), nothing) for record in one.record.tolist()]
        )
        if one.series_id in bounds:
            together = bounds[one.series_id].together
            clear = one.fmp >= CLEAR_FMP
            rows["bound_latency_ms"] = np.where(clear, together.latency_ms, np.nan)
            rows["bound_amplitude_uv"] = np.where(clear, together.amplitude_uv, np.nan)
        recordings.append(rows)
    ess = np.array([belief.ess for belief in observed.series])
    ears = pd.DataFrame(
        [
            (*name.rsplit("-", 1), view, *classes.tolist())
            for view, of_ear in (("alternating", observed.ears), ("pair", observed.paired))
            for name, classes in of_ear.items()
        ],
        columns=["patient_id", "ear", "view", *IDEAL_CLASSES],
    )
    return Ideal(
        recordings=pd.concat(recordings, ignore_index=True),
        series=pd.DataFrame(
            {
                "series_id": [one.series_id for one in series],
                "ideal_lowest_db": [belief.lowest_db for belief in observed.series],
                "ideal_threshold_db": [belief.threshold_db for belief in observed.series],
            }
        ),
        ears=ears,
        median_ess=float(np.median(ess)),
        few_share=float(np.mean(ess < FEW_ESS)),
    )
