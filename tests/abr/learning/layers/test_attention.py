"""Attention attends, its weights can be watched, and transformers stand where they may."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from evoscope.abr.learning.layers import (
    Attention,
    AttentionSkipConnection,
    ConcatenatedSkip,
    CrossAttentionTransformerBlock,
    MultiScaleAttention,
    attention_maps,
)
from evoscope.multitask.flags import attention_entropies


def test_it_is_multi_head_attention() -> None:
    ours, theirs = Attention(8, heads=2), nn.MultiheadAttention(8, 2, batch_first=True)
    with torch.no_grad():
        parts = (ours.query, ours.key, ours.value)
        theirs.in_proj_weight.copy_(torch.cat([part.weight for part in parts]))
        theirs.in_proj_bias.copy_(torch.cat([ours.query.bias, torch.zeros(8), ours.value.bias]))
        theirs.out_proj.load_state_dict(ours.output.state_dict())
    queries, context = torch.randn(3, 10, 8), torch.randn(3, 7, 8)
    expected, weights = theirs(queries, context, context, average_attn_weights=False)
    torch.testing.assert_close(ours(queries, context), expected)
    torch.testing.assert_close(ours.attention(queries, context), weights)


def test_heads_that_cannot_share_the_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="multiple of heads"):
        Attention(10, heads=4)


def test_a_monitor_sees_every_attention_that_ran_and_leaves_no_trace() -> None:
    block = CrossAttentionTransformerBlock(8, length=50, heads=2, cross=True)
    x, context = torch.randn(3, 8, 50), torch.randn(3, 8, 60)
    maps = attention_maps(block, lambda: block(x, context))
    assert {name: tuple(w.shape) for name, w in maps.items()} == {
        "self_attention": (3, 2, 50, 50),
        "cross_attention": (3, 2, 50, 60),
    }
    for weights in maps.values():
        torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights.sum(-1)))
    assert not any(module._forward_hooks for module in block.modules())


def test_the_red_flag_of_attention_watches_it() -> None:
    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.look = Attention(8, heads=2)

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            mixed: torch.Tensor = self.look(tokens, tokens)
            return mixed

    reader = Reader()
    assert attention_entropies(reader, {"tokens": torch.randn(3, 6, 8)})["look"] > 0.8
    with torch.no_grad():
        reader.look.key.weight.mul_(1e4)
    assert attention_entropies(reader, {"tokens": torch.randn(3, 6, 8)})["look"] < 0.1


def test_a_transformer_on_a_short_sequence_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at least 50 samples\. Found\s+49"):
        CrossAttentionTransformerBlock(8, length=49, heads=2)


def test_the_decoder_hears_the_encoder() -> None:
    block = CrossAttentionTransformerBlock(8, length=50, heads=2, cross=True)
    x = torch.randn(2, 8, 50)
    assert not torch.allclose(block(x, torch.randn(2, 8, 50)), block(x, torch.randn(2, 8, 50)))


def test_when_a_wave_comes_matters_to_a_transformer() -> None:
    block = CrossAttentionTransformerBlock(8, length=50, heads=2)
    x = torch.randn(2, 8, 50)
    moved = block(x.roll(10, dims=-1)).roll(-10, dims=-1)
    assert not torch.allclose(moved, block(x), atol=1e-3)


def test_a_transformer_is_blended_in() -> None:
    block, x = CrossAttentionTransformerBlock(8, length=50, heads=2), torch.randn(2, 8, 50)
    full = block(x)
    block.share = 0.0
    assert block(x) is x
    block.share = 0.5
    torch.testing.assert_close(block(x), (x + full) / 2)


@pytest.mark.parametrize("scale", [0, 1, 2, 3])
def test_every_scale_counts(scale: int) -> None:
    layer, x = MultiScaleAttention(8, length=50, heads=2), torch.randn(2, 8, 50)
    before = layer(x)
    with torch.no_grad():
        conv = layer.convs[scale]
        assert isinstance(conv, nn.Conv1d)
        assert conv.kernel_size == (2 * scale + 1,)
        conv.weight.mul_(-1.0)
    assert not torch.allclose(layer(x), before, atol=1e-4)


def test_only_an_attentive_skip_takes_detail_from_elsewhere() -> None:
    x, skip = torch.randn(1, 8, 50), torch.randn(1, 8, 50)
    touched = skip.clone()
    touched[:, 0, 40] += 5.0
    for connection, far in (
        (ConcatenatedSkip(8), False),
        (AttentionSkipConnection(8, heads=2), True),
    ):
        change = (connection(x, touched) - connection(x, skip)).abs().amax(dim=(0, 1))
        assert change[40] > 1e-3
        assert bool(change[:40].max() > 1e-6) is far
