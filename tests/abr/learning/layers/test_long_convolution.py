"""Both ways to convolve give what the definition gives: a network must not depend on the way."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evoscope.abr.learning.layers import convolve, convolve_fft, convolve_toeplitz, toeplitz

LENGTHS = (1, 2, 13, 24, 25, 50, 100, 128, 129, 200, 384)


def by_definition(x: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    length = x.shape[-1]
    out = np.zeros(x.shape)
    in_order = np.concatenate([kernel[:, length:], kernel[:, :length]], axis=1)
    for n, channel in np.ndindex(*x.shape[:2]):
        full = np.convolve(x[n, channel], in_order[channel])
        out[n, channel] = full[length - 1 : 2 * length - 1]
    return torch.from_numpy(out)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("way", [convolve, convolve_fft, convolve_toeplitz])
def test_every_way_is_the_definition(way: object, length: int) -> None:
    x = torch.randn(2, 3, length, dtype=torch.float64)
    kernel = torch.randn(3, 2 * length - 1, dtype=torch.float64)
    assert callable(way)
    torch.testing.assert_close(way(x, kernel), by_definition(x, kernel))


@pytest.mark.parametrize("length", [13, 200])
def test_both_ways_teach_a_kernel_the_same(length: int) -> None:
    x = torch.randn(2, 3, length, dtype=torch.float64)
    kernel = torch.randn(3, 2 * length - 1, dtype=torch.float64, requires_grad=True)
    gradients = [
        torch.autograd.grad(way(x, kernel).square().sum(), kernel)[0]
        for way in (convolve_fft, convolve_toeplitz)
    ]
    torch.testing.assert_close(*gradients)


def test_a_lag_means_the_same_everywhere_in_the_matrix() -> None:
    matrix = toeplitz(torch.randn(2, 9))
    for lag in range(-4, 5):
        diagonal = matrix.diagonal(lag, dim1=-2, dim2=-1)
        assert (diagonal == diagonal[:, :1]).all()
