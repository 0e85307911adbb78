"""Networks that learn in other orders: one comes out, the mean, and a stopped one goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from evoscope.multitask import Run, train
from evoscope.text.learning import train_text
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.orders import train_in_orders
from evoscope.text.learning.recipe import TextRecipe

from .tiny import tiny_corpora, tiny_recipe

Weights = dict[str, torch.Tensor]


def weights_of(network: TextNetwork) -> Weights:
    return {name: value.clone() for name, value in network.state_dict().items()}


def test_the_network_is_the_mean_of_one_run_for_each_order(
    backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[Weights] = []
    ended: list[Weights] = []

    def watched(network: TextNetwork, *rest: object, **named: object) -> Run:
        began.append(weights_of(network))
        run = train(network, *rest, **named)  # type: ignore[arg-type]
        ended.append(weights_of(network))
        return run

    monkeypatch.setattr("evoscope.text.learning.fit.train", watched)
    recipe = tiny_recipe(backbone, epochs=1, orders=2)
    trained = train_text(recipe, tiny_corpora(), folder=tmp_path / "run")
    found = weights_of(trained.network)
    assert began[0].keys() == found.keys() - {"linear.weight"}
    for name, value in began[0].items():
        assert torch.equal(value, began[1][name]), f"{name} did not begin alike"
    learned = [n for n, value in began[0].items() if not torch.equal(value, ended[0][n])]
    assert learned
    assert any(not torch.equal(ended[0][name], ended[1][name]) for name in learned)
    for name in learned:
        torch.testing.assert_close(found[name], (ended[0][name] + ended[1][name]) / 2)
    assert (tmp_path / "run" / "order-1").is_dir()


def test_a_run_that_was_left_is_said_and_nothing_is_averaged(
    backbone: Path, tmp_path: Path
) -> None:
    recipe = tiny_recipe(backbone, epochs=1, orders=3)
    whole = train_text(recipe.model_copy(update={"orders": 1}), tiny_corpora(), folder=tmp_path)
    asked: list[Path] = []

    def left_in_the_second(_: TextNetwork, own: TextRecipe, folder: Path) -> Run:
        asked.append(folder)
        reason = "interrupted: SIGTERM" if own.seed == recipe.seed + 1 else whole.run.ended
        return replace(whole.run, ended=reason)

    _, run = train_in_orders(lambda: whole.network, left_in_the_second, recipe, tmp_path)
    assert run.ended == "interrupted: SIGTERM"
    assert asked == [tmp_path, tmp_path / "order-1"]
