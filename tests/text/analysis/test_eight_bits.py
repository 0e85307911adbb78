"""Matrices in eight bits are what they were, to half a step."""

from __future__ import annotations

import numpy as np

from evoscope.text.analysis.eight_bits import from_eight_bits, in_eight_bits


def test_no_number_moves_by_more_than_half_a_step() -> None:
    matrix = np.random.default_rng(0).normal(size=(5, 40)).astype(np.float32)
    matrix[2] *= 100.0  # a row of its own size does not coarsen the others
    steps, scale = in_eight_bits(matrix)
    assert steps.dtype == np.int8
    assert (np.abs(from_eight_bits(steps, scale) - matrix) <= 0.5001 * scale).all()
    assert scale[0, 0] < 0.05 < scale[2, 0]


def test_what_was_rounded_once_is_rounded_to_itself() -> None:
    """A pack written from rounded weights holds exactly those that gave its figures."""
    matrix = np.random.default_rng(1).normal(size=(8, 16)).astype(np.float32)
    once = from_eight_bits(*in_eight_bits(matrix))
    np.testing.assert_allclose(from_eight_bits(*in_eight_bits(once)), once, rtol=1e-6)
