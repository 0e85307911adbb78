"""Everything a run is made of while it runs; what callbacks see of it; how it is saved."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from evoscope.multitask.adaptation import Penalty
from evoscope.multitask.batch import Labels
from evoscope.multitask.callback import Callback, EpochResult
from evoscope.multitask.curriculum import apply
from evoscope.multitask.flags.trivial_loss import constant_sums
from evoscope.multitask.freezing import freeze, rate_factors
from evoscope.multitask.loop.checkpoint import (
    load_optimizer,
    optimizer_tensors,
    read_checkpoint,
    write_checkpoint,
)
from evoscope.multitask.loop.log import RunLog, as_json, cut_log, fields_of
from evoscope.multitask.loop.place import Place
from evoscope.multitask.loop.progress import Progress
from evoscope.multitask.loop.progress_bar import ProgressBar
from evoscope.multitask.loop.run import COMPLETED, LAST, LOG, MODEL, Run
from evoscope.multitask.loop.tensorboard import TensorBoard
from evoscope.multitask.loop.terminal import TERMINAL
from evoscope.multitask.optimisation.average import MovingAverage
from evoscope.multitask.optimisation.early_stopping import EarlyStoppingWatch
from evoscope.multitask.optimisation.optimiser import Gradients, make_optimizer
from evoscope.multitask.optimisation.precision import Precision
from evoscope.multitask.recipe import Recipe
from evoscope.multitask.sampling import n_batches
from evoscope.multitask.tasks.task import Task
from evoscope.multitask.verdict.verdict import RunVerdict
from evoscope.multitask.weighting.settings import make_weighting
from evoscope.multitask.weighting.weighting import Weighting


class Training:
    """A run in progress; callbacks see it as their `Control`.

    Args:
        model: on its device.
        tasks: fitted.
        recipe: how.
        place: where.
        folder: of the run.
        callbacks: in the order in which they are called.
        penalties: what else is minimised.
        facts: what else a checkpoint should remember of the data.

    Attributes:
        trained: every parameter the optimiser holds.
        phase: what the curriculum says of this epoch.
        labels: of the latest step, this process's.
        left: why the run was left before its end, so that it can be resumed; empty otherwise.
    """

    def __init__(
        self,
        model: nn.Module,
        tasks: Mapping[str, Task],
        recipe: Recipe,
        place: Place,
        folder: Path,
        callbacks: Sequence[Callback],
        penalties: Sequence[Penalty],
        facts: Mapping[str, str],
    ) -> None:
        self._model, self._tasks = model, tasks
        self.recipe, self.place, self.folder, self.facts = recipe, place, folder, facts
        self._weighting = make_weighting(recipe.weighting, list(tasks)).to(place.device)
        self.optimizer = make_optimizer(
            model, self._weighting, recipe.optimiser, rate_factors(model, recipe.rates)
        )
        self.gradients = Gradients(model, recipe.optimiser.gradient_clip)
        self.precision = Precision(recipe.precision, place.device)
        self.average = MovingAverage(model, recipe.ema_decay) if recipe.ema_decay else None
        self.trained = [*model.parameters(), *self._weighting.parameters()]
        self.progress = Progress(micro_batch=recipe.batch_size)
        self.callbacks = tuple(callbacks)
        self.penalties = tuple(penalties)
        self.phase = recipe.curriculum.at(0)
        self.labels = Labels({}, {})
        self.left = ""
        self._log: RunLog | None = None
        self._saved_at = time.monotonic()

    @property
    def model(self) -> nn.Module:
        """The model in training."""
        return self._model

    @property
    def judged_model(self) -> nn.Module:
        """The model that is evaluated and kept: the average where there is one."""
        return self.average.model if self.average else self._model

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Task by name."""
        return self._tasks

    @property
    def weighting(self) -> Weighting:
        """How much each task counts."""
        return self._weighting

    def constant_loss(self, task: str) -> float:
        """Mean loss of the best constant answer on the labels of the latest step."""
        total, weight = self.place.sum(constant_sums(self._tasks[task], self.labels)).unbind(1)
        return float((total / weight).min())

    def stop(self, reason: str) -> None:
        """End the run after this step; the reason is logged."""
        self.progress.ended = self.progress.ended or reason
        self.say("stop", f"stopped: {reason}", reason=reason)

    def scale_rate(self, factor: float, reason: str) -> None:
        """Multiply every learning rate from now on; the reason is logged."""
        self.progress.rate *= factor
        self.say("rate", f"learning rates x {factor:g}: {reason}", factor=factor, reason=reason)

    def warn(self, message: str, **details: int | float | str) -> None:
        """Write to the log and the terminal."""
        self.say("warning", message, message=message, **details)

    def say(self, event: str, text: str, **fields: Any) -> None:
        """Write an event to the log and a line to the terminal, in one process."""
        if self._log is not None:
            where = {"epoch": self.progress.epoch, "step": self.progress.step}
            self._log.write(event, **(where | fields))
        if self.place.writes:
            TERMINAL.print(text, markup=False, highlight=False, soft_wrap=True)

    @property
    def ended(self) -> str:
        """Why there are no more steps; empty while there are."""
        return self.progress.ended or self.left

    @property
    def best_epoch(self) -> int | None:
        """The best epoch so far, where early stopping judges."""
        watches = [c for c in self.callbacks if isinstance(c, EarlyStoppingWatch)]
        return watches[0].best.epoch if watches else None

    def begin_epoch(self) -> None:
        """Put the model into this epoch's state, which depends on nothing but its number."""
        epoch = self.progress.epoch
        self.phase = self.recipe.curriculum.at(epoch)
        self._model.train()
        apply(self.phase, self._model)
        freeze(self._model, self.recipe.freezing, epoch)

    def leave(self, reason: str) -> None:
        """Take no more steps for now; a resumed run goes on from here."""
        self.left = reason

    def open(self, *, again: bool, rows: int) -> None:
        """Begin to write, in the one process that does."""
        shown: list[Callback] = []
        if self.recipe.tensorboard:
            shown.append(TensorBoard(self.folder, self.recipe.log_every, self.progress.step))
        if TERMINAL.is_terminal:
            steps = n_batches(rows, self.recipe.rows_per_step)
            shown.append(ProgressBar(steps, self.recipe.epochs, self.progress.batch))
        self._log = log = RunLog(self.folder / LOG, self.recipe.log_every)
        self.callbacks = (log, *self.callbacks, *shown)
        log.write(
            "resume" if again else "start",
            epoch=self.progress.epoch,
            step=self.progress.step,
            tasks=list(self._tasks),
            rows=rows,
            parameters=sum(p.numel() for p in self._model.parameters()),
            device=str(self.place.device),
            processes=self.place.world,
            facts=self.facts,
            recipe=self.recipe.model_dump(mode="json"),
        )

    def close(self) -> None:
        """Write how the run ended."""
        self.say("end", f"run ended: {self.ended}", reason=self.ended)
        if self._log is not None:
            self._log.close()

    def summary(self, result: EpochResult | None, verdict: RunVerdict | None) -> Run:
        """Say what the run leaves behind."""
        steps, epochs = self.progress.step, self.progress.epoch
        return Run(self.folder, self.ended, steps, epochs, self.best_epoch, result, verdict)

    def halve_micro_batch(self, rows: int) -> None:
        """Make micro-batches of half the size after memory ran out; drop what was accumulated.

        Args:
            rows: that were to be run.

        Raises:
            MemoryError: there is only one row left to run at once.
        """
        old = min(self.progress.micro_batch, rows)
        if old == 1:
            raise MemoryError(
                "a single row should fit into memory. Found that it does not: use a smaller model, "
                "shorter inputs or another device."
            )
        self.optimizer.zero_grad(set_to_none=True)
        if self.place.device.type == "cuda":
            torch.cuda.empty_cache()
        self.progress.micro_batch = old // 2
        self.warn(
            f"memory ran out with {old} rows at once: now {old // 2}, "
            f"still {self.recipe.rows_per_step} to a step",
            micro_batch=old // 2,
        )

    def keep_if_best(self, result: EpochResult) -> None:
        """Write the model where this epoch is the best so far."""
        if self.best_epoch == result.epoch:
            self.save_model(epoch=result.epoch, result=as_json(fields_of(result)))

    def save_if_due(self) -> None:
        """Write the checkpoint where the recipe's interval has passed."""
        if time.monotonic() - self._saved_at >= 60 * self.recipe.checkpoint_minutes:
            self.save()

    def save(self) -> None:
        """Write the checkpoint from which a run resumes."""
        self._saved_at = time.monotonic()
        if self._log is None:
            return
        write_checkpoint(
            self.folder / LAST,
            _named("model", self._model.state_dict())
            | _named("weighting", self._weighting.state_dict())
            | _named("optimiser", optimizer_tensors(self.optimizer))
            | (_named("average", self.average.state_dict()) if self.average else {})
            | self._task_tensors(),
            {
                "progress": self.progress.state_dict(),
                "callbacks": self._callback_states(),
                "scaler": self.precision.scaler.state_dict(),
                "recipe": self.recipe.model_dump(mode="json"),
                "facts": dict(self.facts),
                "log_bytes": self._log.position(),
            },
        )

    def resume(self) -> None:
        """Take everything back from the checkpoint.

        Raises:
            ValueError: it was made by another recipe, or on other data.
        """
        tensors, state = read_checkpoint(self.folder / LAST)
        self._refuse_another(state)
        self._model.load_state_dict(_under("model", tensors))
        self._weighting.load_state_dict(_under("weighting", tensors))
        load_optimizer(self.optimizer, _under("optimiser", tensors))
        if self.average:
            self.average.load_state_dict(_under("average", tensors))
        for name, task in self._tasks.items():
            task.load_state_dict(_under(f"tasks.{name}", tensors))
        self.progress.load_state_dict(state["progress"])
        if self.progress.ended == COMPLETED and self.progress.epoch < self.recipe.epochs:
            self.progress.ended = ""  # the recipe has more epochs than it had
        self.precision.scaler.load_state_dict(state["scaler"])
        callbacks = {key: callback for callback, key in self._keyed_callbacks()}
        for key, own in state["callbacks"].items():
            if key not in callbacks:
                raise ValueError(
                    f"a resumed run should have the callbacks it began with. Found no {key} "
                    f"among {list(callbacks)}."
                )
            callbacks[key].load_state_dict(own)
        if self.place.writes:
            cut_log(self.folder / LOG, state["log_bytes"])

    def save_model(self, **about: Any) -> None:
        """Write the weights that are judged, and what the tasks learned from the labels."""
        if self._log is None:
            return
        tensors = _named("model", self.judged_model.state_dict()) | self._task_tensors()
        about |= {"recipe": self.recipe.model_dump(mode="json"), "facts": dict(self.facts)}
        write_checkpoint(self.folder / MODEL, tensors, about)

    def _task_tensors(self) -> dict[str, Tensor]:
        return {
            key: tensor
            for name, task in self._tasks.items()
            for key, tensor in _named(f"tasks.{name}", task.state_dict()).items()
        }

    def _callback_states(self) -> dict[str, Any]:
        states = {key: callback.state_dict() for callback, key in self._keyed_callbacks()}
        return {key: state for key, state in states.items() if state}

    def _keyed_callbacks(self) -> list[tuple[Callback, str]]:
        seen: Counter[str] = Counter()
        keyed = []
        for callback in self.callbacks:
            name = type(callback).__name__
            keyed.append((callback, f"{name}.{seen[name]}"))
            seen[name] += 1
        return keyed

    def _refuse_another(self, state: Mapping[str, Any]) -> None:
        now: dict[str, Any] = self.recipe.model_dump(mode="json")
        free = ("epochs", "device", "checkpoint_minutes", "log_every", "tensorboard")
        pairs = [
            (f"recipe field {name}", state["recipe"].get(name), now[name])
            for name in now
            if name not in free
        ]
        facts = sorted({*self.facts, *state["facts"]})
        pairs += [
            (f"fact {name}", state["facts"].get(name), self.facts.get(name)) for name in facts
        ]
        for what, then, here in pairs:
            if then != here:
                raise ValueError(
                    f"a resumed run should have what it began with: {what} was {then!r}. "
                    f"Found {here!r}. Put it back, or begin another run in another folder."
                )


def load_model(folder: str | Path, model: nn.Module, tasks: Sequence[Task] = ()) -> dict[str, Any]:
    """Load the weights a run ended with into a model of the same architecture.

    Args:
        folder: of the run.
        model: on any device.
        tasks: take what those of the run learned from its training labels.

    Returns:
        what the run says about them: recipe, facts, and the epoch they are from.

    Raises:
        ValueError: no such model in the folder, or a damaged one.
    """
    path = Path(folder) / MODEL
    if not path.exists():
        raise ValueError(
            f"{folder} should be the folder of a finished run. Found no {MODEL} in it."
        )
    tensors, about = read_checkpoint(path)
    model.load_state_dict(_under("model", tensors))
    for task in tasks:
        task.load_state_dict(_under(f"tasks.{task.name}", tensors))
    return about


def _named(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {name.removeprefix(start): t for name, t in tensors.items() if name.startswith(start)}
