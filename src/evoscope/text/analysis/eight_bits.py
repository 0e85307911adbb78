"""Matrices in eight bits, one scale a row: a quarter of their size, at half a percent of error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SCALE = ".scale"
"""Added to the name of a matrix in eight bits: its scales."""
_LARGEST = 127.0


def in_eight_bits(matrix: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round each row to 255 even steps about zero.

    Args:
        matrix: ``(rows, columns)``.

    Returns:
        the steps, and the size of one for each row ``(rows, 1)``.

    Example:
        >>> steps, scale = in_eight_bits(np.array([[0.5, -1.27], [0.0, 0.0]]))
        >>> steps.tolist(), np.allclose(from_eight_bits(steps, scale)[0], [0.5, -1.27], atol=0.01)
        ([[50, -127], [0, 0]], True)
    """
    values = np.asarray(matrix, dtype=np.float32)
    largest = np.abs(values).max(axis=1, keepdims=True)
    # A row of zeros has no size: any scale gives it back.
    scale = np.where(largest > 0, largest / _LARGEST, 1.0).astype(np.float32)
    return np.round(values / scale).astype(np.int8), scale


def from_eight_bits(steps: NDArray[np.int8], scale: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the matrix back that steps and scales stand for."""
    return np.asarray(steps.astype(np.float32) * scale, dtype=np.float32)
