"""Fit a calibration on patients that the network has not learned from."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis.learned import strata
from evoscope.abr.analysis.learned.calibration import (
    Calibration,
    Coverage,
    PerWave,
    Strata,
    quantile_of,
)
from evoscope.abr.analysis.learned.distributions import Flags, Numbers
from evoscope.abr.analysis.learned.domain import fit_domain
from evoscope.abr.analysis.learned.readings import Waves, doubt_ms, read_threshold, read_waves
from evoscope.abr.analysis.learned.thresholds import (
    CRITERION,
    named_level,
    status_of,
    widening_to_hold,
)
from evoscope.abr.encoding import EncodedCohort, column
from evoscope.abr.findings import WAVES
from evoscope.measure import (
    ClassScaling,
    Measured,
    conformal_quantile,
    coverage_test,
    crossed_halves,
    fit_binary_temperature,
    fit_class_scaling,
    sigmoid,
)
from evoscope.measure.conformal import fewest
from evoscope.runtime.engine import Array

# A stratum of fewer patients has no quantile of its own.
FEWEST_PATIENTS = 30
# Waves called present where there is none, of those that are not there: at most.
MOST_FALSE_WAVES = 0.05
# Silent ears that show a sign of a response in one of their recordings: at most.
MOST_FALSE_SIGNS = 0.05
_NEVER = 1.0


class Silence(NamedTuple):
    """Outputs of a network on recordings without a response, in their order, and the recordings."""

    outputs: Mapping[str, Array]
    cohort: EncodedCohort


class _Scores(NamedTuple):
    """Conformal scores of one quantity, NaN where the truth is not known or nothing is stated."""

    task: str
    values: Numbers
    strata: Sequence[str]
    patients: NDArray[np.str_]


def fit_calibration(
    outputs: Mapping[str, Array],
    cohort: EncodedCohort,
    *,
    silence: Silence | None = None,
    covers_ms: tuple[float, float] | None = None,
    level: float = 0.90,
    seed: int = 0,
) -> Calibration:
    """Fit temperatures, decisions, conformal quantiles and the domain, and report coverage.

    Latency: the score is the distance from the median of the network's own distribution, in units
    of the distance from there to its 5 % or 95 % quantile, whichever side the truth is on. So a
    doubtful wave gets a wide interval, and a skewed distribution a skewed one; adding a constant to
    quantiles (plain conformalized quantile regression) would widen the sharpest intervals most, and
    these span two orders of magnitude. Thresholds do not: there the constant is added.
    Amplitude: distance in predicted standard deviations.

    All scores are of what will be stated: of waves that are there and are called so, of thresholds
    whose status is "estimated", in intervals that have two ends and reach to the level that is
    named. Quantiles are over patients, who bring several recordings each.

    Args:
        outputs: of the network on every recording of the cohort, in its order.
        cohort: encoded, of patients that the network has not learned from, with their truth, or
            with marks in its place.
        silence: recordings without a response: they tell how likely silence may be where a
            threshold is named. By default, less likely than not.
        covers_ms: from when to when after onset a recording has to reach; by default what all of
            the cohort hold. Training that cut recordings short states what it left of them.
        level: promised share.
        seed: of the halving of patients for the report of coverage.

    Raises:
        ValueError: too few patients for any interval at this level, or outputs of another cohort.

    Source: conformal prediction by groups, Lee et al. 2023; scaled quantile scores, Kivaranovic
    et al. 2020; conformalized quantile regression, Romano et al. 2019.
    """
    rows = cohort.n_recordings
    wrong = {name: len(found) for name, found in outputs.items() if len(found) != rows}
    if wrong:
        raise ValueError(
            f"outputs should have one row per recording of the cohort, {rows}. Found {wrong}."
        )
    patients = np.unique(cohort.patient_id).size
    if patients < fewest_patients(level):
        raise ValueError(
            f"a calibration at level {level:g} should stand on {fewest_patients(level)} patients "
            f"or more. Found {patients}."
        )
    existence = [
        _value(fit_binary_temperature(outputs["existence.logits"][:, w], there == 1, there >= 0))
        for w, there in enumerate(cohort.present.T)
    ]
    above = [
        best_cut(sigmoid(outputs["existence.logits"][:, w], t), there == 1, there >= 0)
        for w, (there, t) in enumerate(zip(cohort.present.T, existence, strict=True))
    ]
    waves = read_waves(outputs, cohort.covered, temperature=existence, above=above)
    logits = outputs["response.logits"][:, 0]
    response = _value(fit_binary_temperature(logits, cohort.response == 1, cohort.response >= 0))
    classes = fit_classes(outputs, cohort)
    silent_from = CRITERION if silence is None else _silent_from(silence)
    thresholds = _threshold_scores(cohort, outputs["threshold.logits"], silent_from)
    scores = [*_wave_scores(cohort, waves), thresholds]
    quantiles = {one.task: _quantiles(one, level) for one in scores}
    return Calibration(
        level=level,
        patients=patients,
        existence_temperature=_five(existence),
        existence_above=_five(above),
        response_temperature=response,
        response_sign=_sign(sigmoid(logits, response), cohort),
        silent_from=silent_from,
        class_temperature=classes.temperature,
        class_bias=_five(classes.bias),
        latency={w: quantiles[f"latency.{w}"] for w in WAVES},
        amplitude={w: quantiles[f"amplitude.{w}"] for w in WAVES},
        threshold_db=quantiles["threshold"],
        domain=fit_domain(
            cohort.waveforms,
            cohort.covered,
            cohort.conditions,
            outputs["signal.mean"],
            covers_ms=covers_ms,
            doubts_ms=[
                doubt_ms(waves.of(slice(a, b))) for a, b in itertools.pairwise(cohort.first)
            ],
        ),
        coverage=tuple(row for one in scores for row in _coverage(one, level, seed)),
    )


def fit_classes(outputs: Mapping[str, Array], cohort: EncodedCohort) -> ClassScaling:
    """Fit probabilities of loss types; they hold where all types are equally frequent.

    A clinic has a hundred normal ears for one with neuropathy: by its own mix, hardly anything
    would ever make a neuropathy likely.

    Args:
        outputs: of the network on every recording of the cohort, in its order.
        cohort: of patients that the network has not learned from.
    """
    loss = cohort.loss_class
    logits = outputs["loss_class.logits"][cohort.first[:-1]]
    return fit_class_scaling(logits, np.maximum(loss, 0), loss >= 0, balanced=True)


def fewest_patients(level: float = 0.90) -> int:
    """How many patients a calibration needs: enough for intervals in either half of them.

    Example:
        >>> fewest_patients()
        18
    """
    return 2 * fewest(level)


def best_cut(probability: Numbers, true: Flags, mask: Flags) -> float:
    """Probability from which on "present" has the highest F1, few enough of the absent called so.

    Halfway between the two probabilities it divides; beyond all where none is present.

    Example:
        >>> best_cut(np.array([0.1, 0.3, 0.5, 0.9]), np.array([0, 0, 1, 1]) == 1, np.ones(4, bool))
        0.4
    """
    p, t = probability[mask], true[mask]
    if not t.any():
        return _NEVER
    order = np.argsort(-p, kind="stable")
    p, t = p[order], t[order]
    hits, called = np.cumsum(t), np.arange(1, t.size + 1)
    f1 = 2.0 * hits / (called + t.sum())
    false = (called - hits) / max(int((~t).sum()), 1)
    # A cut between equal probabilities divides nothing.
    possible = (false <= MOST_FALSE_WAVES) & np.append(p[1:] < p[:-1], True)
    if not possible.any():
        return _NEVER
    at = int(np.argmax(np.where(possible, f1, -1.0)))
    below = float(p[at + 1]) if at + 1 < p.size else 0.0
    return 0.5 * (float(p[at]) + below)


def latency_scores(waves: Waves, true_ms: Numbers) -> Numbers:
    """Distance of truth and median, in half-widths on the side of the truth."""
    away = true_ms - waves.latency_ms
    return np.asarray(np.abs(away) / np.where(away < 0.0, waves.below_ms, waves.above_ms))


def _wave_scores(cohort: EncodedCohort, waves: Waves) -> list[_Scores]:
    stated = waves.present & (cohort.present == 1)
    latency = np.where(stated, latency_scores(waves, cohort.latency_ms.astype(np.float64)), np.nan)
    error = np.abs(waves.amplitude_uv - cohort.amplitude_uv) / waves.amplitude_sd_uv
    amplitude = np.where(stated, error, np.nan)
    kinds = strata.of_recordings(cohort.conditions)
    patients = np.repeat(cohort.patient_id, cohort.sizes)
    return [
        _Scores(f"{name}.{wave}", values[:, w], kinds, patients)
        for name, values in (("latency", latency), ("amplitude", amplitude))
        for w, wave in enumerate(WAVES)
    ]


def _silent_from(silence: Silence) -> float:
    """Probability of no response below which few of the silent ears lie."""
    logits, cohort = silence.outputs["threshold.logits"], silence.cohort
    levels = cohort.conditions[:, column("level_db")]
    loudest = np.maximum.reduceat(levels, cohort.first[:-1])
    silent = [
        1.0 - read_threshold(logits[first]).below(level)
        for first, level in zip(cohort.first[:-1], loudest, strict=True)
    ]
    return min(CRITERION, float(np.quantile(silent, MOST_FALSE_SIGNS, method="lower")))


def _threshold_scores(cohort: EncodedCohort, logits: Array, silent_from: float) -> _Scores:
    values, kinds = np.full(len(cohort), np.nan), []
    for s in range(len(cohort)):
        first, stop = cohort.first[s], cohort.first[s + 1]
        levels = np.unique(cohort.conditions[first:stop, column("level_db")]).tolist()
        told = bool(strata.measured(cohort.conditions[first:stop]).all())
        kinds.append(strata.of_series(levels, noise_measured=told))
        reading, true_db = read_threshold(logits[first]), float(cohort.threshold_db[s])
        stated = status_of(reading, levels, silent_from=silent_from) == "estimated"
        if stated and np.isfinite(reading.high_db) and np.isfinite(true_db):
            values[s] = widening_to_hold(reading, named_level(reading, levels), true_db)
    return _Scores("threshold", values, kinds, cohort.patient_id)


def _quantiles(scores: _Scores, level: float, rows: Flags | None = None) -> Strata:
    """One quantile of all, and one of every stratum with patients enough; none with too few."""
    known = np.isfinite(scores.values)
    if rows is not None:
        known &= rows
    kinds = np.asarray(scores.strata)
    parts = {"": (known, fewest(level))} | {
        str(kind): (known & (kinds == kind), FEWEST_PATIENTS) for kind in np.unique(kinds)
    }
    found: Strata = {}
    for name, (part, needed) in parts.items():
        if np.unique(scores.patients[part]).size >= needed:
            found[name] = conformal_quantile(
                scores.values[part], level=level, groups=scores.patients[part]
            )
    return found


def _coverage(scores: _Scores, level: float, seed: int) -> list[Coverage]:
    """Fit on half of the patients, count on the other half, both ways."""
    known = np.isfinite(scores.values)
    first = crossed_halves(scores.patients, seed=seed)
    held = np.zeros(known.size, dtype=bool)
    tested = known.copy()
    for half in (first, ~first):
        quantiles = _quantiles(scores, level, half)
        limit = np.array([quantile_of(quantiles, kind) for kind in scores.strata])
        held = np.where(half, held, scores.values <= limit)
        tested &= half | ~np.isnan(limit)
    kinds = np.asarray(scores.strata)
    found = []
    for name in ("all", *np.unique(kinds).tolist()):
        part = tested if name == "all" else tested & (kinds == name)
        test = coverage_test(
            held,
            part,
            level=level,
            calibrated_on=max(np.unique(scores.patients[part]).size // 2, fewest(level)),
            groups=scores.patients,
        )
        share: Measured = test.coverage
        found.append(
            Coverage(
                task=scores.task,
                slice=str(name),
                value=share.value,
                low=share.low,
                high=share.high,
                n=share.n,
                verdict=test.verdict,
            )
        )
    return found


def _sign(probability: Numbers, cohort: EncodedCohort) -> float:
    """Highest probability of a response in a silent ear, exceeded by few of them."""
    starts = cohort.first[:-1]
    known = np.minimum.reduceat(cohort.response, starts) >= 0
    silent = known & (np.maximum.reduceat(cohort.response, starts) == 0)
    if silent.sum() < fewest(1.0 - MOST_FALSE_SIGNS):
        return _NEVER
    highest = np.maximum.reduceat(probability, starts)[silent]
    return float(np.quantile(highest, 1.0 - MOST_FALSE_SIGNS, method="higher"))


def _value(temperature: Measured) -> float:
    """A temperature that cannot be told leaves the logits as they are."""
    return 1.0 if temperature.value is None else temperature.value


def _five(values: Sequence[float]) -> PerWave:
    i, ii, iii, iv, v = values
    return i, ii, iii, iv, v
