"""The best that is possible on patients of a simulated cohort, as columns beside its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

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
from evoscope.abr.simulation.profiles import PROFILES, get_profile

CLEAR_FMP = 3.1
"""Latency and amplitude are bounded where there is a response by the usual criterion."""
FEW_ESS = 20.0
IDEAL_CLASSES = tuple(f"ideal_class_{name}" for name in LOSS_CLASSES)
_WAVEFORMS = ("waveform", "half_a", "half_b")
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
            (probabilities), the class probabilities of the series, and ``bound_latency_ms`` and
            ``bound_amplitude_uv``, NaN where not bounded.
        series: by ``series_id``: ``ideal_lowest_db`` and ``ideal_threshold_db``.
        ears: by ``patient_id`` and ``ear``: class probabilities, from all series of the ear.
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

    @classmethod
    def of(cls, cohort: Cohort) -> Request | None:
        """Read it from the cohort's provenance; ``None`` where it does not say."""
        stated = cohort.metadata.provenance
        profile, patients, seed = (stated.get(name) for name in ("profile", "patients", "seed"))
        if profile not in PROFILES or not isinstance(patients, int) or not isinstance(seed, int):
            return None
        return cls(str(profile), patients, seed, stated.get("enrich") is True)

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
                request.profile,
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
    processes: int = 1,
    start: Start = lambda _task, _total: lambda: None,
) -> Ideal:
    """Let the ideal observer read all series of some patients, and bound wave V in them.

    Args:
        cohort: simulated here; see ``why_no_limits``.
        patients: whom to read.
        processes: how many work; nothing depends on it.
        start: told which task begins, and how long it is; returns what advances it.

    Raises:
        ValueError: a cohort whose limits cannot be known, and why.
    """
    reason = why_no_limits(cohort, patients)
    request = Request.of(cohort)
    if reason or request is None:
        raise ValueError(reason)
    profile = get_profile(request.profile)
    series = series_of_patients(cohort, patients)
    shown = plan_clinic(
        profile, patients=request.patients, seed=request.seed, enrich=request.enrich
    ).loss
    shares = np.bincount(shown, minlength=len(LOSS_CLASSES)) / shown.size
    observed = observe(
        series,
        profile,
        class_shares={str(n): float(s) for n, s in zip(LOSS_CLASSES, shares, strict=True)},
        processes=processes,
        advance=start("Reading as well as anyone could", len(series)),
    )
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
    return _columns(series, observed, known)


def series_of_patients(cohort: Cohort, patients: Collection[str]) -> list[KnownSeries]:
    """Read the alternating series of some patients, in file order, a batch at a time."""
    keep = frozenset(patients)
    frames: list[pd.DataFrame] = []
    waves: dict[str, list[NDArray[np.float32]]] = {name: [] for name in _WAVEFORMS}
    for batch in cohort.batches((*_SCALARS, *_WAVEFORMS), rows=1024):
        frame = batch.select(_SCALARS).to_pandas()
        chosen = (frame["patient_id"].isin(keep) & (frame["polarity"] == "alternating")).to_numpy()
        if chosen.any():
            frames.append(frame[chosen])
            for name in _WAVEFORMS:
                waves[name].append(waveform_matrix(batch.column(name))[chosen])
    if not frames:
        return []
    table = pd.concat(frames, ignore_index=True)
    columns = {name: table[name].to_numpy() for name in _SCALARS}
    return known_series(columns | {name: np.concatenate(parts) for name, parts in waves.items()})


def _columns(
    series: Sequence[KnownSeries], observed: Observed, bounds: dict[str, SeriesBounds]
) -> Ideal:
    recordings = []
    for one, belief in zip(series, observed.series, strict=True):
        rows = pd.DataFrame(
            {
                "series_id": one.series_id,
                "record": one.record,
                "ideal_response": belief.response,
                "ideal_wave_V": belief.wave_v,
                "bound_latency_ms": np.nan,
                "bound_amplitude_uv": np.nan,
            }
        )
        rows[list(IDEAL_CLASSES)] = belief.classes
        if one.series_id in bounds:
            together = bounds[one.series_id].together
            clear = one.fmp >= CLEAR_FMP
            rows["bound_latency_ms"] = np.where(clear, together.latency_ms, np.nan)
            rows["bound_amplitude_uv"] = np.where(clear, together.amplitude_uv, np.nan)
        recordings.append(rows)
    ess = np.array([belief.ess for belief in observed.series])
    ears = pd.DataFrame(
        [(*name.rsplit("-", 1), *classes.tolist()) for name, classes in observed.ears.items()],
        columns=["patient_id", "ear", *IDEAL_CLASSES],
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
