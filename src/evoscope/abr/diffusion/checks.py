"""What may go wrong in a diffusion, said where it happens: not a number, out of range, no clock."""

from __future__ import annotations

from typing import Any

RMS_LIMIT = 30.0
"""Variance-preserving data has an rms near 1; a start beyond this was scaled for another clock."""
ESTIMATE_LIMIT = 1e3
"""No waveform of unit variance reaches a thousand standard deviations: the model has diverged."""


def complaint(name: str, should: str, found: object, hint: str = "") -> ValueError:
    """Build the error every check raises: what should hold, what was found, what to do."""
    return ValueError(f"{name} should be {should}. Found {found}. {hint}".rstrip())


def check_start(x: Any) -> None:
    """Refuse a start that is not finite or not scaled to preserve variance.

    Args:
        x: ``(n, ...)`` numpy array or torch tensor.

    Raises:
        ValueError: NaN or infinity, or an rms above 30.
    """
    power = float((x * x).mean())
    if not power < float("inf"):  # NaN is not less either
        raise complaint("start", "finite everywhere", "NaN or infinity", "Check the recordings.")
    if power > RMS_LIMIT**2:
        raise complaint(
            "start",
            f"variance preserving, with an rms of at most {RMS_LIMIT:g}",
            f"{power**0.5:.3g}",
            "Scale recordings with enter(); check their units.",
        )


def check_estimate(x0: Any, *, shape: tuple[int, ...], index: int) -> None:
    """Refuse what a denoiser answers when it is not finite, far out of range or misshapen.

    Args:
        x0: what the denoiser returned.
        shape: what it was given.
        index: of the step, for the message.
    """
    if tuple(x0.shape) != tuple(shape):
        raise complaint(
            "estimate of x0", f"of the shape of x, {tuple(shape)}", f"{tuple(x0.shape)}"
        )
    largest = float(abs(x0).max())
    if not largest < float("inf"):
        raise complaint("estimate of x0", "finite everywhere", f"NaN or infinity at step {index}")
    if largest > ESTIMATE_LIMIT:
        raise complaint(
            "estimate of x0",
            f"within {ESTIMATE_LIMIT:g} standard deviations",
            f"{largest:.3g} at step {index}",
            "Does the denoiser return x0, rather than v or eps?",
        )
