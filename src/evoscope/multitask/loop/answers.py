"""One row is asked before a run begins: whether the model takes it and answers what tasks read."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import torch
from torch import nn

from evoscope.multitask.batch import Batch, Source
from evoscope.multitask.loop.accumulate import forward, memory_ran_out
from evoscope.multitask.loop.place import Place
from evoscope.multitask.model import MultiTaskModel
from evoscope.multitask.optimisation.precision import Precision
from evoscope.multitask.recipe import Recipe
from evoscope.multitask.seeds import generator
from evoscope.multitask.tasks.task import Task

_GIVEN_BY = {
    "log_variance": "ImprovedTaskHead(with_uncertainty=True)",
    "outlier_logit": "ImprovedTaskHead(with_outliers=True)",
    "auxiliary": "RobustThresholdHead",
}


@torch.no_grad()
def check_answers(
    model: nn.Module, tasks: Sequence[Task], source: Source, recipe: Recipe, place: Place
) -> None:
    """Run a model on one row, in evaluation mode; it goes on in the mode it was in.

    Args:
        model: on its device.
        tasks: fitted, on the same.
        source: of the row.
        recipe: says the precision, and the seed of what the source draws.
        place: where.

    Raises:
        ValueError: inputs that the model does not take, or parts that its heads do not answer.
    """
    batch = source.batch(torch.arange(1), generator(recipe.seed, "answers")).to(place.device)
    _check_arguments(model, batch)
    was_training = model.training
    model.eval()
    try:
        outputs = forward(model, batch, Precision(recipe.precision, place.device))
    except RuntimeError as error:
        if not memory_ran_out(error):  # that is for the first batch to say
            _explain_types(model, batch, error)
        raise
    finally:
        model.train(was_training)
    for task in tasks:
        # The trivial predictor answers in all the parts that a task reads.
        lacking = [key for key in task.baseline(batch.labels) if key not in outputs]
        if not lacking:
            continue
        given = sorted(key for key in outputs if key.startswith(f"{task.output}."))
        by = {key: _GIVEN_BY.get(key.rpartition(".")[2]) for key in lacking}
        hints = [f"{head} answers {key.rpartition('.')[2]}" for key, head in by.items() if head]
        raise ValueError(
            f"the model should answer {lacking} for task {task.name!r}. Found "
            f"{given or sorted(outputs)}. "
            + "".join(f"{hint}. " for hint in hints)
            + "Take such a head, or another loss of the task."
        )


def _check_arguments(model: nn.Module, batch: Batch) -> None:
    called = model.backbone if isinstance(model, MultiTaskModel) else model
    signature = inspect.signature(called.forward)
    try:
        signature.bind(**batch.inputs)
    except TypeError as error:
        raise ValueError(
            f"inputs should be named as the arguments of {type(called).__name__}: "
            f"{list(signature.parameters)}. Found {list(batch.inputs)}: {error}."
        ) from error


def _explain_types(model: nn.Module, batch: Batch, error: RuntimeError) -> None:
    own = next(model.parameters()).dtype
    for name, tensor in batch.inputs.items():
        if tensor.is_floating_point() and tensor.dtype != own:
            raise ValueError(
                f"inputs[{name!r}] should be {own}, as the model's parameters are. Found "
                f"{tensor.dtype}: convert it, with .float() for float32."
            ) from error
