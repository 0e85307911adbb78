"""CORAL is what its paper says, and it makes two clinics' features alike."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask.adaptation import Coral, CoralSettings, FeatureHead, Penalty, coral_loss
from evoscope.multitask.batch import Batch, Labels
from evoscope.multitask.heads.head import Start


def test_it_equals_the_formula_on_covariances_of_numpy() -> None:
    generator = torch.Generator().manual_seed(0)
    source = torch.randn(30, 4, generator=generator, dtype=torch.float64)
    target = torch.randn(20, 4, generator=generator, dtype=torch.float64) * 2
    distance = np.cov(source.numpy().T) - np.cov(target.numpy().T)
    expected = np.linalg.norm(distance, "fro") ** 2 / (4 * 4**2)
    assert coral_loss(source, target).item() == pytest.approx(expected, rel=1e-12)


def test_a_shift_of_the_mean_is_not_its_business() -> None:
    x = torch.randn(30, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert coral_loss(x, x + 100).item() == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("rows", [0, 1])
def test_too_few_rows_are_zero_with_zero_gradient_and_not_nan(rows: int) -> None:
    x = torch.randn(rows, 4, requires_grad=True)
    loss = coral_loss(x, torch.randn(9, 4))
    loss.backward()
    assert loss.item() == 0
    assert x.grad is not None
    assert not x.grad.any()


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Linear(3, 3)
        self.head = nn.Linear(3, 1)
        self.domain = FeatureHead()

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        features = self.backbone(x)
        return {
            "y.mean": self.head(features)[:, 0],
            "domain.features": self.domain(features)["features"],
        }


def clinic(gain: float, seed: int) -> tuple[Batch, Tensor]:
    """Two views of one quantity; the better one passes an amplifier that each clinic sets."""
    noise = torch.randn(200, 4, generator=torch.Generator().manual_seed(seed))
    y = noise[:, 0]
    views = [y + 0.5 * noise[:, 1], gain * (y + 0.2 * noise[:, 2]), noise[:, 3]]
    return Batch({"x": torch.stack(views, 1)}, Labels({}, {})), y


def in_a_new_clinic(weight: float | None) -> tuple[float, float]:
    """Train on one clinic; how far apart the features end, and the error in the other."""
    torch.manual_seed(0)
    model = Model()
    (here, y), (there, their_y) = clinic(1.0, 1), clinic(4.0, 2)
    penalty = None if weight is None else Coral(CoralSettings(weight=weight, rows=200), there)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.03)
    for step in range(120):
        outputs = model(**here.inputs)
        loss = (outputs["y.mean"] - y).square().mean()
        if penalty is not None:
            loss = loss + penalty(model, outputs, torch.Generator().manual_seed(step))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        ours, theirs = model(**here.inputs), model(**there.inputs)
        distance = coral_loss(ours["domain.features"], theirs["domain.features"]).item()
        error = (theirs["y.mean"] - their_y).square().mean().item()
    return distance, error


def test_features_end_closer_and_the_new_clinic_is_read_better() -> None:
    far, wrong = in_a_new_clinic(None)
    near, better = in_a_new_clinic(1.0)
    assert near < far / 5
    assert better < wrong / 2


def test_what_cannot_be_compared_is_refused() -> None:
    target, _ = clinic(1.0, 1)
    assert isinstance(Coral(CoralSettings(), target), Penalty)
    with pytest.raises(ValueError, match="two rows or more"):
        Coral(CoralSettings(), target[:1])
    coral = Coral(CoralSettings(output="other.features"), target)
    model = Model()
    with pytest.raises(ValueError, match=r"should be of \['domain.features', 'y.mean'\]"):
        coral(model, model(**target.inputs), torch.Generator())
    with pytest.raises(ValueError, match="head that learns"):
        FeatureHead().start_at("", Start(torch.zeros(()), torch.ones(())))
