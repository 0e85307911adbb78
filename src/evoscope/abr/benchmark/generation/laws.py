"""Laws of the response: do level, rate and age move what is drawn as they move what is real?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.generation.sample import Sample
from evoscope.abr.cohort import CLASSES
from evoscope.measure import Measured, resampled_rows, undefined

RESAMPLES = 100
PERMUTATIONS = 20
LEAST = 50
Floats = NDArray[np.float64]
_TERMS = ("level", "rate", "age")
# What is judged: of which measure of wave V, by which term.
_LAWS = {
    "latency_slope_over_truth": ("latency_ms", "level"),
    "amplitude_growth_over_truth": ("amplitude_uv", "level"),
    "rate_effect_over_truth": ("latency_ms", "rate"),
    "age_effect_over_truth": ("latency_ms", "age"),
}


def laws(real: Sample, drawn: Sample, *, seed: int) -> Iterator[tuple[str, Measured, float | None]]:
    """Yield each law: its name, the drawn effect over the real one, and the same when permuted.

    One linear regression of wave V on level, log rate and log age over clicks of normal ears: the
    real and the drawn recordings stand under the same conditions, so that what is not linear bends
    both alike. The control draws the conditions of the drawn recordings by lot: about 0.
    """
    normal = real.of("loss_class") == CLASSES.index("normal")
    rows = np.flatnonzero(normal & (real.of("frequency_hz") == 0.0) & drawn.drawn)
    terms, has = _conditions(real.at(rows))
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(rows)) for _ in range(PERMUTATIONS)]
    for name, (measure, term) in _LAWS.items():
        y, made = (getattr(sample, measure)[rows] for sample in (real, drawn))
        enough = min(np.isfinite(y).sum(), np.isfinite(made).sum()) >= LEAST
        if term not in has or not enough:
            yield name, undefined(len(rows), "too few, or the condition does not vary"), None
            continue
        at = has.index(term) + 1
        ratio = _effect(terms, made)[at] / _effect(terms, y)[at]
        spread = []
        for some in resampled_rows(real.patient[rows], n=RESAMPLES, seed=seed):
            truth = _effect(terms[some], y[some])[at]
            spread.append(_effect(terms[some], made[some])[at] / truth)
        low, high = np.quantile(spread, (0.05, 0.95))
        shuffled = np.mean([_effect(terms[order], made)[at] for order in orders])
        control = shuffled / _effect(terms, y)[at]
        yield name, Measured(ratio, len(rows), low=low, high=high), float(control)


def _conditions(real: Sample) -> tuple[Floats, list[str]]:
    """Return the regression's columns, ``(n, 1 + terms)``, and which terms vary."""
    values = {
        "level": real.of("level_db") / 10.0,
        "rate": np.log(np.maximum(real.of("rate_hz"), 1.0)),
        "age": np.log(real.of("age_years") + 0.25),
    }
    has = [
        name
        for name in _TERMS
        if len(real) and np.isfinite(values[name]).all() and np.ptp(values[name]) > 1e-6
    ]
    ones = np.ones(len(real))
    return np.stack([ones, *(values[name] for name in has)], axis=1), has


def _effect(terms: Floats, y: Floats) -> Floats:
    known = np.isfinite(y)
    return np.asarray(np.linalg.lstsq(terms[known], y[known], rcond=None)[0])
