"""The noise level is the clock: from a recording's own noise to the time the network is told."""

from __future__ import annotations

from typing import Any

from evoscope.abr.diffusion.arrays import A, Array, N, per_sample
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.diffusion.rates import signal_rate
from evoscope.abr.diffusion.schedules import Schedule


def time_of(sigma: N, *, schedule: Schedule) -> N:
    """Return t*, the time at which the diffusion is as noisy as a recording is.

    Args:
        sigma: residual noise over signal scale, a float or ``(n,)``.
        schedule: the clock the network was trained with.

    Raises:
        ValueError: noise that the clock never reaches, NaN included.

    Example:
        >>> from evoscope.abr.diffusion.schedules import CosineSchedule
        >>> round(float(time_of(1.0, schedule=CosineSchedule())), 2)
        0.5
    """
    low, high = float(schedule.sigma(0.0)), float(schedule.sigma(1.0))
    ratio: Any = sigma
    inside = (ratio >= low) & (ratio <= high)
    if not bool(inside if isinstance(sigma, (int, float)) else inside.all()):
        raise complaint(
            "sigma",
            f"between {low:g} and {high:g}, the range of the clock",
            f"{sigma}",
            "Is the noise in the units of the signal scale?",
        )
    return schedule.t(sigma)


def enter(observed: A, *, sigma: float | Array) -> A:
    """Scale waveforms as observed, ``x0 + sigma eps``, to the constant variance a network sees.

    Args:
        observed: ``(n, ...)`` in white coordinates, over the signal scale.
        sigma: noise-to-signal ratio, a float or ``(n,)``.
    """
    ratio: Any = per_sample(sigma, x=observed)
    x: A = signal_rate(ratio) * observed
    return x


def leave(x: A, *, sigma: float | Array) -> A:
    """Undo ``enter``: the waveform as it would be observed, its noise of SD ``sigma`` in it.

    Example:
        >>> import numpy as np
        >>> waveform = np.array([[0.3, -1.2]])
        >>> leave(enter(waveform, sigma=2.0), sigma=2.0).round(12)
        array([[ 0.3, -1.2]])
    """
    ratio: Any = per_sample(sigma, x=x)
    observed: A = (1.0 / signal_rate(ratio)) * x
    return observed
