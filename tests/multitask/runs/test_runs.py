"""Logged runs are compared as they are: finished, running, killed or damaged."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import torch
from rich.console import Console
from torch import nn

from evoscope.multitask import (
    Batch,
    Classification,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Recipe,
    Regression,
    train,
)
from evoscope.multitask.runs import (
    compare,
    comparison_table,
    find_runs,
    read_run,
    save_curves,
)


def rows(n: int, seed: int) -> Batch:
    draws = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 4, generator=draws)
    known = torch.ones(n, dtype=torch.bool)
    targets = {"kind": (x[:, 0] > 0).long(), "size": 3 * x[:, 1]}
    return Batch({"input": x}, Labels(targets, {"kind": known, "size": known}))


def trained(folder: Path, *, spoil: bool = False, **fields: Any) -> None:
    torch.manual_seed(0)
    heads = {
        "kind": ImprovedTaskHead(8, 2, hidden_dims=(8,)),
        "size": ImprovedTaskHead(8, 1, hidden_dims=(8,), task_type="regression"),
    }
    data = rows(240, seed=1)
    if spoil:
        data = Batch({"input": data.inputs["input"].flip(0)}, data.labels)
    settings = {
        "epochs": 2,
        "batch_size": 16,
        "device": "cpu",
        "optimiser": {"learning_rate": 0.01},
    }
    train(
        MultiTaskModel(nn.Linear(4, 8), heads),
        [Classification("kind", ["low", "high"]), Regression("size")],
        data,
        rows(120, seed=2),
        Recipe.model_validate(settings | fields),
        folder=folder,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("runs")
    trained(folder / "good")
    trained(folder / "bad", spoil=True, optimiser={"learning_rate": 0.02})
    return folder


@pytest.fixture
def copy(runs: Path, tmp_path: Path) -> Path:
    """A run that may be damaged."""
    for file in (runs / "bad").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def shown(comparison: Any) -> str:
    text = StringIO()
    Console(width=200, file=text).print(comparison_table(comparison))
    return text.getvalue()


def test_a_run_that_learned_stands_beside_one_that_did_not(runs: Path) -> None:
    bad, good = (read_run(folder) for folder in find_runs(runs))
    assert good.verdict.outcome == "better than trivial"
    assert good.flags == []
    assert bad.verdict.outcome in ("worse than trivial", "not distinguishable")
    assert {raised.flag for raised in bad.flags} >= {"below_trivial", "negative_r2"}
    assert list(bad.flags) == sorted(bad.verdict.flags, key=lambda raised: raised.epoch)
    comparison = compare([good, bad])
    assert [(r.task, r.metric, r.run) for r in comparison.rows] == [
        ("kind", "macro_f1", "good"),
        ("kind", "macro_f1", "bad"),
        ("size", "r2", "good"),
        ("size", "r2", "bad"),
    ]
    assert comparison.differences == {"optimiser.learning_rate": {"good": 0.01, "bad": 0.02}}


def test_the_table_says_figures_baselines_flags_and_what_differs(runs: Path) -> None:
    text = shown(compare([read_run(folder) for folder in find_runs(runs)]))
    for said in ("better than trivial", "negative_r2 of size.r2", "optimiser.learning_rate", "120"):
        assert said in text


def test_all_metrics_are_compared_on_request(runs: Path) -> None:
    comparison = compare([read_run(runs / "good")], all_metrics=True)
    assert {row.metric for row in comparison.rows} >= {"macro_f1", "recall.low", "mae", "r2"}


def test_a_run_killed_in_the_middle_of_a_line_is_read_up_to_it(copy: Path) -> None:
    whole = read_run(copy)
    log = copy / "log.jsonl"
    text = log.read_text()
    second = text.index('"event": "epoch"', text.index('"event": "epoch"') + 1)
    log.write_text(text[: second + 60])
    run = read_run(copy)
    assert [epoch.epoch for epoch in run.epochs] == [0]
    assert run.epochs[0] == whole.epochs[0]
    assert run.damage == ["the last line of log.jsonl was cut off while it was written"]
    # The result is of another end than this log tells of.
    assert run.result is None
    assert run.verdict.outcome == "unfinished"
    assert run.metrics == run.epochs[0].metrics


def test_what_follows_damage_in_the_middle_is_left_unread_and_counted(copy: Path) -> None:
    log = copy / "log.jsonl"
    lines = log.read_bytes().split(b"\n")
    epoch = next(i for i, line in enumerate(lines) if b'"event": "epoch"' in line)
    lines[epoch + 1] = b"\x00\xff\x00" + lines[epoch + 1][3:]
    log.write_bytes(b"\n".join(lines))
    run = read_run(copy)
    assert len(run.epochs) == 1
    unread = len(lines) - epoch - 3
    assert run.damage == [
        f"log.jsonl is damaged in line {epoch + 2}: {unread} lines after it unread"
    ]
    assert run.damage[0] in shown(compare([run]))


def test_a_damaged_result_is_said_and_the_log_is_read(copy: Path) -> None:
    result = copy / "result.json"
    result.write_text(result.read_text()[:200])
    run = read_run(copy)
    assert len(run.epochs) == 2
    assert run.ended == "completed"
    assert "result.json should be the result of a run" in run.damage[0]
    assert run.verdict.tasks == {}


def test_the_recipe_is_read_from_its_file_where_the_log_is_empty(copy: Path) -> None:
    (copy / "log.jsonl").write_text("")
    assert read_run(copy).recipe["optimiser"]["learning_rate"] == 0.02


def test_lines_that_are_not_of_a_run_are_left_out_and_said(copy: Path) -> None:
    log = copy / "log.jsonl"
    log.write_text(json.dumps({"event": "epoch", "epoch": 0}) + "\n" + log.read_text())
    run = read_run(copy)
    assert len(run.epochs) == 2
    assert run.damage == ["line 1 of log.jsonl was left out: KeyError: 'train_losses'"]


def test_curves_are_a_picture_of_every_task(runs: Path, tmp_path: Path) -> None:
    from matplotlib.image import imread

    comparison = compare([read_run(folder) for folder in find_runs(runs)])
    save_curves(comparison, tmp_path / "curves.png")
    pixels = imread(tmp_path / "curves.png")
    assert pixels.shape[:2] == (720, 1080)  # two tasks, a loss and a metric each
    blue, orange = ((31, 119, 180), (255, 127, 14))
    for color in (blue, orange):
        near = (abs(pixels[..., :3] * 255 - torch.tensor(color).numpy()) < 3).all(-1)
        assert near.sum() > 100


def test_a_folder_without_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"should hold at least one run\. Found no log\.jsonl"):
        find_runs(tmp_path)
    with pytest.raises(ValueError, match=r"should be the folder of a run\. Found no log\.jsonl"):
        read_run(tmp_path)


def test_a_run_is_not_compared_with_itself(runs: Path) -> None:
    with pytest.raises(ValueError, match=r"should be there and differ"):
        compare([read_run(runs / "good")] * 2)


def test_runs_that_finished_no_epoch_have_no_curves(copy: Path) -> None:
    (copy / "log.jsonl").write_text("")
    with pytest.raises(ValueError, match=r"should have finished an epoch"):
        save_curves(compare([read_run(copy)]), copy / "curves.png")
