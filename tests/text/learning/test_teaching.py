"""Teachers answer every question of every text, and the network learns from their answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from evoscope.multitask import Ensemble
from evoscope.text.backbones import find_backbone
from evoscope.text.learning import TextCorpora, train_text
from evoscope.text.learning.calibrate import outputs_of
from evoscope.text.learning.encoder import load_encoder
from evoscope.text.learning.fit import text_sources
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.tasks import text_tasks
from evoscope.text.learning.teaching import answers_as_labels

from .tiny import tiny_corpora, tiny_corpus, tiny_recipe


def test_what_no_corpus_says_of_a_text_its_teachers_do(backbone: Path) -> None:
    recipe = tiny_recipe(backbone)
    files = find_backbone(backbone)
    corpora = TextCorpora(
        (tiny_corpus("train", rows=8, tasks=("vad",)), tiny_corpus("dev", rows=8)), ()
    )
    # A corpus without dev texts is judged on nothing here: only what is learned from is read.
    source = text_sources(recipe, TextCorpora(corpora.training, corpora.training), files)
    tasks = text_tasks(recipe.losses)
    for task in tasks:
        task.fit(source.learned_from.labels)
    member = TextNetwork(load_encoder(files), recipe.network)
    labels = answers_as_labels(Ensemble([member, member], tasks), tasks, source.learned_from)
    assert not labels.present["safety"][:8].any()
    assert labels.present["safety.teacher"].all()
    assert torch.isfinite(labels.targets["vad.teacher"]).all()


def test_a_network_is_taught(backbone: Path, tmp_path: Path) -> None:
    settings = {"teachers": 2, "epochs": 40, "weight": 1.0}
    recipe = tiny_recipe(backbone, epochs=40, freezing={"strategy": "full"}, distillation=settings)
    trained = train_text(recipe, tiny_corpora(("safety", "vad")), folder=tmp_path / "run")
    assert sorted(p.name for p in (tmp_path / "teachers").iterdir()) == [
        "ensemble.json", "teacher-seed0", "teacher-seed1",
    ]  # fmt: skip
    assert "vad.teacher" in (tmp_path / "run" / "log.jsonl").read_text("utf-8")
    outputs = outputs_of(trained.network, trained.validation)
    true = trained.validation.labels.targets["safety"].numpy() > 0.5
    assert np.mean((outputs["safety.logits"] > 0) == true) > 0.8
