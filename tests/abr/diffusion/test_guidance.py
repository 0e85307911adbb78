"""Guidance that leaks between samples makes a cohort of one class look like another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from evoscope.abr.diffusion import drop_mask, guided, sample, time_grid, with_null

from .gaussian import CLOCK, Gaussian, normal

HERE = Gaussian(mean=np.full(6, 2.0), sd=np.full(6, 0.5))
ANYWHERE = Gaussian(mean=np.zeros(6), sd=np.full(6, 1.5))


def answers(scale: Any, kind: Any = np.asarray) -> tuple[Any, Any, Any]:
    x, t = kind(normal(4, 6)), kind(np.array([0.1, 0.4, 0.6, 0.9]))
    both = guided(conditional=HERE.denoise, unconditional=ANYWHERE.denoise, scale=scale)
    return both(x, t=t), HERE.denoise(x, t=t), ANYWHERE.denoise(x, t=t)


@pytest.mark.parametrize("scale", [1.0, 1, np.ones(4), torch.ones(4)])
def test_scale_one_is_the_conditional_model(scale: Any) -> None:
    kind = torch.from_numpy if isinstance(scale, torch.Tensor) else np.asarray
    mixed, conditional, _ = answers(scale, kind)
    assert (mixed == conditional).all()


@pytest.mark.parametrize("scale", [0.0, 0, np.zeros(4), torch.zeros(4)])
def test_scale_zero_is_the_unconditional_model(scale: Any) -> None:
    kind = torch.from_numpy if isinstance(scale, torch.Tensor) else np.asarray
    mixed, _, unconditional = answers(scale, kind)
    assert (mixed == unconditional).all()


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_each_sample_has_a_scale_of_its_own(kind: Any) -> None:
    scale = np.array([0.0, 1.0, 2.5, 0.5])
    mixed, conditional, unconditional = answers(kind(scale), kind)
    assert (mixed[0] == unconditional[0]).all()
    assert (mixed[1] == conditional[1]).all()
    expected = unconditional + kind(scale)[:, None] * (conditional - unconditional)
    np.testing.assert_allclose(mixed, expected)


@pytest.mark.parametrize(("scale", "runs"), [(1.0, (1, 0)), (0.0, (0, 1)), (2.0, (1, 1))])
def test_a_model_whose_answer_does_not_count_is_not_run(
    scale: float, runs: tuple[int, int]
) -> None:
    models = [Gaussian(mean=np.zeros(6), sd=np.ones(6)) for _ in runs]
    both = guided(
        conditional=models[0].denoise, unconditional=models[1].denoise, scale=np.full(3, scale)
    )
    both(normal(3, 6), t=np.full(3, 0.5))
    assert tuple(len(model.calls) for model in models) == runs


def test_more_guidance_moves_samples_further_towards_their_condition() -> None:
    scale = np.repeat([0.0, 1.0, 3.0], 200)
    both = guided(conditional=HERE.denoise, unconditional=ANYWHERE.denoise, scale=scale)
    made = sample(both, normal(600, 6), grid=time_grid(CLOCK, steps=15))
    means = made.reshape(3, -1).mean(axis=1)
    assert means[0] == pytest.approx(0.0, abs=0.1)
    assert means[1] == pytest.approx(2.0, abs=0.1)
    assert means[2] > means[1] + 0.1


@pytest.mark.parametrize("scale", [-0.5, np.nan, np.inf, np.array([1.0, -1.0])])
def test_a_scale_that_is_none_is_refused(scale: Any) -> None:
    with pytest.raises(ValueError, match="scale should be finite and not negative"):
        guided(conditional=HERE.denoise, unconditional=ANYWHERE.denoise, scale=scale)


def test_a_scale_vector_of_another_batch_is_refused() -> None:
    with pytest.raises(ValueError, match=r"one number or shape \(4,\). Found shape \(3,\)"):
        answers(np.array([1.0, 2.0, 3.0]))


def test_conditions_are_dropped_for_single_samples_not_for_batches() -> None:
    rng = np.random.default_rng(0)
    share = np.array([drop_mask(64, probability=0.2, rng=rng).mean() for _ in range(200)])
    # A batch dropped whole would have shares of 0 and 1 only.
    assert share.mean() == pytest.approx(0.2, abs=0.01)
    assert share.std() == pytest.approx(np.sqrt(0.2 * 0.8 / 64), rel=0.2)
    assert not drop_mask(50, probability=0.0, rng=rng).any()
    assert drop_mask(50, probability=1.0, rng=rng).all()
    same = [drop_mask(64, probability=0.2, rng=np.random.default_rng(7)) for _ in range(2)]
    assert np.array_equal(*same)
    with pytest.raises(ValueError, match=r"probability should be between 0 and 1. Found 20"):
        drop_mask(4, probability=20, rng=rng)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_the_null_stands_in_for_dropped_samples_and_for_unknown_conditions(kind: Any) -> None:
    conditions = np.array([[1.0, np.nan], [3.0, 4.0]])
    null = np.array([-1.0, -2.0])
    missing = with_null(kind(conditions), null=kind(null), drop=np.isnan(conditions))
    np.testing.assert_array_equal(missing, [[1.0, -2.0], [3.0, 4.0]])
    dropped = with_null(missing, null=kind(null), drop=kind(np.array([False, True])))
    np.testing.assert_array_equal(dropped, [[1.0, -2.0], [-1.0, -2.0]])


def test_the_null_learns_from_dropped_samples_and_only_from_them() -> None:
    conditions = torch.tensor([[1.0, float("nan")], [3.0, 4.0]], requires_grad=True)
    null = torch.zeros(2, requires_grad=True)
    drop = np.array([[False, True], [True, True]])
    with_null(conditions, null=null, drop=drop).sum().backward()
    assert null.grad is not None
    assert null.grad.tolist() == [1.0, 2.0]
    assert conditions.grad is not None
    assert conditions.grad.tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_masks_and_nulls_of_other_shapes_are_refused() -> None:
    conditions = np.zeros((3, 2))
    with pytest.raises(ValueError, match=r"null should be of shape \(2,\)"):
        with_null(conditions, null=np.zeros(3), drop=np.zeros(3, dtype=bool))
    with pytest.raises(ValueError, match=r"drop should be of shape \(3,\) or \(3, 2\)"):
        with_null(conditions, null=np.zeros(2), drop=np.zeros(2, dtype=bool))
