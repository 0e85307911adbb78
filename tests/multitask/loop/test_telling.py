"""What a run tells: in its log, in the terminal, to TensorBoard."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from evoscope.multitask import read_log
from evoscope.multitask.flags import RedFlags
from evoscope.multitask.loop import progress_bar, training
from evoscope.multitask.loop.log import as_json, cut_log

NO_FLAGS = dict.fromkeys(RedFlags.model_fields)


def test_the_log_says_every_nth_step_with_all_that_was_measured(
    problem: ModuleType, tmp_path: Path
) -> None:
    problem.run(
        tmp_path, problem.recipe(epochs=2, log_every=5, red_flags=NO_FLAGS), facts={"data": "abc"}
    )
    lines = [line for line in read_log(tmp_path / "log.jsonl") if line["event"] != "verdict"]
    assert [line["event"] for line in lines] == [
        "start", "step", "step", "epoch", "step", "epoch", "end",
    ]  # fmt: skip
    assert [line["step"] for line in lines if line["event"] == "step"] == [0, 5, 10]
    assert lines[0]["facts"] == {"data": "abc"}
    assert set(lines[1]) >= {"losses", "weights", "gradient_norms", "learning_rates", "parts"}
    assert set(lines[1]["gradient_norms"]) == {"backbone", "kind", "size", "all"}


def test_a_log_is_json_even_where_a_run_is_not_finite_and_where_it_was_cut_off(
    tmp_path: Path,
) -> None:
    assert as_json({"a": [float("nan"), float("-inf"), 1.5]}) == {"a": ["nan", "-inf", 1.5]}
    path = tmp_path / "log.jsonl"
    path.write_text('{"event": "start"}\n{"event": "step"}\n{"eve')
    assert [line["event"] for line in read_log(path)] == ["start", "step"]
    cut_log(path, 19)
    assert path.read_text() == '{"event": "start"}\n'


def test_without_a_terminal_there_is_no_bar(
    problem: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem.run(tmp_path, problem.recipe(epochs=1, red_flags=NO_FLAGS))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("run ended: completed\n")
    assert "6/6" not in said.err
    assert "\x1b" not in said.err


def test_in_a_terminal_a_bar_shows_every_tasks_loss_and_then_its_figure(
    problem: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=120, color_system=None)
    monkeypatch.setattr(training, "TERMINAL", console)
    monkeypatch.setattr(progress_bar, "TERMINAL", console)
    problem.run(tmp_path, problem.recipe(epochs=2))
    text = shown.getvalue()
    assert "epoch 2/2" in text
    assert "6/6" in text
    assert "epoch 1: kind macro_f1 0." in text
    assert "size r2" in text
    assert "(trivial " in text


def test_tensorboard_has_the_curves(problem: ModuleType, tmp_path: Path) -> None:
    problem.run(tmp_path, problem.recipe(epochs=2, tensorboard=True))
    events = EventAccumulator(str(tmp_path)).Reload()
    tags = events.Tags()["scalars"]
    assert {"loss/all", "loss/kind", "weight/size", "gradient_norm/all", "metric/size.r2"} <= set(
        tags
    )
    assert [event.step for event in events.Scalars("loss/kind")] == list(range(12))
    assert [event.step for event in events.Scalars("metric/kind.accuracy")] == [5, 11]


def test_without_tensorboard_the_extra_is_named(
    problem: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'evoscope\[track\]'"):
        problem.run(tmp_path, problem.recipe(tensorboard=True))
