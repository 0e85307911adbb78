"""The commands do what their options say, and print no text back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evoscope.cli import main
from evoscope.cli.text_train_command import Changes, recipe_of
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import Pack

from .tiny import tiny_corpora


def test_one_command_prints_a_document(pack: Pack, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["text", "analyze", "you are so lovely", "--model", str(pack.folder), "--json"]) == 0
    )
    document = json.loads(capsys.readouterr().out)
    assert len(document["texts"]) == 1
    assert document["texts"][0]["model"]["sha256"] == pack.sha256


def test_messages_come_from_a_file(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"text": "idiot"}\n\n{"text": "thanks"}\n', encoding="utf-8")
    given = ["text", "analyze", "--file", str(file), "--model", str(pack.folder)]
    assert main(given) == 0
    assert "idiot" not in capsys.readouterr().out
    assert main([*given, "--perspective"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["attributeScores" in json.loads(line) for line in lines] == [True, True]
    file.write_text('{"txt": "secret words"}\n', encoding="utf-8")
    assert main(given) == 2
    told = capsys.readouterr().err
    assert "line 1" in told
    assert "secret" not in told


def test_no_model_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", "analyze", "hello"]) == 2
    assert "evoscope text train" in capsys.readouterr().err


def test_an_exported_pack_answers_by_itself(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "whole")
    assert main(["text", "export", str(pack.folder), "-o", out, "--precision", "float32"]) == 0
    assert main(["text", "analyze", "idiot", "--model", out]) == 0
    assert "Five answers" in capsys.readouterr().out
    assert main(["text", "export", out, "-o", str(tmp_path / "again")]) == 2


def test_training_ends_in_a_pack(
    backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evoscope.text import learning

    monkeypatch.setattr(learning, "load_corpora", lambda *_, **__: tiny_corpora())
    given = ["text", "train", "quick", "-o", str(tmp_path), "--backbone", str(backbone)]
    assert main([*given, "--epochs", "1", "--head-hidden-dims", "8"]) == 0
    assert (tmp_path / "pack" / "card.json").is_file()


def test_a_pack_is_scored_beside_a_trivial_guess(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evoscope.cli import text_evaluate_command

    monkeypatch.setattr(
        text_evaluate_command, "load", lambda *_, **__: tiny_corpora().validation[0]
    )
    out = tmp_path / "figures.json"
    given = ["text", "evaluate", str(pack.folder), "--corpora", "authored", "--no-baselines"]
    assert main([*given, "-o", str(out)]) == 0
    figures = json.loads(out.read_text("utf-8"))["figures"]
    found = {one["task"]: one for one in figures if one["metric"] == "macro_f1_tuned"}
    assert found["safety"]["value"] > found["safety"]["trivial"]


def test_encoders_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "speed.json"
    given = ["text", "compare-backbones", "xtremedistil-l6", "--batch-size", "1", "-o", str(out)]
    assert main(given) == 0
    (row,) = json.loads(out.read_text("utf-8"))
    assert row["weights"] == "random"
    assert row["texts_per_second"] > 0
    assert "random weights" in capsys.readouterr().out


def test_the_options_of_the_reference_are_fields_of_the_recipe() -> None:
    recipe = recipe_of(
        "quick",
        Changes(
            freeze_strategy="partial", freeze_layers=4, dropout=0.2, use_focal_loss=True,
            emotion_weight=2.0, head_hidden_dims=[512, 256], epochs=3, batch_size=8, lr=5e-6,
            weight_decay=0.1, max_grad_norm=0.5, scheduler="plateau", patience=5,
        ),
        (),
    )  # fmt: skip
    assert recipe.freezing.model_dump()["layers"] == 4
    assert recipe.losses.focal_gamma == 2.0
    assert recipe.weighting.model_dump()["weights"]["emotions"] == 2.0
    assert recipe.weighting.model_dump()["weights"]["vad"] == 1.0
    assert recipe.network.head_hidden_dims == (512, 256)
    assert recipe.optimiser.gradient_clip == 0.5
    assert recipe.schedule.kind == "plateau"
    assert recipe.early_stopping is not None
    assert recipe.early_stopping.patience == 5


def test_options_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(UsageError, match="Leave one out"):
        recipe_of("quick", Changes(use_uncertainty_weighting=True, emotion_weight=2.0), ())
    with pytest.raises(UsageError, match="freeze-strategy partial"):
        recipe_of("quick", Changes(freeze_strategy="full", freeze_layers=2), ())
