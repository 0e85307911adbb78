"""The best that anyone could do on the simulator: bounds, and an observer that knows it all.

Everything here is about simulated recordings, and every figure is an estimate: what is assumed
stands with each function.
"""

from evoscope.abr.benchmark.limits.clinic_bounds import SeriesBounds, bounds_of
from evoscope.abr.benchmark.limits.cramer_rao import (
    autocovariance_of_halves,
    information,
    latency_bound_ms,
    marginal_sd,
    pooled_bound,
    van_trees_sd,
)
from evoscope.abr.benchmark.limits.decide import decide_classes, decide_present
from evoscope.abr.benchmark.limits.ideal_observer import Observed, observe
from evoscope.abr.benchmark.limits.known_series import KnownSeries, known_series
from evoscope.abr.benchmark.limits.level_conditional import (
    LevelConditional,
    StationaryWiener,
    mse_over_noise,
)
from evoscope.abr.benchmark.limits.noise_model import NoiseLevels, NoiseModel, noise_levels
from evoscope.abr.benchmark.limits.wave_bounds import (
    Derivatives,
    WaveBounds,
    derivatives,
    wave_v_bounds,
)
from evoscope.extras import extras_named

with extras_named():
    from evoscope.abr.benchmark.limits.of_cohort import Ideal, ideal_of, why_no_limits

__all__ = [
    "Derivatives",
    "Ideal",
    "KnownSeries",
    "LevelConditional",
    "NoiseLevels",
    "NoiseModel",
    "Observed",
    "SeriesBounds",
    "StationaryWiener",
    "WaveBounds",
    "autocovariance_of_halves",
    "bounds_of",
    "decide_classes",
    "decide_present",
    "derivatives",
    "ideal_of",
    "information",
    "known_series",
    "latency_bound_ms",
    "marginal_sd",
    "mse_over_noise",
    "noise_levels",
    "observe",
    "pooled_bound",
    "van_trees_sd",
    "wave_v_bounds",
    "why_no_limits",
]
