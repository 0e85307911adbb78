"""From the 28 labels of GoEmotions to the 11 emotions: one table of weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.text.taxonomy.labels import EMOTIONS, EMOTIONS_FINE

EMOTION_WEIGHTS: dict[str, dict[str, float]] = {
    "admiration": {"love": 0.8, "joy": 0.2},
    "amusement": {"joy": 1.0},
    "anger": {"anger": 1.0},
    "annoyance": {"anger": 0.7, "disgust": 0.3},
    "approval": {"joy": 0.5, "love": 0.5},
    "caring": {"love": 1.0},
    "confusion": {"confusion": 1.0},
    "curiosity": {"excitement": 0.6, "surprise": 0.4},
    "desire": {"excitement": 0.7, "love": 0.3},
    "disappointment": {"sadness": 0.8, "anger": 0.2},
    "disapproval": {"anger": 0.5, "disgust": 0.5},
    "disgust": {"disgust": 1.0},
    "embarrassment": {"sadness": 0.5, "fear": 0.5},
    "excitement": {"excitement": 1.0},
    "fear": {"fear": 1.0},
    "gratitude": {"love": 0.8, "joy": 0.2},
    "grief": {"sadness": 1.0},
    "joy": {"joy": 1.0},
    "love": {"love": 1.0},
    "nervousness": {"fear": 0.8, "confusion": 0.2},
    "optimism": {"joy": 0.6, "excitement": 0.4},
    "pride": {"joy": 0.7, "love": 0.3},
    "realization": {"surprise": 0.6, "confusion": 0.4},
    "relief": {"calm": 0.6, "joy": 0.4},
    "remorse": {"sadness": 0.7, "fear": 0.3},
    "sadness": {"sadness": 1.0},
    "surprise": {"surprise": 1.0},
    "neutral": {"neutral": 1.0},
}
"""How much of each emotion is in each fine label; every row adds up to 1."""

PRESENT_FROM = 0.5
"""An emotion is there when a fine label that is at least half made of it is there: so every
labelled text has an emotion, and a share of .3 does not turn annoyance into disgust."""


def _table() -> NDArray[np.float64]:
    table = np.zeros((len(EMOTIONS_FINE), len(EMOTIONS)))
    for i, fine in enumerate(EMOTIONS_FINE):
        for emotion, weight in EMOTION_WEIGHTS[fine].items():
            table[i, EMOTIONS.index(emotion)] = weight
    return table


_WEIGHTS = _table()
_MEMBERS = _WEIGHTS >= PRESENT_FROM


def _rows(fine: ArrayLike) -> NDArray[np.float64]:
    rows: NDArray[Any] = np.asarray(fine, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != len(EMOTIONS_FINE):
        raise ValueError(
            f"fine should have the shape (n, {len(EMOTIONS_FINE)}), one column a GoEmotions label. "
            f"Found {rows.shape}. Order the columns as in EMOTIONS_FINE."
        )
    return rows


def has_emotions(fine: ArrayLike) -> NDArray[np.bool_]:
    """Say which emotions are there, ``(n, 11)``, given which fine labels are, ``(n, 28)``.

    Raises:
        ValueError: not 28 columns.

    Example:
        >>> row = [[label == "relief" for label in EMOTIONS_FINE]]
        >>> [e for e, there in zip(EMOTIONS, has_emotions(row)[0]) if there]
        ['calm']
    """
    there: NDArray[np.bool_] = (_rows(fine) > 0.0) @ _MEMBERS.astype(np.float64) > 0.0
    return there


def soft_emotions(fine: ArrayLike) -> NDArray[np.float64]:
    """Give each emotion the largest weight that a fine label present lends it, ``(n, 11)``.

    A target for training that keeps the shares that ``has_emotions`` rounds away.

    Raises:
        ValueError: not 28 columns.

    Example:
        >>> row = [[label == "relief" for label in EMOTIONS_FINE]]
        >>> {e: float(w) for e, w in zip(EMOTIONS, soft_emotions(row)[0]) if w}
        {'joy': 0.4, 'calm': 0.6}
    """
    soft: NDArray[np.float64] = (_rows(fine)[:, :, None] * _WEIGHTS).max(axis=1)
    return soft


def emotion_probabilities(fine: ArrayLike) -> NDArray[np.float64]:
    """Probability of each emotion, ``(n, 11)``, from those of the fine labels, ``(n, 28)``.

    1 minus the product of (1 - p) over the fine labels that make the emotion present, as if they
    were independent: a comparison for a head that answers the 11 directly.

    Raises:
        ValueError: not 28 columns.

    Example:
        >>> row = [[0.5 * (label in ("grief", "sadness")) for label in EMOTIONS_FINE]]
        >>> float(emotion_probabilities(row)[0][EMOTIONS.index("sadness")])
        0.75
    """
    absent = np.where(_MEMBERS, 1.0 - _rows(fine)[:, :, None], 1.0)
    return np.asarray(1.0 - absent.prod(axis=1))
