"""The commands do what their options say, and print no text back."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evoscope.cli import main
from evoscope.cli.text_train_command import Changes, recipe_of
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import Pack, PackError
from evoscope.text.benchmark.backbone_table import QUALITY_HEAD, quality
from evoscope.text.corpora import Corpus, Native

from .tiny import tiny_corpora, tiny_corpus


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


def test_no_model_is_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> Path:
        raise PackError("A pack should be shipped.", "Found none.")

    monkeypatch.setattr("evoscope.text.analysis.engine.shipped", none)
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
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figures.json"
    given = ["text", "evaluate", str(pack.folder), "--corpora", "authored", "--no-baselines"]
    assert main([*given, "--no-changes", "--texts", "40", "-o", str(out)]) == 0
    figures = json.loads(out.read_text("utf-8"))["figures"]
    found = {one["task"]: one for one in figures if one["metric"] == "macro_f1_tuned"}
    assert found["safety"]["weak"]
    assert found["safety"]["low"] <= found["safety"]["value"] <= found["safety"]["high"]
    told = capsys.readouterr()
    assert "Goals" in told.out
    assert "A quick look" in told.err
    assert main([*given, "--texts", "0"]) == 2


def test_layouts_hold_the_same_answers(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["text", "analyze", "you are so lovely", "idiot", "--model", str(pack.folder)]
    assert main([*given, "--json"]) == 0
    texts = json.loads(capsys.readouterr().out)["texts"]
    assert main([*given, "--jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [{**line, "highlights": []} for line in lines] == texts
    out = tmp_path / "answers.csv"
    assert main([*given, "-o", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [float(row["vad.valence"]) for row in rows] == [t["vad"]["valence"] for t in texts]
    assert [row["number"] for row in rows] == ["1", "2"]
    assert "lovely" not in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--json", "--csv"], "--json and --csv"),
        (["--csv", "--highlight"], "no place for passages"),
        (["-o", "answers.xlsx"], "should end in"),
        (["--batch-size", "0"], "batch_size"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    pack: Pack, options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["text", "analyze", "hi", "--model", str(pack.folder), *options]) == 2
    assert told in capsys.readouterr().err


def test_personal_data_is_taken_out_and_nothing_is_said_back(
    pack: Pack, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "idiot \x1b[2J write to ann@example.org , you awful day"
    given = ["text", "analyze", text, "--model", str(pack.folder)]
    assert main([*given, "--scrub", "--highlight"]) == 0
    told = capsys.readouterr()
    assert "1 EMAIL" in told.err
    assert "ann@" not in told.out + told.err
    assert "\x1b" not in told.out + told.err


def test_encoders_are_compared_as_they_run(
    backbone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "full.json"
    given = ["text", "compare-backbones", str(backbone), "--full", "--no-probes", "-o", str(out)]
    assert main(given) == 0
    (row,) = json.loads(out.read_text("utf-8"))["encoders"]
    assert row["weights"] == "pretrained"
    assert [run["precision"] for run in row["running"]] == ["float32", "int8"]
    for run in row["running"]:
        assert set(run["throughput"]) == {"1", "8", "32"}
        assert run["load_s"] > 0
    assert "pretrained" in capsys.readouterr().out


def test_probes_have_intervals_and_what_was_measured_is_kept(
    backbone: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load(_name: str, split: str, **_: object) -> Corpus:
        corpus = tiny_corpus(split, tasks=("emotions_fine", "vad"))
        good = corpus.targets["vad"][:, 0] > 0.5
        native = Native(("bad", "good"), good.astype(np.intp))
        return replace(corpus, native=native, scores={"politeness": good.astype(float)})

    monkeypatch.setattr("evoscope.text.benchmark.frozen.load", load)
    out = tmp_path / "full.json"
    given = ["text", "compare-backbones", str(backbone), "no-such", "--full", "-o", str(out)]
    assert main(given) == 2
    assert "no-such" in capsys.readouterr().err
    (row,) = json.loads(out.read_text("utf-8"))["encoders"]  # the first took its time
    for run in row["running"]:
        assert len(run["quality"]) == 8  # three of them are valence, arousal and dominance
        for figure in run["quality"].values():
            found = figure["found"]
            assert found["n"] in (96, 96 * 28)  # texts, or their labels
            assert figure["trivial"] < found["low"] <= found["value"] <= found["high"]
    rows = quality([row])
    assert {len(one) for one in rows} == {len(QUALITY_HEAD)}


def test_encoders_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "speed.json"
    given = ["text", "compare-backbones", "xtremedistil-l6", "--batch-size", "1", "-o", str(out)]
    assert main(given) == 0
    (row,) = json.loads(out.read_text("utf-8"))["encoders"]
    assert row["weights"] == "random"
    assert row["texts_per_second"] > 0
    assert "random" in capsys.readouterr().out


def test_a_folder_is_compared_with_its_own_weights(
    backbone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "speed.json"
    given = ["text", "compare-backbones", str(backbone), "--batch-size", "1", "-o", str(out)]
    assert main(given) == 0
    (row,) = json.loads(out.read_text("utf-8"))["encoders"]
    assert (row["name"], row["weights"], row["depth"]) == (backbone.name, "pretrained", 2)
    assert row["texts_per_second"] > 0
    assert "pretrained" in capsys.readouterr().out


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


EXAMPLES = {
    "quick": "--backbone sentence-transformers/all-MiniLM-L6-v2 --freeze-strategy full "
    "--dropout 0.3 --epochs 5 --batch-size 32 --lr 1e-3",
    "balanced": "--backbone sentence-transformers/all-MiniLM-L6-v2 --freeze-strategy partial "
    "--freeze-layers 4 --dropout 0.3 --use-focal-loss --focal-gamma 2.0 "
    "--use-uncertainty-weighting --epochs 10 --batch-size 16 --lr 2e-5 --weight-decay 0.01 "
    "--scheduler cosine --patience 3",
    "maximum": "--backbone sentence-transformers/all-MiniLM-L12-v2 --freeze-strategy none "
    "--dropout 0.3 --head-hidden-dims 512 256 128 --use-focal-loss --focal-gamma 2.5 "
    "--emotion-weight 2.0 --epochs 15 --batch-size 8 --lr 5e-6 --weight-decay 0.01 "
    "--max-grad-norm 1.0 --scheduler plateau --patience 5",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_the_reference_are_the_shipped_recipes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evoscope.cli import text_train_command
    from evoscope.text.learning import load_recipe

    asked: list[Changes] = []

    def instead(recipe: str, *, changes: Changes, **_: object) -> int:
        assert recipe == name
        asked.append(changes)
        return 0

    monkeypatch.setattr(text_train_command, "run_text_train", instead)
    assert main(["text", "train", name, *EXAMPLES[name].split(), "-o", "out"]) == 0
    told, shipped = (
        recipe.model_dump(exclude={"backbone"})
        for recipe in (recipe_of(name, asked[0], ()), load_recipe(name))
    )
    assert told == shipped


def test_an_encoder_that_is_not_here_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from evoscope.text import learning

    monkeypatch.setattr(learning, "load_corpora", lambda *_, **__: tiny_corpora())
    assert main(["text", "train", "maximum", "-o", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "minilm-l12" in told
    assert "name its folder" in told
