"""A run that was interrupted, or killed, ends as if nothing had happened."""

# ruff: noqa: ARG002  hooks use what they need

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from evoscope.multitask import Callback, Control, StepResult, read_log
from evoscope.multitask.loop.checkpoint import read_checkpoint


class Signal(Callback):
    """Asks the run to leave during one of its steps."""

    def __init__(self, step: int, number: int) -> None:
        self.step, self.number = step, number

    def on_step(self, run: Control, result: StepResult) -> None:
        if result.step == self.step:
            signal.raise_signal(self.number)


class Counter(Callback):
    """Has a state of its own."""

    def __init__(self) -> None:
        self.total = 0.0

    def on_step(self, run: Control, result: StepResult) -> None:
        self.total += result.loss

    def state_dict(self) -> dict[str, Any]:
        return {"total": self.total}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.total = state["total"]


def same(one: Path, other: Path) -> None:
    for name in ("last.safetensors", "model.safetensors"):
        tensors, state = read_checkpoint(one / name)
        others, other_state = read_checkpoint(other / name)
        assert tensors.keys() == others.keys()
        for key, tensor in tensors.items():
            torch.testing.assert_close(tensor, others[key], rtol=0, atol=0, equal_nan=True, msg=key)
        assert clean(state) == clean(other_state)
    logs = [
        [clean(line) for line in read_log(folder / "log.jsonl") if line["event"] != "resume"]
        for folder in (one, other)
    ]
    assert logs[0] == logs[1]


def clean(value: Any) -> Any:
    """Everything but the time it took."""
    if isinstance(value, dict):
        times = ("time", "seconds", "log_bytes")
        return {name: clean(own) for name, own in value.items() if name not in times}
    return value


@pytest.mark.parametrize("step", [0, 5, 8])  # in the middle of an epoch, at its end
def test_an_interrupted_run_ends_bit_for_bit_as_an_uninterrupted_one(
    problem: ModuleType, tmp_path: Path, step: int
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    settings = problem.everything()
    counted, again = Counter(), Counter()
    problem.run(whole, settings, callbacks=[counted])
    left = problem.run(parts, settings, callbacks=[Counter(), Signal(step, signal.SIGTERM)])
    assert left.ended == "interrupted: SIGTERM"
    assert left.steps == step + 1
    # A fresh model of other first weights: nothing may come from anywhere but the checkpoint.
    run = problem.run(parts, settings, callbacks=[again], resume=True, net=problem.model(seed=9))
    assert run.ended == "completed"
    assert again.total == counted.total
    same(whole, parts)


@pytest.mark.parametrize("kind", ["fixed", "inverse_variance", "dwa", "adaptive", "learned"])
def test_every_weighting_is_resumed_as_it_was(
    problem: ModuleType, tmp_path: Path, kind: str
) -> None:
    more = {"every": 2} if kind == "learned" else {}
    settings = problem.recipe(weighting={"kind": kind, **more}, epochs=4)
    problem.run(tmp_path / "whole", settings)
    problem.run(tmp_path / "parts", settings, callbacks=[Signal(14, signal.SIGINT)])
    problem.run(tmp_path / "parts", settings, resume=True, net=problem.model(seed=9))
    same(tmp_path / "whole", tmp_path / "parts")


def test_a_run_killed_while_saving_loses_at_most_one_interval(
    problem: ModuleType, tmp_path: Path
) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    child = subprocess.run(
        [sys.executable, problem.__file__, "die", str(killed)], capture_output=True, check=False
    )
    assert child.returncode == -signal.SIGKILL
    assert (killed / "last.safetensors.unfinished").exists()
    with pytest.raises(ValueError, match="should be a checkpoint"):
        read_checkpoint(killed / "last.safetensors.unfinished")
    _, state = read_checkpoint(killed / "last.safetensors")
    # The ninth save, of the eighth step (the sixth is saved again after its epoch), did not come
    # through; the one before it did.
    assert state["progress"]["step"] == 7
    problem.run(killed, problem.everything(), resume=True)
    problem.run(whole, problem.everything())
    same(whole, killed)


def test_a_run_killed_before_its_first_checkpoint_begins_anew(
    problem: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "log.jsonl").write_text('{"event": "start"}\n{"event": "st')
    run = problem.run(tmp_path, problem.recipe(epochs=1), resume=True)
    assert run.ended == "completed"
    assert [line["event"] for line in read_log(tmp_path / "log.jsonl")].count("start") == 1


def test_a_finished_run_resumed_stays_finished_and_can_be_prolonged(
    problem: ModuleType, tmp_path: Path
) -> None:
    constant = {"schedule": {"kind": "constant"}}
    problem.run(tmp_path / "run", problem.recipe(epochs=2, **constant))
    again = problem.run(tmp_path / "run", problem.recipe(epochs=2, **constant), resume=True)
    assert (again.ended, again.steps) == ("completed", 12)
    longer = problem.run(tmp_path / "run", problem.recipe(epochs=3, **constant), resume=True)
    problem.run(tmp_path / "whole", problem.recipe(epochs=3, **constant))
    assert longer.steps == 18
    one, other = (
        read_checkpoint(tmp_path / name / "model.safetensors")[0] for name in ("run", "whole")
    )
    for key, tensor in one.items():
        torch.testing.assert_close(tensor, other[key], rtol=0, atol=0)


def test_another_recipe_or_other_data_is_not_resumed(problem: ModuleType, tmp_path: Path) -> None:
    problem.run(tmp_path, problem.recipe(epochs=1), facts={"split": "abc"})
    with pytest.raises(ValueError, match=r"recipe field seed was 0\. Found 1"):
        problem.run(tmp_path, problem.recipe(epochs=1, seed=1), facts={"split": "abc"}, resume=True)
    with pytest.raises(ValueError, match=r"fact split was 'abc'\. Found 'abd'"):
        problem.run(tmp_path, problem.recipe(epochs=1), facts={"split": "abd"}, resume=True)
    with pytest.raises(ValueError, match="folder of a new run should be empty"):
        problem.run(tmp_path, problem.recipe(epochs=1))


def test_nothing_a_run_writes_can_run_code(problem: ModuleType, tmp_path: Path) -> None:
    problem.run(tmp_path, problem.everything(epochs=1))
    kinds = {".json", ".jsonl", ".yaml", ".safetensors"}
    assert {path.suffix for path in tmp_path.iterdir()} <= kinds
    header = (tmp_path / "last.safetensors").read_bytes()
    length = int.from_bytes(header[:8], "little")
    assert "__metadata__" in json.loads(header[8 : 8 + length])
