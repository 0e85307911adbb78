"""A recipe is read as it was meant, or refused with the field and what it allows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from evoscope.multitask.recipe import Recipe
from evoscope.multitask.settings import Settings


class Own(Recipe):
    """A domain's recipe."""

    model: str = "small"


def test_a_recipe_survives_its_file(tmp_path: Path) -> None:
    recipe = Own.parse(
        """
        model: large
        epochs: 60
        optimiser: {learning_rate: 1e-4, gradient_clip: null}
        schedule: {kind: cosine, warmup_epochs: 5, minimum: 0.1}
        weighting: {kind: fixed, weights: {class: 10, peak: 0.01}}
        freezing: {strategy: progressive, unfreeze: {2: 1}}
        curriculum:
          phases:
            - {start: 0, tasks: [class]}
            - start: 21
              tasks: all
              dropout: {kind: linear, start: 21, end: 41, before: 0, after: 0.2}
        """
    )
    assert recipe.optimiser.learning_rate == 1e-4
    assert recipe.optimiser.gradient_clip is None
    path = tmp_path / "recipe.yaml"
    path.write_text(recipe.dump())
    assert Own.load(path) == recipe


def test_overrides_reach_into_parts_and_keep_the_rest() -> None:
    text = "schedule: {kind: cosine, warmup_epochs: 5}"
    overrides = [
        "schedule.minimum=0.2",
        "optimiser.learning_rate=3e-4",
        "ema_decay=0.99",
        "curriculum.phases=[{start: 0, weights: {a: 2}}]",
        "early_stopping.patience=3",
    ]
    recipe = Recipe.parse(text, overrides)
    assert recipe.schedule.model_dump() == {"kind": "cosine", "warmup_epochs": 5, "minimum": 0.2}
    assert recipe.optimiser.model_dump() == {
        **Recipe().optimiser.model_dump(),
        "learning_rate": 3e-4,
    }
    assert recipe.ema_decay == 0.99
    assert recipe.early_stopping is not None
    assert recipe.early_stopping.patience == 3
    # A part that the file leaves out has its default kind.
    assert Recipe.parse("", ["schedule.minimum=0.2"]).schedule.kind == "cosine"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("epoch: 3", "epoch should be one of the fields ['seed', 'epochs', "),
        ("epoch: 3", "Found 'epoch'. Did you mean 'epochs'?"),
        ("epochs: 0", "epochs should be greater than or equal to 1. Found 0."),
        ("precision: fp8", "precision should be 'float32', 'bf16' or 'fp16'. Found 'fp8'."),
        ("schedule: {kind: cosin}", "schedule.kind should be one of 'constant', 'cosine', 'step'"),
        (
            "schedule: {minimum: 0.2}",
            "schedule should have a 'kind', one of ['constant', 'cosine', 'plateau', 'step'].",
        ),
        ("schedule: {kind: step}", "schedule.every should be given. Found nothing."),
        (
            "weighting: {kind: dwa, temprature: 1}",
            "weighting.temprature should be one of the fields ['kind', 'temperature'].",
        ),
        (
            "freezing: {strategy: part}",
            "freezing.strategy should be one of 'none', 'full', 'partial', 'progressive'.",
        ),
        ("optimiser: {betas: [0.9]}", "optimiser.betas.1 should be given."),
        ("curriculum: {phases: [{start: 1}]}", "phases[0].start should be 0. Found 1."),
        (
            "curriculum: {phases: [{start: 0, weigths: {}}]}",
            "curriculum.phases.0.weigths should be one of the fields ['start', 'tasks', 'weights'",
        ),
        ("- a", "should have lines of 'field: value'"),
        ("a: [", "should be YAML"),
    ],
)
def test_a_bad_recipe_is_refused_with_the_field_and_what_it_allows(text: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the message is compared in full below
        Recipe.parse(text, name="my.yaml")
    assert says in str(caught.value)
    assert str(caught.value).startswith("my.yaml should ")


@pytest.mark.parametrize("override", ["epochs", "=3"])
def test_an_override_without_a_value_is_refused(override: str) -> None:
    with pytest.raises(ValueError, match="an override should be 'field=value'"):
        Recipe.parse("", [override])


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"(?s)seed should.*epochs should.*bogus should"):
        Recipe.parse("bogus: 1\nepochs: 0\nseed: -1")


class Part(Settings):
    """One of several by name."""

    kind: Literal["part"] = "part"
    rate: float = 1.0


class Whole(Settings):
    """The other kind."""

    kind: Literal["whole"] = "whole"
    depth: int = 1


class Parts(Recipe):
    """A recipe with models under names of the reader's choice."""

    parts: dict[str, Part] | None = None
    either: dict[str, Annotated[Part | Whole, Field(discriminator="kind")]] | None = None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "parts: {ear: {rat: 1}}",
            r"parts\.ear\.rat should be one of the fields \['kind', 'rate'\]\. "
            r"Found 'rat'\. Did you mean 'rate'\?",
        ),
        ("parts: {rate: {rat: 1}}", r"parts\.rate\.rat should be one of the fields \['kind'"),
        (
            "either: {whole: {kind: whole, rate: 1}}",
            r"either\.whole\.rate should be one of the fields \['kind', 'depth'\]",
        ),
        ("either: {ear: {depth: 2}}", r"either\.ear should have a 'kind', one of \['part', 'w"),
    ],
)
def test_a_wrong_key_of_a_named_part_is_told_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Parts.parse(text)
