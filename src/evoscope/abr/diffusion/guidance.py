"""Classifier-free guidance: pull a sample towards its conditions, by as much as each asks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.diffusion.arrays import A, Array, like, namespace, per_sample
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.diffusion.walk import Denoise


def guided(
    *,
    conditional: Denoise[A],
    unconditional: Denoise[A],
    scale: float | Array,
) -> Denoise[A]:
    """Combine what a model says with and without its conditions (Ho & Salimans 2022).

    ``x0 = unconditional + scale (conditional - unconditional)``. The same line holds for v and
    eps, which are linear in x0 for a given x.

    Args:
        conditional: the model, told the conditions.
        unconditional: the model, told its learned null instead.
        scale: a float or ``(n,)``: 0 ignores the conditions, 1 is the model as trained, more
            exaggerates them. With 0 or 1 for all, only one of the two models is run.

    Raises:
        ValueError: a scale that is negative or not finite.
    """
    scales: Any = scale
    single = isinstance(scale, (int, float))
    least, most = (scales, scales) if single else (float(scales.min()), float(scales.max()))
    if not 0.0 <= least <= most < float("inf"):
        raise complaint("scale", "finite and not negative", f"{least:g} to {most:g}")

    def denoise(x: A, *, t: A) -> A:
        if least == most == 1.0:
            return conditional(x, t=t)
        if least == most == 0.0:
            return unconditional(x, t=t)
        weight: Any = per_sample(scale, x=x)
        with_conditions, without = conditional(x, t=t), unconditional(x, t=t)
        # In this form a sample whose scale is 1 or 0 is one of the two, to the bit.
        mixed: A = weight * with_conditions + (1.0 - weight) * without
        return mixed

    return denoise


def drop_mask(n: int, *, probability: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw which samples of a batch lose their conditions in training: ``(n,)``, True is dropped.

    Each sample for itself: a batch always holds both kinds.

    Raises:
        ValueError: a probability outside 0..1.

    Example:
        >>> import numpy as np
        >>> float(drop_mask(10_000, probability=0.1, rng=np.random.default_rng(0)).mean().round(2))
        0.1
    """
    if not 0.0 <= probability <= 1.0:
        raise complaint("probability", "between 0 and 1", probability)
    return np.asarray(rng.random(n) < probability)


def with_null(conditions: A, *, null: A, drop: Array | NDArray[np.bool_]) -> A:
    """Put the learned null where a condition is dropped or unknown.

    A choice, not a product: what is dropped may be NaN.

    Args:
        conditions: ``(n, width)``.
        null: ``(width,)`` learned.
        drop: ``(n,)`` whole samples, or ``(n, width)`` single conditions; True is replaced.

    Raises:
        ValueError: shapes that do not fit.

    Example:
        >>> import numpy as np
        >>> known = np.array([[1.0, 2.0], [np.nan, 4.0]])
        >>> with_null(known, null=np.array([-1.0, -2.0]), drop=np.isnan(known))
        array([[ 1.,  2.],
               [-1.,  4.]])
    """
    n, width = (int(size) for size in conditions.shape)
    if tuple(null.shape) != (width,):
        raise complaint("null", f"of shape ({width},)", tuple(null.shape))
    if tuple(drop.shape) not in ((n,), (n, width)):
        raise complaint("drop", f"of shape ({n},) or ({n}, {width})", tuple(drop.shape))
    mask: Any = drop
    if isinstance(drop, np.ndarray):
        moved: Any = like(drop.astype(np.float64), conditions)
        mask = moved > 0
    rows = mask if drop.ndim == 2 else mask.reshape((n, 1))
    chosen: A = namespace(conditions).where(rows, null, conditions)
    return chosen
