"""Weights that learn must move where they are meant to, in training."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask.weighting import Uncertainty

NOISE = 0.5


def final_log_variance(every: int, *, mask_penalty: bool) -> float:
    """Train two regressions, the second labelled in one of ``every`` batches."""
    generator = torch.Generator().manual_seed(0)
    model = nn.Linear(3, 2)
    with torch.no_grad():
        model.weight.zero_()
        model.bias.zero_()
    weighting = Uncertainty(("often", "rare"))
    optimiser = torch.optim.AdamW(
        [
            {"params": model.parameters()},
            {"params": weighting.parameters(), "weight_decay": 0.0},
        ],
        lr=0.03,
    )
    for step in range(1500):
        present = {"often": True, "rare": step % every == 0}
        x = torch.randn(16, 3, generator=generator)
        noise = NOISE * torch.randn(16, 2, generator=generator)
        errors: Tensor = (model(x) - (x[:, :2] + noise)) ** 2
        weights = weighting.weights()
        total = weights["often"] * errors[:, 0].mean()
        if present["rare"]:
            total = total + weights["rare"] * errors[:, 1].mean()
        penalty = weighting.penalty(present if mask_penalty else dict.fromkeys(present, True))
        assert penalty is not None
        optimiser.zero_grad(set_to_none=True)
        (total + penalty).backward()
        optimiser.step()
        weighting.after_step({})
    return weighting.log_variances[1].item()


@pytest.fixture(scope="module")
def always() -> float:
    return final_log_variance(1, mask_penalty=True)


def test_a_task_labelled_in_a_tenth_of_batches_gets_the_weight_it_would_always_have(
    always: float,
) -> None:
    assert always == pytest.approx(torch.tensor(NOISE**2).log().item(), abs=0.2)
    assert final_log_variance(10, mask_penalty=True) == pytest.approx(always, abs=0.2)


def test_with_the_loss_alone_masked_the_same_task_runs_away(always: float) -> None:
    """What the mask of the penalty is there for: without it this module's point is lost."""
    assert final_log_variance(10, mask_penalty=False) < always - 1.5
