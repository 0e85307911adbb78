"""Pooling: padding must not leak into the answer, and attention must find what matters."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask.heads import AttentionPooling, MeanPooling

POOLINGS = {"mean": MeanPooling, "attention": lambda: AttentionPooling(4, n_queries=2)}


@pytest.fixture(params=POOLINGS)
def pooling(request: pytest.FixtureRequest) -> nn.Module:
    torch.manual_seed(0)
    return POOLINGS[request.param]()


def test_padding_changes_nothing_even_if_it_is_nan(pooling: nn.Module) -> None:
    tokens = torch.randn(3, 5, 4)
    padded = torch.cat([tokens, torch.full((3, 2, 4), float("nan"))], dim=1)
    present = torch.tensor([True] * 5 + [False] * 2).expand(3, 7)
    torch.testing.assert_close(pooling(padded, present), pooling(tokens))


def test_a_row_without_tokens_is_zero_and_passes_no_nan_back(pooling: nn.Module) -> None:
    tokens = torch.randn(2, 3, 4, requires_grad=True)
    present = torch.tensor([[False, False, False], [True, False, True]])
    pooled = pooling(tokens, present)
    pooled.square().sum().backward()
    assert tokens.grad is not None
    assert not bool(pooled[0].any())
    assert not bool(tokens.grad[0].any())
    assert bool(tokens.grad.isfinite().all())
    assert bool(tokens.grad[1, 0].any())
    assert all(bool(p.grad is not None and p.grad.isfinite().all()) for p in pooling.parameters())


def test_the_order_of_tokens_does_not_matter(pooling: nn.Module) -> None:
    tokens, order = torch.randn(2, 6, 4), torch.randperm(6)
    torch.testing.assert_close(pooling(tokens[:, order]), pooling(tokens))


def test_attention_weights_are_a_distribution_over_the_tokens_that_are_there() -> None:
    torch.manual_seed(0)
    present = torch.tensor([[True, True, False, True]])
    weights = AttentionPooling(4, n_queries=2).attention(torch.randn(1, 4, 4), present)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(1, 2))
    assert not bool(weights[..., 2].any())


def test_attention_learns_which_token_carries_the_answer_where_a_mean_cannot() -> None:
    torch.manual_seed(0)

    def draw() -> tuple[Tensor, Tensor]:
        tokens = torch.randn(64, 20, 4)
        tokens[..., 0] = 0.0
        marked = torch.randint(20, (64,))
        tokens[torch.arange(64), marked, 0] = 3.0
        return tokens, tokens[torch.arange(64), marked, 1]

    def error(pooling: nn.Module) -> float:
        answer = nn.Linear(4, 1)
        optimiser = torch.optim.Adam([*pooling.parameters(), *answer.parameters()], lr=0.02)
        for _ in range(200):
            tokens, value = draw()
            optimiser.zero_grad()
            loss = (answer(pooling(tokens)).squeeze(1) - value).square().mean()
            loss.backward()
            optimiser.step()
        return float(loss.detach())

    assert error(AttentionPooling(4)) < 0.2
    assert error(MeanPooling()) > 0.8
