"""What every sampler promises: its order, its end, the level it stops at, its seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from evoscope.abr.diffusion import (
    SAMPLERS,
    GaussianNoise,
    KarrasSchedule,
    Sampler,
    enter,
    leave,
    sample,
    time_grid,
    time_of,
)

from .gaussian import CLOCK, Array, Gaussian, like_responses, normal

DETERMINISTIC: tuple[Sampler, ...] = ("ddim", "heun", "dpm_solver_2m")
ORDER = {"ddim": 1, "heun": 2, "dpm_solver_2m": 2}


def at(sigma: float) -> float:
    return float(time_of(sigma, schedule=CLOCK))


def slope(steps: tuple[int, ...], errors: list[float]) -> float:
    return float(-np.polyfit(np.log(steps), np.log(errors), 1)[0])


@pytest.mark.parametrize("spacing", [None, CLOCK])
@pytest.mark.parametrize("sampler", DETERMINISTIC)
def test_error_falls_with_the_order_of_the_method(sampler: Sampler, spacing: Any) -> None:
    data = Gaussian(mean=np.array([1.0, -2.0, 0.0]), sd=np.array([0.5, 1.0, 2.0]))
    x, steps, errors = normal(4, 3), (64, 128, 256), []
    exact = data.flow(x, first=10.0, last=0.1)
    for count in steps:
        grid = time_grid(CLOCK, steps=count, t_start=at(10.0), t_end=at(0.1), spacing=spacing)
        made = sample(data.denoise, x, grid=grid, sampler=sampler)
        errors.append(float(np.abs(made - exact).max()))
    assert slope(steps, errors) == pytest.approx(ORDER[sampler], abs=0.15)


class Impulses:
    """Noise that is 1 in row k at draw k: rows then show what each draw does to the end."""

    def __init__(self) -> None:
        self.draws = 0

    def __call__(self, x: Any) -> Any:
        noise = np.zeros_like(x)
        if self.draws < x.shape[0]:
            noise[self.draws] = 1.0
        self.draws += 1
        return noise


def test_ancestral_variance_falls_into_place_with_order_one() -> None:
    # A linear walk: its output's variance is the sum of squares of its answers to unit draws.
    sd, steps, errors = np.array([0.5, 1.0, 2.0]), (64, 128, 256), []
    data = Gaussian(mean=np.zeros(3), sd=sd)
    expected = (sd**2 + 0.1**2) / (1.0 + 0.1**2)
    begin = np.sqrt((sd**2 + 10.0**2) / (1.0 + 10.0**2))
    for count in steps:
        grid = time_grid(CLOCK, steps=count, t_start=at(10.0), t_end=at(0.1))
        x = np.zeros((count + 1, 3))
        x[count] = begin  # the last row carries the spread of the start instead
        made = sample(data.denoise, x, grid=grid, sampler="ancestral", noise=Impulses())
        errors.append(float(np.abs((made**2).sum(axis=0) - expected).max()))
    assert slope(steps, errors) == pytest.approx(1.0, abs=0.15)
    assert errors[-1] < 0.02 * expected.max()


def test_two_m_needs_a_fraction_of_the_evaluations_of_ddim() -> None:
    data, x = like_responses(), normal(16, 120)

    def error(sampler: Sampler, steps: int, end: float, spacing: Any = None) -> float:
        data.calls.clear()
        grid = time_grid(CLOCK, steps=steps, t_end=at(end), spacing=spacing)
        made = sample(data.denoise, x, grid=grid, sampler=sampler)
        assert len(data.calls) == steps, "one evaluation a step"
        exact = data.flow(x, first=80.0, last=end)
        return float(np.sqrt(np.mean((made - exact) ** 2) / np.mean(exact**2)))

    # To a waveform with noise left in it, and all the way to a clean one.
    assert error("dpm_solver_2m", 12, 0.3) < error("ddim", 50, 0.3)
    assert error("dpm_solver_2m", 15, 0.3) < error("ddim", 100, 0.3, CLOCK)
    assert error("dpm_solver_2m", 15, 0.0) < 1.05 * error("ddim", 50, 0.0)
    assert error("dpm_solver_2m", 15, 0.0) < 0.8 * error("ddim", 50, 0.0, CLOCK)
    assert error("dpm_solver_2m", 20, 0.0) < 1.1 * error("ddim", 100, 0.0)
    assert error("dpm_solver_2m", 15, 0.0) < 0.05


@pytest.mark.parametrize("steps", [1, 2, 9])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sampler_given_an_oracle_returns_x0(sampler: Sampler, steps: int) -> None:
    x0 = normal(3, 7, seed=3)
    made = sample(
        lambda _x, **_time: x0,
        normal(3, 7, seed=4),
        grid=time_grid(CLOCK, steps=steps),
        sampler=sampler,
        noise=GaussianNoise(0),
    )
    np.testing.assert_allclose(made, x0, atol=1e-12)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_noise_left_is_the_noise_asked_for(sampler: Sampler) -> None:
    """Each synthetic recording has a residual noise of its own; here every row asks for another."""
    sigma = np.array([0.0, 0.05, 0.3, 1.0, 4.0])
    x0 = normal(5, 1, seed=3)
    grid = time_grid(CLOCK, steps=7, t_end=np.asarray(time_of(sigma, schedule=CLOCK)))
    made = sample(
        lambda x, **_time: np.broadcast_to(x0, x.shape),
        normal(5, 40_000, seed=4),
        grid=grid,
        sampler=sampler,
        noise=GaussianNoise(0),
    )
    noise = leave(made, sigma=sigma) - x0
    np.testing.assert_allclose(noise.std(axis=1), sigma, rtol=0.02, atol=1e-12)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_directions_without_signal_hold_noise_of_the_level_only(sampler: Sampler) -> None:
    data, last = like_responses(), 0.4
    made = sample(
        data.denoise,
        normal(400, 120),
        grid=time_grid(CLOCK, steps=20, t_end=at(last)),
        sampler=sampler,
        noise=GaussianNoise(0),
    )
    assert leave(made, sigma=last)[:, 40:].std() == pytest.approx(last, rel=0.02)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_way_may_be_walked_in_two_parts(sampler: Sampler) -> None:
    data = like_responses()
    whole = time_grid(CLOCK, steps=40, t_end=at(0.1), spacing=CLOCK)
    halves = [
        time_grid(CLOCK, steps=20, t_start=start, t_end=end, spacing=CLOCK)
        for start, end in zip(whole.t[[0, 20], 0], whole.t[[20, 40], 0], strict=True)
    ]
    made = x = normal(4, 120)
    noise = GaussianNoise(1)
    for grid in halves:
        made = sample(data.denoise, made, grid=grid, sampler=sampler, noise=noise)
    direct = sample(data.denoise, x, grid=whole, sampler=sampler, noise=GaussianNoise(1))
    # 2M forgets the step before; the others have nothing to forget.
    np.testing.assert_allclose(made, direct, atol=0.02 if sampler == "dpm_solver_2m" else 1e-10)


def test_a_recording_starts_at_its_own_noise() -> None:
    data = Gaussian(mean=np.zeros(500), sd=np.ones(500))
    sigma = np.array([0.2, 1.0, 3.0])
    x0 = normal(3, 500, seed=3)
    observed = x0 + sigma[:, None] * normal(3, 500, seed=4)
    grid = time_grid(CLOCK, steps=30, t_start=np.asarray(time_of(sigma, schedule=CLOCK)))
    made = sample(data.denoise, enter(observed, sigma=sigma), grid=grid)
    np.testing.assert_allclose(made.std(axis=1), 1.0, atol=0.08)
    assert np.corrcoef(made[0], x0[0])[0, 1] > 0.97 > 0.5 > np.corrcoef(made[2], x0[2])[0, 1]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_rows_of_a_batch_do_not_touch_each_other(sampler: Sampler) -> None:
    data, x = like_responses(), normal(3, 120)
    t_end = np.array([0.0, 0.3, 0.0])
    together = time_grid(CLOCK, steps=8, t_start=np.array([1.0, 0.8, 0.01]), t_end=t_end)
    made = sample(data.denoise, x, grid=together, sampler=sampler, noise=Zeros())
    for i in range(3):
        alone = time_grid(CLOCK, steps=8, t_start=together.t[0, i], t_end=t_end[i])
        row = sample(data.denoise, x[i : i + 1], grid=alone, sampler=sampler, noise=Zeros())
        np.testing.assert_allclose(made[i], row[0], atol=1e-12)


class Zeros:
    def __call__(self, x: Any) -> Any:
        return x * 0.0


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_torch_walks_where_numpy_walks(sampler: Sampler) -> None:
    data, x = like_responses(), normal(4, 120)
    grid = time_grid(CLOCK, steps=10, t_end=np.linspace(0.0, 0.4, 4))
    expected = sample(data.denoise, x, grid=grid, sampler=sampler, noise=GaussianNoise(2))
    made = sample(
        data.denoise,
        torch.from_numpy(x).float(),
        grid=grid,
        sampler=sampler,
        noise=GaussianNoise(2),
    )
    assert made.dtype == torch.float32
    np.testing.assert_allclose(made.numpy(), expected, atol=2e-4)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_a_seed_gives_the_same_recordings_again_and_another_seed_others(kind: Any) -> None:
    data, x, grid = like_responses(), kind(normal(2, 120)), time_grid(CLOCK, steps=5)

    def draw(seed: int) -> Array:
        noise = GaussianNoise(seed)
        return np.asarray(sample(data.denoise, x, grid=grid, sampler="ancestral", noise=noise))

    assert np.array_equal(draw(1), draw(1))
    assert np.abs(draw(1) - draw(2)).max() > 0.1


def test_deterministic_samplers_leave_the_source_alone() -> None:
    class Forbidden:
        def __call__(self, _x: Any, /) -> Any:
            raise AssertionError("drawn from")

    for sampler in DETERMINISTIC:
        grid = time_grid(CLOCK, steps=3)
        sample(like_responses().denoise, normal(2, 120), grid=grid, sampler=sampler,
               noise=Forbidden())  # fmt: skip


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_progress_counts_every_step_to_the_end(sampler: Sampler) -> None:
    seen: list[tuple[int, int]] = []
    sample(
        like_responses().denoise,
        normal(2, 120),
        grid=time_grid(CLOCK, steps=4),
        sampler=sampler,
        noise=GaussianNoise(0),
        progress=lambda *, done, total: seen.append((done, total)),
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(("sampler", "calls"), [("ddim", 6), ("ancestral", 6),
                                                ("dpm_solver_2m", 6), ("heun", 11)])  # fmt: skip
def test_the_denoiser_is_told_the_times_of_the_grid(sampler: Sampler, calls: int) -> None:
    data, grid = like_responses(), time_grid(CLOCK, steps=6)
    sample(data.denoise, normal(2, 120), grid=grid, sampler=sampler, noise=GaussianNoise(0))
    assert len(data.calls) == calls
    asked = sorted({float(t[0]) for t in data.calls}, reverse=True)
    np.testing.assert_allclose(asked, grid.t[:-1, 0])


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_model_that_breaks_is_caught_at_its_step(sampler: Sampler) -> None:
    def run(denoise: Any) -> None:
        grid = time_grid(CLOCK, steps=3)
        sample(denoise, normal(2, 5), grid=grid, sampler=sampler, noise=GaussianNoise(0))

    with pytest.raises(ValueError, match=r"estimate of x0 should be finite.*at step 0"):
        run(lambda x, **_time: x * np.nan)
    with pytest.raises(ValueError, match="within 1000 standard deviations"):
        run(lambda x, **_time: x + 2000.0)
    with pytest.raises(ValueError, match=r"of the shape of x, \(2, 5\). Found \(2, 4\)"):
        run(lambda x, **_time: x[:, 1:])


def test_a_start_of_the_wrong_scale_or_size_is_refused() -> None:
    data, grid = like_responses(), time_grid(CLOCK, steps=3)
    with pytest.raises(ValueError, match="start should be finite"):
        sample(data.denoise, np.full((2, 120), np.nan), grid=grid)
    with pytest.raises(ValueError, match=r"variance preserving.*Found 8.*enter"):
        sample(data.denoise, 80.0 * normal(2, 120), grid=grid)
    wide = time_grid(CLOCK, steps=3, t_start=np.array([1.0, 0.9, 0.8]))
    with pytest.raises(ValueError, match="grid should be of 1 or 2 samples"):
        sample(data.denoise, normal(2, 120), grid=wide)


def test_what_a_sampler_lacks_is_named() -> None:
    grid = time_grid(CLOCK, steps=3)
    with pytest.raises(ValueError, match=r"noise should be a source.*GaussianNoise"):
        sample(like_responses().denoise, normal(2, 120), grid=grid, sampler="ancestral")
    with pytest.raises(ValueError, match=r"sampler should be one of 'ddim'.*Found 'euler'"):
        sample(like_responses().denoise, normal(2, 120), grid=grid, sampler="euler")  # type: ignore[arg-type]


def test_karras_spacing_is_worth_its_place_as_default() -> None:
    data, x = like_responses(), normal(8, 120)
    exact = data.flow(x, first=80.0, last=0.0)

    def error(spacing: Any) -> float:
        grid = time_grid(CLOCK, steps=15, spacing=spacing)
        return float(np.std(sample(data.denoise, x, grid=grid) - exact))

    assert error(None) < 0.5 * error(CLOCK)
    assert error(None) == error(KarrasSchedule())
