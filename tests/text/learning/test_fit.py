"""What a recipe asks for happens, and what a corpus does not say is not learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from evoscope.multitask.freezing import freeze
from evoscope.text.backbones import Tokens, find_backbone
from evoscope.text.learning import (
    TrainedText,
    changed,
    load_recipe,
    shipped_recipes,
    train_text,
    write_text_pack,
)
from evoscope.text.learning.calibrate import cost_threshold, fit_text_calibration, outputs_of
from evoscope.text.learning.encoder import Encoder, load_encoder
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.source import TextSource
from evoscope.text.learning.tasks import asked, text_tasks
from evoscope.text.taxonomy import TAXONOMY

from .tiny import tiny_corpora, tiny_corpus, tiny_recipe


def source(backbone: Path, *corpora: object) -> TextSource:
    files = find_backbone(backbone)
    tokens = Tokens(files.tokenizer.read_text("utf-8"), longest=24)
    return TextSource(corpora, tokens=tokens, padding=files.padding, buckets=0)  # type: ignore[arg-type]


def test_what_is_frozen_stays_and_the_rest_moves(trained: TrainedText, backbone: Path) -> None:
    before = dict(load_encoder(find_backbone(backbone)).model.named_parameters())
    moved = {
        name
        for name, parameter in trained.network.backbone.model.named_parameters()
        if not torch.equal(parameter, before[name])
    }
    assert moved
    assert all(name.startswith("encoder.layer.1.") for name in moved)


def test_the_lesson_is_learned(trained: TrainedText) -> None:
    outputs = outputs_of(trained.network, trained.validation)
    labels = trained.validation.labels
    called = outputs["safety.logits"] > 0
    assert (called == (labels.targets["safety"].numpy() > 0.5)).mean() > 0.9


def test_every_shipped_recipe_builds_its_network_and_tasks(backbone: Path) -> None:
    encoder = load_encoder(find_backbone(backbone))
    for name in shipped_recipes():
        recipe = load_recipe(name)
        assert recipe.about
        network = TextNetwork(encoder, recipe.network)
        assert [task.name for task in text_tasks(recipe.losses)] == list(network.heads)


def test_the_recipes_are_the_three_examples_of_the_reference() -> None:
    quick, balanced, maximum = (load_recipe(n) for n in ("quick", "balanced", "maximum"))
    assert (quick.epochs, quick.batch_size, quick.optimiser.learning_rate) == (5, 32, 1e-3)
    assert (balanced.epochs, balanced.batch_size) == (10, 16)
    assert balanced.optimiser.learning_rate == 2e-5
    assert (maximum.epochs, maximum.batch_size, maximum.optimiser.learning_rate) == (15, 8, 5e-6)
    assert balanced.freezing.model_dump()["layers"] == 4
    assert balanced.weighting.kind == "uncertainty"
    assert maximum.network.head_hidden_dims == (512, 256, 128)
    assert maximum.weighting.model_dump()["weights"]["emotions"] == 2.0


def test_layers_join_when_the_recipe_says_so(backbone: Path) -> None:
    encoder = load_encoder(find_backbone(backbone))
    recipe = changed(
        load_recipe("production"),
        {"freezing": {"strategy": "progressive", "unfreeze": {1: 1, 2: 2}}},
    )
    network = TextNetwork(encoder, recipe.network)
    counts = [freeze(network, recipe.freezing, epoch) for epoch in range(3)]
    assert counts[0] == 0 < counts[1] < counts[2] == sum(p.numel() for p in encoder.parameters())
    assert all(p.requires_grad for p in network.heads.parameters())


def test_what_a_corpus_does_not_label_is_masked(backbone: Path) -> None:
    both = source(
        backbone, tiny_corpus("train", rows=4, tasks=("vad",)), tiny_corpus("dev", rows=3)
    )
    assert both.labels.present["safety"].any(1).tolist() == [False] * 4 + [True] * 3
    assert both.labels.present["vad"].all()
    alone = source(backbone, tiny_corpus("train", rows=4, tasks=("vad",)))
    assert [t.name for t in asked(text_tasks(load_recipe("quick").losses), alone.labels)] == ["vad"]


def test_a_frozen_encoder_reads_a_text_once(
    backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tiny_recipe(backbone, epochs=1, freezing={"strategy": "full"})
    corpora, cache = tiny_corpora(("safety", "vad")), tmp_path / "cache"
    first = train_text(recipe, corpora, folder=tmp_path / "a", cache=cache)
    assert len(list(cache.glob("*.npy"))) == 2
    assert not list(cache.glob("*.part"))

    def no(*_: object) -> None:
        raise AssertionError("the encoder was asked again")

    monkeypatch.setattr(Encoder, "forward", no)
    second = train_text(recipe, corpora, folder=tmp_path / "b", cache=cache)
    for a, b in zip(
        first.network.heads.parameters(), second.network.heads.parameters(), strict=True
    ):
        assert torch.equal(a, b)


def test_a_pack_says_what_it_had_no_labels_of(backbone: Path, tmp_path: Path) -> None:
    from evoscope.text.analysis import TextEngine

    recipe = tiny_recipe(backbone, epochs=1, freezing={"strategy": "full"})
    corpora = tiny_corpora(("safety", "vad"))
    trained = train_text(recipe, corpora, folder=tmp_path / "run")
    assert trained.learned == ("vad", "safety")
    pack = write_text_pack(
        tmp_path / "pack", trained, recipe, corpora,
        name="part", version="1", commit="0", wall_seconds=0.0,
    )  # fmt: skip
    assert any("intent: question" in limit for limit in pack.card.limits)
    (warning,) = TextEngine(pack.folder).analyze("you are so lovely").warnings
    assert "intent: question" in warning
    assert "toxic" not in warning


def test_rare_labels_keep_their_scaling_and_safety_would_rather_warn() -> None:
    rng = np.random.default_rng(0)
    true = rng.random(400) < 0.3
    p = np.clip(0.3 + 0.25 * true + rng.normal(0, 0.15, 400), 0.01, 0.99)
    eager, even = cost_threshold(p, true, miss_costs=4.0), cost_threshold(p, true, miss_costs=1.0)
    assert eager < even
    assert cost_threshold(np.array([0.2, 0.3]), np.array([False, False])) > 0.3


def test_calibration_makes_stated_probabilities_true(backbone: Path) -> None:
    labels = source(backbone, tiny_corpus("dev", rows=400)).labels
    rng = np.random.default_rng(1)
    outputs = {}
    for task in TAXONOMY.tasks:
        shape = (400, len(task.labels))
        outputs[f"{task.name}.logits"] = rng.normal(0, 3, shape).astype(np.float32)
    outputs["vad.mean"] = np.full((400, 3), 0.5, np.float32)
    outputs["vad.log_variance"] = np.full((400, 3), -4.0, np.float32)
    fitted = fit_text_calibration(outputs, labels, {"safety": ("toxic",)})
    # Logits that say nothing are pulled to the share of the label, whatever their size.
    score = fitted.scores(outputs)["safety"]
    share = labels.targets["safety"].numpy().mean(0)
    assert np.abs(score.mean(0) - share).max() < 0.02
    assert score.std(0).max() < 0.1
    half = fitted.half_widths(outputs)
    assert half is not None
    inside = np.abs(labels.targets["vad"].numpy() - 0.5) <= half
    assert (inside.mean(0) >= 0.9).all()
