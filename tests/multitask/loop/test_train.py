"""What a run does, as its user sees it."""

# ruff: noqa: ARG002  hooks use what they need

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask import (
    Batch,
    Callback,
    Control,
    EpochResult,
    ImprovedTaskHead,
    Labels,
    Recipe,
    Regression,
    StepResult,
    evaluate,
    load_model,
    read_log,
    train,
)
from evoscope.multitask.heads.head import Start
from evoscope.multitask.loop.checkpoint import read_checkpoint


class Recorder(Callback):
    """Keeps what a run says."""

    def __init__(self) -> None:
        self.steps: list[StepResult] = []
        self.epochs: list[EpochResult] = []
        self.heads: list[dict[str, Tensor]] = []
        self.ended = 0

    def on_step(self, run: Control, result: StepResult) -> None:
        self.steps.append(result)

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        self.epochs.append(result)
        self.heads.append({k: v.clone() for k, v in run.model.state_dict().items()})

    def on_end(self, run: Control) -> None:
        self.ended += 1


class Small(nn.Module):
    """A backbone that too many rows at once do not fit into."""

    def __init__(self, backbone: nn.Module, most: int, error: Exception) -> None:
        super().__init__()
        self.inner, self.most, self.error = backbone, most, error

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  as nn.Sequential calls it
        if len(input) > self.most and self.training:
            raise self.error
        out: Tensor = self.inner(input)
        return out


def losses(recorder: Recorder) -> Tensor:
    return torch.tensor([step.loss for step in recorder.steps])


def test_a_run_beats_the_trivial_predictors_and_says_so(
    problem: ModuleType, tmp_path: Path
) -> None:
    recorder = Recorder()
    run = problem.run(
        tmp_path, problem.recipe(epochs=10), callbacks=[recorder], rows=problem.data(160)
    )
    assert (run.ended, run.epochs, run.steps, recorder.ended) == ("completed", 10, 100, 1)
    result = recorder.epochs[-1]
    assert run.result == result
    for task, metric in (("kind", "macro_f1"), ("size", "r2")):
        figure, trivial = result.metrics[task][metric].value, result.trivial[task][metric].value
        assert figure is not None
        assert trivial is not None
        assert figure > trivial + 0.3
    assert result.validation_losses["size"] < recorder.epochs[0].validation_losses["size"]
    lines = [line for line in read_log(tmp_path / "log.jsonl") if line["event"] == "epoch"]
    assert len(lines) == 10
    assert lines[-1]["metrics"]["size"]["r2"]["value"] == result.metrics["size"]["r2"].value
    assert lines[-1]["trivial"]["kind"]["macro_f1"]["n"] == 40


@pytest.mark.parametrize("split", [{"accumulation": 4, "batch_size": 8}, {"batch_size": 32}])
def test_micro_batches_add_up_to_the_batch(
    problem: ModuleType, tmp_path: Path, split: dict[str, int]
) -> None:
    """Labels are unevenly spread over them: means of means would differ."""
    whole, parts = Recorder(), Recorder()
    rows, none = problem.data(), {"net": problem.model(dropout=0.0)}
    problem.run(tmp_path / "a", problem.recipe(batch_size=32), rows=rows, callbacks=[whole], **none)
    none = {"net": problem.model(dropout=0.0)}
    problem.run(tmp_path / "b", problem.recipe(**split), rows=rows, callbacks=[parts], **none)
    torch.testing.assert_close(losses(whole), losses(parts), rtol=1e-4, atol=1e-6)
    for one, other in zip(whole.steps, parts.steps, strict=True):
        assert one.losses == pytest.approx(other.losses, rel=1e-3)
        assert one.gradient_norms == pytest.approx(other.gradient_norms, rel=1e-2, abs=1e-5)


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory."), MemoryError(), RuntimeError(
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 64 bytes."
    )],
)  # fmt: skip
def test_where_memory_runs_out_smaller_batches_give_the_same_steps(
    problem: ModuleType, tmp_path: Path, error: Exception
) -> None:
    plain, tight = Recorder(), Recorder()
    settings = problem.recipe(batch_size=32, epochs=1)
    for name, most, recorder in (("plain", 32, plain), ("tight", 10, tight)):
        net = problem.model(dropout=0.0)
        net.backbone = Small(net.backbone, most, error)
        problem.run(tmp_path / name, settings, net=net, rows=problem.data(), callbacks=[recorder])
    torch.testing.assert_close(losses(plain), losses(tight), rtol=1e-4, atol=1e-6)
    said = [line for line in read_log(tmp_path / "tight/log.jsonl") if "micro_batch" in line]
    assert [line["micro_batch"] for line in said] == [16, 8]
    assert "still 32 to a step" in said[-1]["message"]


def test_a_row_that_never_fits_ends_the_run_with_advice(
    problem: ModuleType, tmp_path: Path
) -> None:
    net = problem.model()
    net.backbone = Small(net.backbone, 0, MemoryError())
    with pytest.raises(MemoryError, match="single row should fit"):
        problem.run(tmp_path, problem.recipe(), net=net)
    last = read_log(tmp_path / "log.jsonl")[-1]
    assert last["event"] == "end"
    assert last["reason"].startswith("failed: MemoryError")


def test_another_error_is_not_taken_for_a_lack_of_memory(
    problem: ModuleType, tmp_path: Path
) -> None:
    net = problem.model()
    net.backbone = Small(net.backbone, 0, RuntimeError("shapes do not match"))
    with pytest.raises(RuntimeError, match="shapes do not match"):
        problem.run(tmp_path, problem.recipe(), net=net)


def test_early_stopping_gives_the_model_its_best_weights(
    problem: ModuleType, tmp_path: Path
) -> None:
    class Spoil(Callback):
        """Makes every epoch after the second worthless."""

        def on_epoch_start(self, run: Control, epoch: int) -> None:
            if epoch > 1:
                with torch.no_grad():
                    for parameter in run.model.parameters():
                        parameter.fill_(0.5)

    net, recorder = problem.model(), Recorder()
    settings = problem.recipe(
        epochs=9, early_stopping={"patience": 2, "monitor": "loss"}, schedule={"kind": "constant"}
    )
    run = problem.run(tmp_path, settings, net=net, callbacks=[recorder, Spoil()])
    assert run.best_epoch == 1
    assert run.epochs == 4
    assert run.ended.startswith("loss has not improved for 2 epochs")
    for key, tensor in net.state_dict().items():
        torch.testing.assert_close(tensor, recorder.heads[1][key], rtol=0, atol=0)
    fresh, tasks = problem.model(seed=5), problem.tasks()
    assert load_model(tmp_path, fresh, tasks)["epoch"] == 1
    found = evaluate(fresh, tasks, problem.data(40, seed=2))
    assert found.metrics["size"] == recorder.epochs[1].metrics["size"]


def test_an_averaged_model_is_judged_and_kept(problem: ModuleType, tmp_path: Path) -> None:
    net = problem.model()
    problem.run(tmp_path, problem.recipe(ema_decay=0.99, epochs=2), net=net)
    last, _ = read_checkpoint(tmp_path / "last.safetensors")
    kept, _ = read_checkpoint(tmp_path / "model.safetensors")
    weight = "backbone.0.weight"
    assert torch.equal(kept[f"model.{weight}"], last[f"average.module.{weight}"])
    assert torch.equal(net.state_dict()[weight], kept[f"model.{weight}"])
    assert not torch.equal(last[f"model.{weight}"], kept[f"model.{weight}"])


def test_a_task_that_is_off_does_not_move_its_head_or_its_weight(
    problem: ModuleType, tmp_path: Path
) -> None:
    phases = [{"start": 0, "tasks": ["kind"], "dropout": 0.4}, {"start": 1, "tasks": "all"}]
    net, recorder = problem.model(), Recorder()
    before = {k: v.clone() for k, v in net.state_dict().items()}
    problem.run(
        tmp_path,
        problem.recipe(epochs=2, curriculum={"phases": phases}),
        net=net,
        callbacks=[recorder],
    )
    head = "heads.size.layers.0"
    moved = [name for name in before if name.startswith("heads.size") and "weight" in name]
    assert moved, head
    first, second = recorder.heads
    inner = next(name for name in moved if before[name].ndim == 2 and len(before[name]) == 8)
    assert torch.equal(first[inner], before[inner])
    assert not torch.equal(second[inner], before[inner])
    assert set(recorder.steps[0].losses) == {"kind"}
    assert recorder.steps[5].weights["size"] == 0.0
    assert recorder.steps[6].weights["size"] == 1.0
    assert {m.p for m in net.modules() if isinstance(m, nn.Dropout)} == {0.4}


def test_frozen_layers_stay_until_their_epoch_and_have_their_own_rate(
    problem: ModuleType, tmp_path: Path
) -> None:
    net, recorder = problem.model(), Recorder()
    before = {k: v.clone() for k, v in net.state_dict().items()}
    settings = problem.recipe(
        freezing={"strategy": "progressive", "unfreeze": {1: 1}},
        rates={"factors": {"backbone.*": 0.1}},
    )
    problem.run(tmp_path, settings, net=net, callbacks=[recorder])
    for epoch, moves in enumerate([False, True, True]):
        state = recorder.heads[epoch]
        assert torch.equal(state["backbone.0.weight"], before["backbone.0.weight"])
        assert torch.equal(state["backbone.3.weight"], before["backbone.3.weight"]) is not moves
    rates = recorder.steps[3].learning_rates
    assert rates["x 0.1"] == pytest.approx(0.1 * rates["base"])


def test_callbacks_may_stop_a_run_and_lower_its_rate(problem: ModuleType, tmp_path: Path) -> None:
    class Stern(Callback):
        def on_step(self, run: Control, result: StepResult) -> None:
            if result.step == 2:
                run.scale_rate(0.1, "too fast")
            if result.step == 4:
                run.stop("seen enough")

    recorder = Recorder()
    settings = problem.recipe(schedule={"kind": "constant"})
    run = problem.run(tmp_path, settings, callbacks=[recorder, Stern()])
    assert (run.ended, run.steps, run.result) == ("seen enough", 5, None)
    rates = [step.learning_rates["base"] for step in recorder.steps]
    assert rates == pytest.approx([1e-2, 1e-2, 1e-2, 1e-3, 1e-3])
    events = {line["event"]: line for line in read_log(tmp_path / "log.jsonl")}
    assert events["rate"]["reason"] == "too fast"
    assert events["stop"]["reason"] == "seen enough"
    # Stopped is over: it is not taken up again where it was stopped.
    assert problem.run(tmp_path, settings, callbacks=[Stern()], resume=True).steps == 5


def test_rows_without_any_label_move_nothing(problem: ModuleType, tmp_path: Path) -> None:
    """A whole batch may be unlabelled, in a corpus that is mostly so."""
    clean = problem.data(32)
    rows = Batch(
        clean.inputs,
        Labels(
            clean.labels.targets,
            {task: mask & (torch.arange(32) < 1) for task, mask in clean.labels.present.items()},
        ),
    )
    tasks = [problem.tasks()[0]]
    recorder = Recorder()
    settings = problem.recipe(epochs=1, batch_size=4)
    train(problem.model(), tasks, rows, None, settings, folder=tmp_path, callbacks=[recorder])
    empty = [step for step in recorder.steps if not step.losses]
    assert len(empty) == 7
    assert all(step.loss == 0.0 and not step.gradient_norms for step in empty)


def test_a_run_leaves_random_numbers_as_it_found_them(problem: ModuleType, tmp_path: Path) -> None:
    before = torch.random.get_rng_state()
    problem.run(tmp_path, problem.recipe(epochs=1))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_clipping_bounds_the_step_that_a_wild_batch_takes(
    problem: ModuleType, tmp_path: Path
) -> None:
    recorder = Recorder()
    optimiser = {"learning_rate": 1e-2, "gradient_clip": 1e-9}
    problem.run(tmp_path, problem.recipe(epochs=1, optimiser=optimiser), callbacks=[recorder])
    norms = recorder.steps[1].gradient_norms
    assert set(norms) == {"backbone", "kind", "size", "all"}
    # Reported as it was before clipping.
    parts = [norms[name] ** 2 for name in ("backbone", "kind", "size")]
    assert norms["all"] == pytest.approx(sum(parts) ** 0.5)
    assert norms["all"] > 1e-3


@pytest.mark.parametrize(
    ("fields", "validation", "says"),
    [
        ({"early_stopping": {}}, False, "early_stopping should have validation rows"),
        ({"schedule": {"kind": "plateau"}}, False, "'plateau' should have validation rows"),
        ({"weighting": {"kind": "learned"}}, False, "'learned' should have validation rows"),
        ({"early_stopping": {"monitor": "kind.r2"}}, True, r"one of \['kind.macro_f1'"),
        ({"curriculum": {"phases": [{"start": 0, "tasks": ["x"]}]}}, True, "kind"),
        ({"device": "cuda"}, True, "device should be one of"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_the_first_step(
    problem: ModuleType, tmp_path: Path, fields: dict[str, Any], validation: bool, says: str
) -> None:
    if fields.get("device") == "cuda" and torch.cuda.is_available():
        pytest.skip("this machine has what the test says is missing")
    rows = problem.data(40, seed=2) if validation else None
    with pytest.raises(ValueError, match=says):
        train(
            problem.model(), problem.tasks(), problem.data(), rows, problem.recipe(**fields),
            folder=tmp_path,
        )  # fmt: skip
    assert not (tmp_path / "last.safetensors").exists()


def test_half_precision_learns_and_answers_in_full(problem: ModuleType, tmp_path: Path) -> None:
    recorder = Recorder()
    settings = problem.recipe(precision="bf16", epochs=6)
    problem.run(tmp_path, settings, rows=problem.data(200), callbacks=[recorder])
    last, first = recorder.epochs[-1].train_losses, recorder.epochs[0].train_losses
    assert last["size"] < 0.7 * first["size"]
    kept, _ = read_checkpoint(tmp_path / "model.safetensors")
    assert kept["model.backbone.0.weight"].dtype == torch.float32


def test_a_penalty_weighs_the_same_however_the_batch_is_cut(
    problem: ModuleType, tmp_path: Path
) -> None:
    def size(model: nn.Module, outputs: Any, generator: torch.Generator) -> Tensor:
        return outputs["kind.logits"].square().mean()

    recorders = {cut: Recorder() for cut in (32, 8)}
    for cut, recorder in recorders.items():
        problem.run(
            tmp_path / str(cut),
            problem.recipe(batch_size=cut, accumulation=32 // cut, epochs=2),
            net=problem.model(dropout=0.0),
            rows=problem.data(),
            callbacks=[recorder],
            penalties=[size],
        )
    torch.testing.assert_close(losses(recorders[32]), losses(recorders[8]), rtol=1e-4, atol=1e-6)
    plain = Recorder()
    problem.run(
        tmp_path / "plain", problem.recipe(batch_size=32, epochs=2),
        net=problem.model(dropout=0.0), rows=problem.data(), callbacks=[plain],
    )  # fmt: skip
    assert recorders[32].steps[0].loss > plain.steps[0].loss


@pytest.mark.parametrize("start_heads", [True, False])
def test_weights_that_are_given_go_on_where_they_were(
    start_heads: bool, problem: ModuleType, tmp_path: Path
) -> None:
    net = problem.model(dropout=0.0)
    problem.run(tmp_path / "first", problem.recipe(epochs=10), net=net, rows=problem.data(160))
    # The same question of people ten times as large: 50 on average was 500 on average.
    rows = problem.data(160)
    larger = {**rows.labels.targets, "size": 10 * rows.labels.targets["size"]}
    others = Batch(rows.inputs, Labels(larger, rows.labels.present))
    before = net(**rows.inputs)["size.mean"].detach()
    hardly = problem.recipe(epochs=1, optimiser={"learning_rate": 1e-9})
    problem.run(tmp_path / "second", hardly, net=net, rows=others, start_heads=start_heads)
    net.eval()
    moved = (net(**rows.inputs)["size.mean"] - before).abs().max().item()
    if start_heads:
        assert moved > 100
    else:
        assert moved < 1e-3


def test_a_model_of_ones_own_begins_at_its_targets(tmp_path: Path) -> None:
    """A network that is no `MultiTaskModel` started at zero, and had to unlearn that first."""

    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = ImprovedTaskHead(2, 1, task_type="regression")

        def forward(self, x: Tensor) -> dict[str, Tensor]:
            return {f"size.{part}": found for part, found in self.head(x).items()}

        def start_at(self, output: str, start: Start) -> None:
            self.head.start_at(output.partition(".")[2], start)

    rows = Batch(
        {"x": torch.zeros(8, 2)},
        Labels(
            {"size": torch.full((8, 1), 40.0) + torch.arange(8.0)[:, None]},
            {"size": torch.ones(8, 1, dtype=torch.bool)},
        ),
    )
    recipe = Recipe.parse("{epochs: 1, batch_size: 8, optimiser: {learning_rate: 1.0e-9}}")
    model = Own()
    train(model, [Regression("size", columns=("a",))], rows, None, recipe, folder=tmp_path / "run")
    assert model(torch.zeros(1, 2))["size.mean"].item() == pytest.approx(43.5, abs=1.0)
