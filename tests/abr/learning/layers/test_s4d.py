"""S4D is a state space: what it computes at once is what a recurrence computes sample by sample."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from evoscope.abr.learning.layers import S4D, S4DBlock


def recurrence(layer: S4D, signals: torch.Tensor) -> NDArray[np.float64]:
    """Step the discretised state space through the signals, in complex numbers."""
    step = layer.log_step.detach().exp().numpy()[:, None]
    a = -layer.log_decay.detach().exp().numpy() + 1j * layer.frequency.detach().numpy()
    a_bar, b_bar = np.exp(step * a), (np.exp(step * a) - 1.0) / a
    outputs = layer.output.detach().numpy()
    x = signals.numpy()
    y = layer.skip.detach().numpy()[:, None] * x
    for direction, output in enumerate(outputs[..., 0] + 1j * outputs[..., 1]):
        state = np.zeros((x.shape[0], *a.shape), complex)
        for k in range(x.shape[-1]):
            if direction == 0:
                state = a_bar * state + b_bar * x[:, :, k, None]
                y[:, :, k] += 2.0 * (state * output).sum(-1).real
            else:
                at = x.shape[-1] - 1 - k
                y[:, :, at] += 2.0 * (state * output).sum(-1).real
                state = a_bar * state + b_bar * x[:, :, at, None]
    return np.asarray(y)


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("length", [13, 50, 200])
def test_it_is_the_recurrence(length: int, bidirectional: bool) -> None:
    layer = S4D(3, length=length, states=4, bidirectional=bidirectional).double()
    x = torch.randn(2, 3, length, dtype=torch.float64)
    np.testing.assert_allclose(layer(x).detach(), recurrence(layer, x), atol=1e-9)


def test_reading_forwards_never_sees_the_future() -> None:
    layer = S4D(2, length=40, bidirectional=False)
    x = torch.randn(1, 2, 40)
    later = x.clone()
    later[..., 20:] += 1.0
    change = (layer(later) - layer(x)).abs().amax(dim=(0, 1))
    assert change[:20].max() < 1e-5
    assert change[20:].min() > 1e-5


def test_reading_both_ways_sees_past_and_future() -> None:
    layer = S4D(2, length=40)
    x = torch.zeros(1, 2, 40)
    touched = x.clone()
    touched[..., 20] = 1.0
    change = (layer(touched) - layer(x)).abs().amax(dim=(0, 1))
    assert change[10] > 1e-5
    assert change[30] > 1e-5


def test_every_part_of_the_state_space_learns() -> None:
    layer = S4D(3, length=30)
    layer(torch.randn(2, 3, 30)).square().sum().backward()
    for name, parameter in layer.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


@torch.no_grad()
def test_the_kernel_is_computed_once_while_reading() -> None:
    layer = S4D(3, length=30).eval()
    assert layer.kernel(30) is layer.kernel(30)
    assert layer.kernel(30).shape != layer.kernel(20).shape


def test_a_changed_layer_never_answers_with_its_old_kernel() -> None:
    layer, other = S4D(3, length=30).eval(), S4D(3, length=30)
    x = torch.randn(2, 3, 30)
    with torch.no_grad():
        before = layer(x)
        layer.load_state_dict(other.state_dict())
        loaded = layer(x)
    torch.testing.assert_close(loaded, other(x))
    assert not torch.allclose(before, loaded)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(x).square().sum().backward()
    optimizer.step()
    with torch.no_grad():
        assert not torch.allclose(layer(x), loaded)


def test_gradients_pass_through_a_frozen_network_twice() -> None:
    layer = S4D(3, length=30).eval()
    x = torch.randn(2, 3, 30, requires_grad=True)
    for _ in range(2):
        layer(x).sum().backward()
    assert x.grad is not None


@pytest.mark.parametrize("length", [50, 200])
def test_half_precision_around_it_leaves_it_precise(length: int) -> None:
    layer, x = S4D(3, length=length), torch.randn(2, 3, length)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = layer(x)
        assert layer(x.bfloat16()).dtype == torch.float32
    torch.testing.assert_close(inside, layer(x))


def test_the_block_mixes_channels_that_the_state_space_keeps_apart() -> None:
    x = torch.randn(1, 8, 30)
    touched = x.clone()
    touched[:, 0] += torch.randn(30)
    apart, block = S4D(8, length=30), S4DBlock(8, length=30)
    assert (apart(touched) - apart(x))[:, 1:].abs().max() == 0.0
    assert (block(touched) - block(x))[:, -1].abs().max() > 1e-4
