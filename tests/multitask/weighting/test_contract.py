"""What every weighting keeps to, whatever it is."""

from __future__ import annotations

import pytest
import torch
from pydantic import TypeAdapter, ValidationError
from safetensors.torch import load, save

from evoscope.multitask.weighting import Weighting, WeightingSettings, make_weighting

TASKS = ("wave.V", "class", "threshold")
ADAPTER: TypeAdapter[WeightingSettings] = TypeAdapter(WeightingSettings)
KINDS = ("fixed", "uncertainty", "inverse_variance", "dwa", "adaptive", "learned")


def build(kind: str) -> Weighting:
    return make_weighting(ADAPTER.validate_python({"kind": kind}), TASKS)


def live(weighting: Weighting, epochs: int) -> None:
    """A short life in which the last task is never present."""
    learned = list(weighting.parameters())
    optimiser = torch.optim.AdamW(learned, lr=0.1) if learned else None
    for epoch in range(epochs):
        losses = {"wave.V": 1.0 / (1 + epoch), "class": 3.0 - 0.1 * epoch}
        total = torch.stack([weighting.weights()[t] * loss for t, loss in losses.items()]).sum()
        penalty = weighting.penalty({t: t in losses for t in TASKS})
        if optimiser is not None:
            optimiser.zero_grad()
            (total if penalty is None else total + penalty).backward()
            optimiser.step()
        weighting.after_step(losses)
        weighting.after_epoch(losses)


@pytest.mark.parametrize("kind", KINDS)
def test_every_task_starts_with_weight_one(kind: str) -> None:
    weights = build(kind).weights()
    assert list(weights) == list(TASKS)
    assert all(w.shape == () and w.item() == pytest.approx(1.0) for w in weights.values())


@pytest.mark.parametrize("kind", KINDS)
def test_weights_stay_finite_and_not_negative(kind: str) -> None:
    weighting = build(kind)
    live(weighting, epochs=8)
    weighting.after_step({"class": 0.0})
    weighting.after_epoch({"class": 0.0, "threshold": -1.0})
    assert all(torch.isfinite(w) and w >= 0 for w in weighting.weights().values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_never_present_keeps_weight_one(kind: str) -> None:
    weighting = build(kind)
    live(weighting, epochs=8)
    assert weighting.weights()["threshold"].item() == pytest.approx(1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_learned_is_saved_and_goes_on_the_same(kind: str) -> None:
    """A resumed run weighs as the run it resumes."""
    first = build(kind)
    live(first, epochs=5)
    second = build(kind)
    second.load_state_dict(load(save(first.state_dict())))
    for weighting in (first, second):
        weighting.after_step({"class": 0.3})
        weighting.after_epoch({"class": 0.3})
    assert first.weights() == second.weights()


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"kind": "kendall"}, "'fixed', 'uncertainty', 'inverse_variance', 'dwa', 'adaptive'"),
        ({"kind": "dwa", "temperature": 0}, "dwa.temperature"),
        ({"kind": "dwa", "temprature": 1}, "dwa.temprature"),
        ({"kind": "fixed", "weights": {"class": -1}}, "fixed.weights.class"),
        ({"kind": "uncertainty", "low": 1}, "uncertainty.low"),
        ({"kind": "adaptive", "decay": 1}, "adaptive.decay"),
        ({"kind": "learned", "every": 0}, "learned.every"),
        ({"kind": "inverse_variance", "window": 1}, "inverse_variance.window"),
    ],
)
def test_a_bad_recipe_is_refused_with_the_field(document: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        ADAPTER.validate_python(document)
