"""The scale of a head: exact where it starts, steep as asked, never beyond its bounds."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evoscope.multitask.heads import OrderedLogits, Scale, Start


def at(centre: float | list[float], spread: float | list[float]) -> Start:
    return Start(torch.tensor(centre), torch.tensor(spread))


@settings(max_examples=50, deadline=None)
@given(
    unit=st.sampled_from([1e-7, 1.0, 1e4]),
    share=st.floats(0.02, 0.98),
    spread=st.floats(0.01, 0.3),
    bounded=st.booleans(),
)
def test_it_starts_at_the_centre_with_the_slope_asked_for(
    unit: float, share: float, spread: float, bounded: bool
) -> None:
    low, high = -3 * unit, 7 * unit
    scale = Scale(1, low=low, high=high) if bounded else Scale(1)
    centre, slope = low + share * (high - low), spread * (high - low)
    scale.start_at(at(centre, slope))
    raw = torch.zeros(1, 1, requires_grad=True)
    value = scale(raw)
    value.sum().backward()
    assert value.item() == pytest.approx(centre, abs=1e-4 * slope)
    assert raw.grad is not None
    assert raw.grad.item() == pytest.approx(slope, rel=1e-3)


def test_a_bounded_answer_stays_within_its_bounds_and_rises_with_raw() -> None:
    scale = Scale(2, low=[0.0, -10.0], high=[1.0, 120.0])
    scale.start_at(at([0.1, 30.0], [0.2, 20.0]))
    values = scale(torch.linspace(-1e3, 1e3, 4001).unsqueeze(1).expand(-1, 2))
    assert bool((values >= scale.low).all())
    assert bool((values <= scale.high).all())
    assert bool((values.diff(dim=0) >= 0).all())


def test_a_tanh_range_would_be_the_same_function() -> None:
    scale = Scale(1, low=-2.0, high=6.0)
    scale.start_at(at(1.0, 1.5))
    raw = torch.linspace(-5, 5, 101).unsqueeze(1)
    middle, half = 2.0, 4.0
    place = torch.tensor((1.0 - middle) / half)
    tanh = middle + half * torch.tanh(torch.atanh(place) + 1.5 / (half * (1 - place**2)) * raw)
    torch.testing.assert_close(scale(raw), tanh)


def test_log_variance_starts_at_the_spread_and_never_stops_learning() -> None:
    scale = Scale(1)
    scale.start_at(at(0.0, 2e-7))
    raw = torch.tensor([[0.0], [30.0]], requires_grad=True)
    log_variance = scale.log_variance(raw)
    log_variance.sum().backward()
    assert log_variance[0].item() == pytest.approx(torch.tensor(2e-7).log().item() * 2)
    assert log_variance[1].item() < log_variance[0].item() + 10
    assert raw.grad is not None
    assert bool((raw.grad > 0).all())


@pytest.mark.parametrize(
    ("centre", "spread", "fault"),
    [
        (2.0, 0.1, "between"),
        (0.0, 0.1, "between"),
        (float("nan"), 0.1, "finite"),
        (0.5, 0.0, "positive"),
        ([0.5, 0.5, 0.5], 0.1, r"shape \(2,\)"),
    ],
)
def test_a_start_that_cannot_be_is_refused(
    centre: float | list[float], spread: float, fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        Scale(2, low=0.0, high=1.0).start_at(at(centre, spread))


def test_bounds_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="together"):
        Scale(1, low=0.0)
    with pytest.raises(ValueError, match="below"):
        Scale(2, low=[0.0, 1.0], high=1.0)


def test_ordered_logits_start_at_the_shares_and_cannot_be_trained_out_of_order() -> None:
    torch.manual_seed(0)
    layer = OrderedLogits(4, 3)
    layer.start_at(at([2.0, 0.5, -1.0], 1.0))
    torch.testing.assert_close(
        layer(torch.zeros(1, 4)), torch.tensor([[2.0, 0.5, -1.0]]), atol=1e-5, rtol=0
    )
    # Labels that say the impossible: above 2 always, above 0 never.
    optimiser = torch.optim.SGD(layer.parameters(), lr=1.0)
    for _ in range(50):
        optimiser.zero_grad()
        logits = layer(torch.randn(8, 4))
        torch.nn.functional.binary_cross_entropy_with_logits(
            logits, torch.tensor([0.0, 0.0, 1.0]).expand(8, 3)
        ).backward()
        optimiser.step()
    probabilities = layer(torch.randn(8, 4)).sigmoid()
    assert bool((probabilities.diff(dim=1) <= 0).all())


def test_logits_of_single_classes_are_refused_where_cumulative_ones_belong() -> None:
    with pytest.raises(ValueError, match="fall with k"):
        OrderedLogits(4, 3).start_at(at([-1.0, 0.0, 1.0], 1.0))
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        OrderedLogits(4, 3).start_at(at([1.0, 0.0, -1.0, -2.0], 1.0))
