"""Frozen layers do not move, unfrozen ones do, from the scheduled epoch, at their own rate."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from pydantic import TypeAdapter, ValidationError
from torch import Tensor, nn

from evoscope.multitask.freezing import (
    Freezing,
    ProgressiveFreezing,
    Rates,
    freeze,
    rate_factors,
    unfreeze_layers,
)

ADAPTER: TypeAdapter[Freezing] = TypeAdapter(Freezing)
LAYERS = 3


class Encoder(nn.Module):
    """As text backbones are built: embeddings, a list of layers inside, a pooler."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(4))
        self.embeddings = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
        self.encoder = nn.Module()
        self.encoder.layer = nn.ModuleList(
            nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Tanh()) for _ in range(LAYERS)
        )
        self.pooler = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embeddings(x + self.token)
        for layer in self.encoder.layer:
            x = x + layer(x)
        answer: Tensor = self.pooler(x)
        return answer


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.backbone = Encoder()
        self.head = nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.head(self.backbone(x))
        return answer


PATH = "encoder.layer"
PARTS = {
    "token": "backbone.token",
    "stem": "backbone.embeddings.",
    "0": "backbone.encoder.layer.0.",
    "1": "backbone.encoder.layer.1.",
    "2": "backbone.encoder.layer.2.",
    "pooler": "backbone.pooler.",
    "head": "head.",
}


def moved(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    """Which parts changed, in parameters or in statistics."""
    return {
        part
        for part, prefix in PARTS.items()
        if any(not torch.equal(before[n], after[n]) for n in before if n.startswith(prefix))
    }


def state(model: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def train(settings: Freezing, epochs: int, rates: Rates | None = None) -> list[set[str]]:
    """As a loop does it: one optimiser over everything, freezing at the start of each epoch."""
    torch.manual_seed(0)
    model = Model()
    factors = rate_factors(model, rates or Rates())
    optimiser = torch.optim.AdamW(
        [{"params": [p], "lr": 0.01 * factors[name]} for name, p in model.named_parameters()],
        weight_decay=0.1,
    )
    found = []
    for epoch in range(epochs):
        model.train()
        freeze(model, settings, epoch)
        before = state(model)
        for _ in range(3):
            optimiser.zero_grad()
            (model(torch.randn(16, 4)) - 1).square().mean().backward()
            optimiser.step()
        found.append(moved(before, state(model)))
    return found


EVERYTHING = set(PARTS)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"strategy": "none"}, EVERYTHING),
        ({"strategy": "full"}, {"head"}),
        ({"strategy": "partial", "layers": 1}, {"1", "2", "pooler", "head"}),
        ({"strategy": "partial", "layers": 2}, {"2", "pooler", "head"}),
        ({"strategy": "partial", "layers": 3}, {"head"}),
    ],
)
def test_what_is_frozen_does_not_move_and_the_rest_does(
    document: dict[str, Any], expected: set[str]
) -> None:
    settings = ADAPTER.validate_python({"path": PATH, **document})
    assert train(settings, epochs=2) == [expected, expected]


def test_layers_join_at_the_scheduled_epoch() -> None:
    settings = ProgressiveFreezing(unfreeze={1: 1, 3: 3}, path=PATH)
    assert train(settings, epochs=4) == [
        {"head"},
        {"2", "pooler", "head"},
        {"2", "pooler", "head"},
        EVERYTHING,
    ]


def test_frozen_statistics_move_only_where_eval_mode_is_declined() -> None:
    settings = ADAPTER.validate_python({"strategy": "full", "path": PATH, "evaluate": False})
    assert train(settings, epochs=1) == [{"stem", "0", "1", "2", "head"}]


def test_frozen_dropout_is_off_and_the_rest_keeps_its_mode() -> None:
    model = Model().train()
    unfreeze_layers(model.backbone, 1, path=PATH)
    modes = {name: module.training for name, module in model.named_modules()}
    assert not modes["backbone.embeddings.2"]
    assert not modes["backbone.encoder.layer.1.1"]
    assert modes["backbone"]
    assert modes["backbone.encoder.layer.2.1"]
    assert modes["head"]


def test_a_dropout_between_two_frozen_layers_is_off() -> None:
    backbone = nn.Sequential(
        nn.Linear(2, 2), nn.Dropout(), nn.Linear(2, 2), nn.Dropout(), nn.Linear(2, 2)
    )
    unfreeze_layers(backbone, 1)
    assert [m.training for m in backbone] == [False, False, False, False, True]


def test_more_layers_than_there_are_are_refused() -> None:
    model = Model()
    for document in (
        {"strategy": "partial", "layers": 4},
        {"strategy": "progressive", "unfreeze": {0: 1, 9: 4}},
    ):
        settings = ADAPTER.validate_python({"path": PATH, **document})
        with pytest.raises(ValueError, match="should be at most 3"):
            freeze(model, settings, 0)
    with pytest.raises(ValueError, match=r"num_layers should be in 0\.\.3"):
        unfreeze_layers(model.backbone, 4, path=PATH)


def test_a_backbone_without_layers_says_where_they_might_be() -> None:
    for path in (None, "encoder.layers"):
        settings = ADAPTER.validate_python({"strategy": "full", "path": path})
        with pytest.raises(ValueError, match=r"encoder\.layer'"):
            freeze(Model(), settings, 0)
    assert freeze(Model(), ADAPTER.validate_python({"strategy": "none"}), 0) > 0


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"strategy": "half"}, "'none', 'full', 'partial', 'progressive'"),
        ({"strategy": "partial"}, "partial.layers"),
        ({"strategy": "partial", "layers": 0}, "partial.layers"),
        ({"strategy": "full", "layers": 2}, "full.layers"),
        ({"strategy": "progressive", "unfreeze": {}}, "progressive.unfreeze"),
        ({"strategy": "progressive", "unfreeze": {2: 2, 1: 3}}, "should rise"),
        ({"strategy": "progressive", "unfreeze": {2: 2, 4: 1}}, "should rise"),
    ],
)
def test_a_bad_recipe_is_refused_with_the_field(document: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        ADAPTER.validate_python(document)


def test_a_schedule_survives_being_written_as_text() -> None:
    settings = ProgressiveFreezing(unfreeze={2: 2, 10: 3})
    assert ADAPTER.validate_json(ADAPTER.dump_json(settings)) == settings
