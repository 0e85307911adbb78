"""A grid that misses its ends leaves noise in a waveform, or takes out what should stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evoscope.abr.diffusion import KarrasSchedule, TimeGrid, time_grid, time_of

from .gaussian import CLOCK


@pytest.mark.parametrize("spacing", [None, CLOCK, KarrasSchedule(sigma_min=0.5)])
@pytest.mark.parametrize("steps", [1, 2, 15])
@pytest.mark.parametrize(("start", "end"), [(1.0, 0.0), (0.6, 0.2), (0.1, 0.0), (0.02, 0.001)])
def test_a_grid_ends_exactly_where_it_was_asked_to(
    spacing: Any, steps: int, start: float, end: float
) -> None:
    grid = time_grid(CLOCK, steps=steps, t_start=start, t_end=end, spacing=spacing)
    assert grid.steps == steps
    assert (grid.t[0, 0], grid.t[-1, 0]) == (start, end)
    np.testing.assert_allclose(CLOCK.sigma(grid.t), grid.sigma, rtol=1e-9, atol=1e-12)


def test_samples_of_one_batch_may_differ_in_start_and_end() -> None:
    start, end = np.array([1.0, 0.5, 0.01]), np.array([0.0, 0.3, 0.0])
    together = time_grid(CLOCK, steps=6, t_start=start, t_end=end)
    for i in range(3):
        alone = time_grid(CLOCK, steps=6, t_start=start[i], t_end=end[i])
        np.testing.assert_array_equal(together.sigma[:, i], alone.sigma[:, 0])


def test_one_start_serves_many_ends() -> None:
    end = np.asarray(time_of(np.array([0.2, 1.0]), schedule=CLOCK))
    assert time_grid(CLOCK, steps=3, t_end=end).sigma.shape == (4, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps should be at least 1. Found 0"),
        ({"t_start": 0.2, "t_end": 0.3}, "t_end < t_start"),
        ({"t_start": 1.2}, "t_start <= 1"),
        ({"t_end": -0.1}, "0 <= t_end"),
        ({"t_start": np.nan}, "t_end < t_start"),
        ({"t_start": np.ones((2, 2))}, "for every sample"),
    ],
)
def test_times_that_cannot_be_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        time_grid(CLOCK, **{"steps": 4, **change})


def test_a_grid_made_by_hand_is_checked_too() -> None:
    rising = np.array([[0.1], [0.2]])
    with pytest.raises(ValueError, match="sigma should be falling"):
        TimeGrid(t=rising, sigma=rising)
    with pytest.raises(ValueError, match="of one shape"):
        TimeGrid(t=rising[::-1], sigma=rising[:1])
    with pytest.raises(ValueError, match="t should be between 0 and 1"):
        TimeGrid(t=rising[::-1] + 1.0, sigma=rising[::-1])
