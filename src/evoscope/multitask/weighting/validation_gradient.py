"""Feeds `Learned` weighting with gradients, from outside the loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.batch import Batch, Source
from evoscope.multitask.callback import Callback, Control, StepResult
from evoscope.multitask.seeds import generator
from evoscope.multitask.tasks.task import Task
from evoscope.multitask.weighting.learned import Learned
from evoscope.multitask.weighting.settings import LearnedSettings


class ValidationGradient(Callback):
    """Every few steps, compares each task's gradient with that of validation rows.

    On steps ``every - 1, 2 * every - 1, ...`` it draws ``rows`` rows of both sources, takes the
    gradient of every task on the training rows and of ``sum(importance * loss)`` on the validation
    rows, by all parameters that train, and passes their cosines to ``run.weighting.update``. The
    model is in eval mode meanwhile, and its gradients, its random state and its statistics are left
    as they were. Rows depend on seed and step alone, so a resumed run repeats them, and
    every process of a distributed run reaches the same weights. Nothing to save: the weights are
    saved with the weighting.

    It costs one forward and one backward pass per task, and one more for validation, each time.

    The weights are fitted to these rows: early stopping and figures on the same rows flatter them.
    Set some rows apart where there are enough.

    Args:
        train: source of training rows.
        validation: source of the rows to do well on.
        settings: ``every``, ``rows``, and ``importance``: task -> how much its validation loss
            counts, 0 for a task that is only there to help others; all 1 where not given.
        seed: of the run.

    Raises:
        ValueError: no validation rows; on start, a weighting that is not `Learned`, or importance
            that does not name the tasks.
    """

    def __init__(
        self, train: Source, validation: Source, settings: LearnedSettings, *, seed: int
    ) -> None:
        if not len(validation):
            raise ValueError(
                "weighting 'learned' should have validation rows to learn from. Found none: "
                "give some, or choose another weighting."
            )
        self.train, self.validation, self.settings, self.seed = train, validation, settings, seed

    def on_start(self, run: Control) -> None:
        """Refuse a run that this cannot serve."""
        if not isinstance(run.weighting, Learned):
            raise ValueError(f"weighting should be Learned. Found {type(run.weighting).__name__}.")
        importance = self.settings.importance
        if importance is not None and set(importance) != set(run.tasks):
            raise ValueError(
                f"importance should name every task once: {sorted(run.tasks)}. "
                f"Found {sorted(importance)}."
            )

    def on_step(self, run: Control, result: StepResult) -> None:
        """Update the weights when it is time."""
        if (result.step + 1) % self.settings.every or not isinstance(run.weighting, Learned):
            return
        draw = generator(self.seed, "validation gradient", result.step)
        device = next(run.model.parameters()).device
        train, validation = (
            _draw(source, self.settings.rows, draw).to(device)
            for source in (self.train, self.validation)
        )
        run.weighting.update(
            alignments(run.model, run.tasks, train, validation, self.settings.importance)
        )


def alignments(
    model: nn.Module,
    tasks: Mapping[str, Task],
    train: Batch,
    validation: Batch,
    importance: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Cosine of every task's gradient on training rows with the gradient of validation rows.

    Args:
        model: in any mode; it is read in eval mode and left as it was.
        tasks: task by name.
        train: training rows. A task without label in them is not in the answer.
        validation: validation rows. A task without label in them adds nothing.
        importance: task -> how much its validation loss counts; all 1 where not given.

    Returns:
        Task -> cosine, 0 where a gradient vanishes.
    """
    with _evaluating(model):
        gradients = _task_gradients(model, tasks, train)
        wanted = _task_gradients(model, tasks, validation)
    if not wanted:
        return {}
    target = torch.stack(
        [(1.0 if importance is None else importance[task]) * g for task, g in wanted.items()]
    ).sum(0)
    return {
        task: float(torch.cosine_similarity(gradient, target, dim=0))
        for task, gradient in gradients.items()
    }


def _task_gradients(
    model: nn.Module, tasks: Mapping[str, Task], batch: Batch
) -> dict[str, Float[Tensor, " parameters"]]:
    parameters = [p for p in model.parameters() if p.requires_grad]
    with torch.enable_grad():
        outputs = model(**batch.inputs)
        losses = {
            name: task.loss(outputs, batch.labels)
            for name, task in tasks.items()
            if batch.labels.has(name)
        }
    return {
        name: torch.cat(
            [
                g.flatten()
                for g in torch.autograd.grad(
                    loss.total / loss.weight,
                    parameters,
                    retain_graph=True,
                    allow_unused=True,
                    materialize_grads=True,
                )
            ]
        )
        for name, loss in losses.items()
        if float(loss.weight) > 0
    }


def _draw(source: Source, rows: int, draw: torch.Generator) -> Batch:
    return source.batch(torch.randperm(len(source), generator=draw)[:rows], draw)


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, training in modes.items():
            module.training = training
