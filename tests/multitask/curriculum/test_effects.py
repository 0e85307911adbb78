"""What a phase sets must be felt in the model."""

from __future__ import annotations

import copy

import pytest
import torch
from safetensors.torch import load, save
from torch import nn

from evoscope.multitask.curriculum import Curriculum, Gate, apply, check_curriculum

COURSE = Curriculum.model_validate(
    {
        "phases": [
            {"start": 0, "dropout": 0.0, "switches": {"transformer": False}},
            {
                "start": 1,
                "dropout": {"kind": "linear", "start": 1, "end": 3, "before": 0.0, "after": 0.5},
                "switches": {
                    "transformer": {"kind": "linear", "start": 1, "end": 3, "before": 0, "after": 1}
                },
            },
        ]
    }
)


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, dropout=0.3, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = self.attention(x, x, x)[0]
        return answer


def model() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(Gate("transformer", Block()), nn.Dropout(0.3), Gate("other", Block()))


def test_a_part_switched_off_adds_nothing_and_learns_nothing() -> None:
    net = model()
    check_curriculum(COURSE, [], net)
    apply(COURSE.at(0), net)
    x = torch.randn(2, 5, 4)
    assert torch.equal(net[0](x), x)
    net(x).sum().backward()
    off = [p.grad for p in net[0].parameters()]
    on = [p.grad for p in net[2].parameters()]
    assert all(g is None or not g.any() for g in off)
    assert any(g is not None and bool(g.any()) for g in on)


def test_a_part_comes_in_as_far_as_its_ramp_says() -> None:
    net = model().eval()
    x = torch.randn(2, 5, 4)
    added = []
    for epoch in (1, 2, 3):
        apply(COURSE.at(epoch), net)
        added.append(net[0](x) - x)
    torch.testing.assert_close(added[1], added[2] / 2)
    assert not added[0].any()
    assert added[2].any()


def test_dropout_of_layers_and_of_attention_follows_the_course() -> None:
    net = model().train()
    x = torch.ones(1, 500, 4)
    shares = []
    for epoch in (0, 2, 3):
        apply(COURSE.at(epoch), net)
        shares.append((net[1](x) == 0).float().mean().item())
        assert net[0].branch.attention.dropout == COURSE.at(epoch).dropout
    assert shares == pytest.approx([0.0, 0.25, 0.5], abs=0.04)


def test_weights_of_an_early_phase_are_read_as_they_were_trained() -> None:
    """The best epoch may lie before the transformers came in."""
    net = model().eval()
    apply(COURSE.at(2), net)
    x = torch.randn(2, 5, 4)
    for other in (model().eval(), copy.deepcopy(net)):
        other.load_state_dict(load(save(net.state_dict())))
        assert torch.equal(other(x), net(x))


def test_what_no_phase_mentions_stays_as_it_was_built() -> None:
    net = model()
    apply(Curriculum.model_validate({"phases": [{"start": 0}]}).at(0), net)
    assert net[1].p == 0.3
    assert net[0].amount == 1
