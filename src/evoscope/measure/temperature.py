"""Temperature: the one number that makes stated probabilities as sure as they are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.crossed import crossed_halves
from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled_numbers, pooled_rows

_STEPS = 200


def softmax(logits: ArrayLike, temperature: float = 1.0) -> NDArray[np.float64]:
    """Turn logits ``(..., classes)`` into probabilities that add up to 1 over the last axis.

    Example:
        >>> softmax([0.0, 0.0]).tolist()
        [0.5, 0.5]
    """
    z = np.asarray(logits, dtype=np.float64) / temperature
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = e / e.sum(axis=-1, keepdims=True)
    return shares


def sigmoid(logits: ArrayLike, temperature: float = 1.0) -> NDArray[np.float64]:
    """Turn logits of any shape into probabilities of "yes", exact far into both tails.

    Example:
        >>> sigmoid([0.0, 2.0], temperature=2.0).round(3).tolist()
        [0.5, 0.731]
    """
    z = np.asarray(logits, dtype=np.float64) / temperature
    return np.exp(-np.logaddexp(0.0, -z))


def fit_temperature(logits: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Fit the temperature that gives the lowest log loss to ``softmax(logits / temperature)``.

    Above 1 the model was too sure of itself. It never changes which class is first. Undefined
    when every case is classified right (the colder the better, without end), or when the logits
    speak against the truth on average (the hotter the better).

    Args:
        logits: ``(n, classes)``.
        true: ``(n,)`` class numbers.
        mask: ``(n,)``, true where the class is known.

    Source: Guo et al. 2017.

    Example:
        >>> sure, mostly_right = [[5.0, 0.0]] * 4, [0, 0, 0, 1]
        >>> round(fit_temperature(sure, mostly_right).value, 3)
        4.551
    """
    z, t = pooled_rows(mask, logits, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return _fitted(z, t)


def fit_binary_temperature(
    logits: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Fit the temperature of yes/no logits of any shape: one for all that the mask shows.

    Example:
        >>> round(fit_binary_temperature([4.0, 4.0, 4.0, 4.0], [1, 1, 1, 0]).value, 3)
        3.641
    """
    z, t = pooled_numbers(mask, logits, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    # "No" is a class with logit 0.
    return _fitted(np.column_stack([np.zeros_like(z), z]), (t != 0.0).astype(np.intp))


def _fitted(logits: NDArray[np.float64], true: NDArray[np.intp]) -> Measured:
    # The log loss is convex in the inverse temperature; its slope is how much lower the logit of
    # the truth is than the one expected. The truth is put at 0.
    z = logits - logits[np.arange(true.size), true][:, None]
    if not z.max() > 0.0:
        return undefined(true.size, "every case is right: the log loss falls with the temperature")
    if z.mean() >= 0.0:
        return undefined(true.size, "the logits are no better than chance")

    def slopes(inverse: float) -> tuple[float, float]:
        share = softmax(z, 1.0 / inverse)
        mean = np.sum(share * z, axis=1)
        return float(mean.mean()), float(np.mean(np.sum(share * z * z, axis=1) - mean**2))

    low, high = 0.0, 1.0
    while slopes(high)[0] < 0.0:
        low, high = high, 2.0 * high
    inverse = 0.5 * (low + high)
    for _ in range(_STEPS):
        slope, curvature = slopes(inverse)
        low, high = (inverse, high) if slope < 0.0 else (low, inverse)
        newton = inverse - slope / curvature if curvature > 0.0 else low
        # Newton's step where it stays between the ends, halving where it does not.
        following = newton if low < newton < high else 0.5 * (low + high)
        if abs(following - inverse) <= 1e-12 * inverse:
            break
        inverse = following
    return Measured(1.0 / inverse, true.size)


@dataclass(frozen=True)
class CrossedTemperature:
    """Probabilities of every case, by a temperature that never saw its group.

    Attributes:
        probability: of the logits' shape; of masked cases too.
        temperatures: fitted on the first half and on the second. Where one is undefined, the
            other half was left as it was.
        first: ``(n,)``, true for the cases of the first half.
    """

    probability: NDArray[np.float64]
    temperatures: tuple[Measured, Measured]
    first: NDArray[np.bool_]


def crossed_temperature(
    logits: ArrayLike,
    true: ArrayLike,
    groups: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    outputs: Literal["classes", "labels"],
    seed: int,
) -> CrossedTemperature:
    """Fit the temperature on half of the groups and apply it to the other half, both ways.

    What is scored on the result (log loss, calibration error) is what a fitted temperature is
    worth on new groups. The temperature to ship is the one fitted on all.

    Args:
        logits: ``(n, classes)``, or for labels ``(n, ...)``.
        true: ``(n,)`` class numbers, or yes/no of the logits' shape.
        groups: ``(n,)`` patient of each case.
        mask: of the shape of ``true``.
        outputs: ``"classes"``: one of several, by softmax; ``"labels"``: each yes/no, by sigmoid.
        seed: of the halving.

    Raises:
        ValueError: fewer than two groups, or shapes that do not fit.

    Example:
        >>> logits, true = [[5.0, 0.0]] * 8, [0, 0, 0, 1] * 2
        >>> got = crossed_temperature(logits, true, [0] * 4 + [1] * 4, outputs="classes", seed=0)
        >>> got.probability[0].round(2).tolist()
        [0.75, 0.25]
    """
    if outputs not in ("classes", "labels"):
        raise ValueError(f"outputs should be 'classes' or 'labels'. Found {outputs!r}.")
    fit, apply = (
        (fit_temperature, softmax) if outputs == "classes" else (fit_binary_temperature, sigmoid)
    )
    z, t = np.asarray(logits), np.asarray(true)
    first = crossed_halves(groups, seed=seed)
    if z.shape[:1] != first.shape or t.shape[:1] != first.shape:
        raise ValueError(
            f"logits and true should have one row per entry of groups, {first.size}. Found shapes "
            f"{z.shape} and {t.shape}."
        )
    keep = np.ones(t.shape, dtype=bool) if mask is None else np.asarray(mask)
    probability = np.empty(z.shape)
    fitted = []
    for half in (first, ~first):
        found = fit(z[half], t[half], keep[half])
        fitted.append(found)
        probability[~half] = apply(z[~half], 1.0 if found.value is None else found.value)
    return CrossedTemperature(probability, (fitted[0], fitted[1]), first)
