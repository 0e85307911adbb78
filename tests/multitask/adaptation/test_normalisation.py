"""A model read in a clinic with another amplifier finds its scale again, without a label."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask.adaptation import adapt_normalisation


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(2)
        self.body = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Dropout(0.5), nn.BatchNorm1d(16))
        self.out = nn.Linear(16, 1)

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.out(self.body(self.norm(x)))[:, 0]
        return answer


def clinic(gain: float, offset: float, seed: int) -> tuple[Tensor, Tensor]:
    x = torch.randn(1024, 2, generator=torch.Generator().manual_seed(seed))
    return gain * x + offset, (x.norm(dim=1) > 1.2).float()


def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    model.eval()
    with torch.no_grad():
        return ((model(x) > 0).float() == y).float().mean().item()


@pytest.fixture(scope="module")
def trained() -> Net:
    torch.manual_seed(0)
    model = Net()
    x, y = clinic(1.0, 0.0, seed=1)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        optimiser.zero_grad()
        nn.functional.binary_cross_entropy_with_logits(model(x), y).backward()
        optimiser.step()
    return model


def test_another_gain_and_offset_are_undone(trained: Net) -> None:
    x, y = clinic(3.0, 2.0, seed=2)
    home = accuracy(trained, *clinic(1.0, 0.0, seed=3))
    lost = accuracy(trained, x, y)
    weights = [p.clone() for p in trained.parameters()]
    assert adapt_normalisation(trained, ({"x": part} for part in torch.split(x, 256))) == 1024
    found = accuracy(trained, x, y)
    assert home > 0.9
    assert lost < home - 0.2
    assert found > home - 0.03
    assert all(torch.equal(a, b) for a, b in zip(weights, trained.parameters(), strict=True))


def test_statistics_are_those_of_the_rows_whatever_they_were_before() -> None:
    model = Net().train()
    x, _ = clinic(3.0, 2.0, seed=2)
    with torch.no_grad():
        model.norm.running_mean.fill_(1e3)
    # The last batch is shorter, and counts for less.
    adapt_normalisation(model, ({"x": part} for part in torch.split(x, 300)))
    torch.testing.assert_close(model.norm.running_mean, x.mean(0))
    torch.testing.assert_close(model.norm.running_var, x.var(0), rtol=0.02, atol=0)
    assert model.norm.momentum == 0.1
    assert all(module.training for module in model.modules())


def test_dropout_below_a_norm_does_not_reach_its_statistics() -> None:
    """Half of the features at double size have the mean, and not the variance, of all of them."""
    model = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(2)).train()
    x, _ = clinic(3.0, 2.0, seed=2)
    adapt_normalisation(model, [{"input": x}])
    torch.testing.assert_close(model[1].running_var, x.var(0))


def test_a_model_without_statistics_and_rows_without_variance_are_refused() -> None:
    with pytest.raises(ValueError, match="Found none: layer and group"):
        adapt_normalisation(nn.Sequential(nn.LayerNorm(2)), [{"input": torch.zeros(4, 2)}])
    with pytest.raises(ValueError, match="two rows or more"):
        adapt_normalisation(Net(), [{"x": torch.zeros(1, 2)}])
