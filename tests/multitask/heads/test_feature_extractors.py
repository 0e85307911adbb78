"""Extractors: what they must keep, and what tasks may learn from each other."""

from __future__ import annotations

import pytest
import torch

from evoscope.multitask.heads import MultiScaleFeatureExtractor, TaskSpecificFeatureExtractor


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_a_larger_wave_makes_larger_features() -> None:
    extractor = MultiScaleFeatureExtractor(2, 8)
    x = torch.randn(1, 2, 30)
    assert extractor(100 * x).std() > 20 * extractor(x).std()


def test_every_scale_reaches_as_far_as_its_kernel_and_no_further() -> None:
    extractor = MultiScaleFeatureExtractor(1, 8, (1, 3, 5, 7))
    x = torch.zeros(1, 1, 31, requires_grad=True)
    extractor(x)[0, :, 15].sum().backward()
    assert x.grad is not None
    assert x.grad[0, 0].nonzero().flatten().tolist() == list(range(12, 19))


def test_scales_without_a_middle_are_refused() -> None:
    with pytest.raises(ValueError, match="Found 4"):
        MultiScaleFeatureExtractor(1, 8, (1, 4))
    with pytest.raises(ValueError, match="Found none"):
        MultiScaleFeatureExtractor(1, 8, ())


def test_tasks_begin_apart_and_learn_to_look_at_each_other() -> None:
    extractor = TaskSpecificFeatureExtractor(3, 8, {"signal": 7, "peaks": 3}, dropout_rate=0.0)

    def influence() -> float:
        """How much the features of one task move the weights of the other's extractor."""
        extractor.zero_grad()
        extractor(torch.randn(4, 3, 20))["peaks"].square().sum().backward()
        return sum(
            p.grad.abs().sum().item()
            for p in extractor.extractors["signal"].parameters()
            if p.grad is not None
        )

    apart = influence()
    optimiser = torch.optim.Adam(extractor.parameters(), lr=0.01)
    for _ in range(60):
        x = torch.randn(16, 3, 20)
        optimiser.zero_grad()
        features = extractor(x)
        (
            features["peaks"].mean(dim=2) - features["signal"].mean(dim=2).detach()
        ).square().mean().backward()
        optimiser.step()
    assert 0 < apart < 0.02 * influence()


def test_how_much_tasks_look_at_each_other_can_be_watched() -> None:
    extractor = TaskSpecificFeatureExtractor(3, 8, {"a": 1, "b": 3, "c": 5}, n_heads=2)
    weights = extractor.attention(torch.randn(4, 3, 20))
    assert tuple(weights.shape) == (4, 2, 3, 3)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(4, 2, 3))


def test_extractors_that_cannot_be_built_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one task"):
        TaskSpecificFeatureExtractor(3, 8, {})
    with pytest.raises(ValueError, match="Found 8 and 3"):
        TaskSpecificFeatureExtractor(3, 8, {"a": 1}, n_heads=3)
    with pytest.raises(ValueError, match="transpose"):
        TaskSpecificFeatureExtractor(3, 8, {"a": 1})(torch.zeros(2, 20, 3))


def test_an_exported_graph_answers_the_same_for_any_number_of_rows() -> None:
    extractor = TaskSpecificFeatureExtractor(3, 8, {"signal": 7, "peaks": 3}).eval()
    rows = torch.export.Dim("rows", min=1, max=64)
    graph = torch.export.export(
        extractor, (torch.randn(4, 3, 20),), dynamic_shapes=({0: rows},)
    ).module()
    x = torch.randn(7, 3, 20)
    torch.testing.assert_close(graph(x), extractor(x))
