"""The best that anyone could do on the simulator: bounds, and an observer that knows it all.

Everything here is about simulated recordings, and every figure is an estimate: what is assumed
stands with each function.
"""

from evoscope.abr.benchmark.limits.cramer_rao import (
    autocovariance_of_halves,
    information,
    latency_bound_ms,
    marginal_sd,
    pooled_bound,
    van_trees_sd,
)
from evoscope.abr.benchmark.limits.wave_bounds import (
    Derivatives,
    WaveBounds,
    derivatives,
    wave_v_bounds,
)

__all__ = [
    "Derivatives",
    "WaveBounds",
    "autocovariance_of_halves",
    "derivatives",
    "information",
    "latency_bound_ms",
    "marginal_sd",
    "pooled_bound",
    "van_trees_sd",
    "wave_v_bounds",
]
