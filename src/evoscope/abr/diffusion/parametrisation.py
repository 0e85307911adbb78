"""The one owner of what a network predicts: v, eps or x0, and the way between them."""

from __future__ import annotations

from typing import Any, Literal

from evoscope.abr.diffusion.arrays import A, Array, per_sample
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.diffusion.rates import noise_rate, signal_rate

Prediction = Literal["v", "eps", "x0"]


def noised(*, x0: A, eps: A, sigma: float | Array) -> A:
    """Mix a clean waveform with unit noise: ``x = signal_rate x0 + noise_rate eps``.

    Args:
        x0: ``(n, ...)`` clean, of unit variance.
        eps: ``(n, ...)`` noise of unit variance.
        sigma: noise-to-signal ratio, a float or ``(n,)``.

    Example:
        >>> import numpy as np
        >>> noised(x0=np.ones((1, 2)), eps=np.zeros((1, 2)), sigma=0.75)
        array([[0.8, 0.8]])
    """
    ratio: Any = per_sample(sigma, x=x0)
    x: A = signal_rate(ratio) * x0 + noise_rate(ratio) * eps
    return x


def velocity(*, x0: A, eps: A, sigma: float | Array) -> A:
    """Return the training target ``v = signal_rate eps - noise_rate x0``.

    Its variance is the same at every noise level, so that no level rules the loss (Salimans & Ho
    2022). Arguments as those of ``noised``.
    """
    ratio: Any = per_sample(sigma, x=x0)
    v: A = signal_rate(ratio) * eps - noise_rate(ratio) * x0
    return v


def convert(
    prediction: A,
    *,
    x: A,
    sigma: float | Array,
    given: Prediction,
    wanted: Prediction,
) -> A:
    """Turn one prediction about ``x`` into another.

    With ``x = s x0 + n eps`` and ``v = s eps - n x0``, where ``s^2 + n^2 = 1``, any two of x0, eps
    and v are linear in each other and x. Nothing is clamped: data of unit variance exceeds 1.

    Args:
        prediction: ``(n, ...)`` what is known.
        x: ``(n, ...)`` the variance-preserving noisy waveform it is about.
        sigma: noise-to-signal ratio of ``x``, a float or ``(n,)``.
        given: what ``prediction`` is.
        wanted: what to return.

    Raises:
        ValueError: an unknown word; or x0 is given where sigma is 0: clean data tells no noise.

    Example:
        >>> import numpy as np
        >>> x0, eps = np.array([[1.0, -2.0]]), np.array([[0.5, 0.1]])
        >>> x = noised(x0=x0, eps=eps, sigma=2.0)
        >>> v = velocity(x0=x0, eps=eps, sigma=2.0)
        >>> convert(v, x=x, sigma=2.0, given="v", wanted="x0").round(6)
        array([[ 1., -2.]])
    """
    for name, word in (("given", given), ("wanted", wanted)):
        if word not in ("v", "eps", "x0"):
            raise complaint(name, "one of 'v', 'eps', 'x0'", repr(word))
    if tuple(prediction.shape) != tuple(x.shape):
        raise complaint("prediction", f"of the shape of x, {tuple(x.shape)}", prediction.shape)
    if given == wanted:
        return prediction
    ratio: Any = per_sample(sigma, x=x)
    if given == "x0" and not bool((ratio > 0) if isinstance(ratio, float) else (ratio > 0).all()):
        raise complaint("sigma", f"above 0 to tell {wanted} from x0", "0")
    s, n = signal_rate(ratio), noise_rate(ratio)
    known, noisy = _weights(given, wanted, s=s, n=n, ratio=ratio)
    converted: A = known * prediction + noisy * x
    return converted


def _weights(
    given: Prediction, wanted: Prediction, *, s: Any, n: Any, ratio: Any
) -> tuple[Any, Any]:
    # Each pair is written out: by way of x0, eps would be divided by a sigma that may be 0.
    if given == "v":
        return (-n, s) if wanted == "x0" else (s, n)
    if given == "eps":
        return (-ratio, 1.0 / s) if wanted == "x0" else (1.0 / s, -ratio)
    return (-1.0 / n, s / n) if wanted == "v" else (-1.0 / ratio, 1.0 / n)
