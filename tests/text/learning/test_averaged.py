"""Runs of one beginning become one network: the mean of what each of them learned."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from evoscope.multitask.loop.run import MODEL
from evoscope.text.learning import TextRecipe, changed, train_text
from evoscope.text.learning.averaged import average_weights, member_recipes

from .tiny import tiny_corpora, tiny_recipe


def with_members(backbone: Path, *members: dict[str, object]) -> TextRecipe:
    return changed(tiny_recipe(backbone), {"epochs": 1, "members": members})


def test_members_change_what_they_name_and_have_none_themselves(backbone: Path) -> None:
    recipe = with_members(backbone, {"seed": 1}, {"network": {"dropout": 0.5}})
    own, other, third = member_recipes(recipe)
    assert (own.seed, other.seed, third.seed) == (recipe.seed, 1, recipe.seed)
    assert third.network == own.network.model_copy(update={"dropout": 0.5})
    assert {one.members for one in (own, other, third)} == {()}


def test_a_member_that_cannot_be_is_refused_before_anything_is_trained(
    backbone: Path, tmp_path: Path
) -> None:
    recipe = with_members(backbone, {"epochs": 0})
    with pytest.raises(ValueError, match="epochs"):
        train_text(recipe, tiny_corpora(), folder=tmp_path / "run")
    assert not list(tmp_path.iterdir())


def test_the_network_is_the_mean_of_runs_from_the_same_first_weights(
    backbone: Path, tmp_path: Path
) -> None:
    still = {"optimiser": {"learning_rate": 1e-12}}
    recipe = with_members(backbone, {"seed": 1}, still, {"seed": 1, **still})
    mean = train_text(recipe, tiny_corpora(), folder=tmp_path / "run").network.state_dict()
    folders = ("run", "run-member-1", "run-member-2", "run-member-3")
    own, other, first, again = (
        {name.removeprefix("model."): weight for name, weight in saved.items()}
        for saved in (load_file(tmp_path / folder / MODEL) for folder in folders)
    )
    heads = [name for name in mean if name.startswith("heads.")]
    assert heads
    for name in heads:
        # A run that hardly learns is where it began: no seed of a member moves that.
        torch.testing.assert_close(again[name], first[name])
        torch.testing.assert_close(
            mean[name], (own[name] + other[name] + first[name] + again[name]) / 4
        )
    assert any(not torch.equal(own[name], other[name]) for name in heads)


def test_counters_are_not_averaged() -> None:
    one, other = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    one.num_batches_tracked.fill_(3)
    other.num_batches_tracked.fill_(8)
    other.weight.data.fill_(2.0)
    mean = average_weights([one, other])
    assert mean.num_batches_tracked.item() == 3
    assert mean.weight.tolist() == [1.5, 1.5]
