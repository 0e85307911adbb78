"""Resolution, position, modulation, context: each does what its name says."""

from __future__ import annotations

import pytest
import torch

from evoscope.abr.learning.layers import (
    AbsolutePosition,
    ConvBlock,
    Downsample,
    FiLM,
    GlobalContext,
    Upsample,
    group_norm,
)


@pytest.mark.parametrize("length", [25, 50, 384])
def test_down_and_up_meet_again(length: int) -> None:
    x = torch.randn(2, 4, length)
    down = Downsample(4, 8)(x)
    assert down.shape == (2, 8, (length + 1) // 2)
    assert Upsample(8, 4, length=length)(down).shape == x.shape


def test_a_sample_stays_in_its_place_through_down_and_up() -> None:
    torch.manual_seed(0)
    down, up = Downsample(1, 1), Upsample(1, 1, length=48)
    x = torch.zeros(1, 1, 48)
    touched = x.clone()
    touched[..., 24] = 1.0
    change = (up(down(touched)) - up(down(x))).abs()[0, 0]
    assert change.nonzero().min() >= 24 - 4
    assert change.nonzero().max() <= 24 + 4


def test_a_convolution_sees_its_neighbourhood_and_the_norm() -> None:
    block = ConvBlock(8, kernel_size=5)
    assert block(torch.randn(2, 8, 25)).shape == (2, 8, 25)
    assert group_norm(64).num_groups == 8


@pytest.mark.parametrize("length", [13, 200, 384])
def test_no_two_samples_share_a_position(length: int) -> None:
    placed = AbsolutePosition(length=length, channels=8)(torch.zeros(1, 8, length))[0].T
    distance = torch.cdist(placed, placed) + torch.eye(length)
    assert distance.min() > 1e-2


def test_film_starts_near_the_identity_and_follows_the_condition() -> None:
    film, x = FiLM(8, condition_width=16), torch.randn(2, 8, 25)
    first, second = film(x, torch.randn(2, 16)), film(x, torch.randn(2, 16))
    assert (first - x).abs().mean() < 0.3 * x.abs().mean()
    assert not torch.allclose(first, second)


def test_context_reaches_every_sample() -> None:
    context, x = GlobalContext(8), torch.randn(1, 8, 13)
    touched = x.clone()
    touched[..., 0] += 5.0
    assert (context(touched) - context(x)).abs().amax(dim=1).min() > 1e-4
