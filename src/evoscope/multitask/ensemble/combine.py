"""The average of several models' outputs, each in the space in which averaging means something."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import singledispatch

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from evoscope.multitask.model import Outputs
from evoscope.multitask.tasks import (
    Classification,
    Dense,
    Distilled,
    Located,
    MultiLabel,
    Regression,
)
from evoscope.multitask.tasks.task import Task


@singledispatch
def combined(task: Task, members: Sequence[Outputs]) -> dict[str, Tensor]:
    """Average what a task reads of several models' outputs.

    ================ =============================================================
    task             average
    ================ =============================================================
    Classification,  probabilities of the classes, given back as logits
    Ordinal
    Located          probabilities of the points, given back as logits
    MultiLabel       probability of every label, given back as its log odds
    Regression       mean of the means; variance of the mixture: the mean variance
                     plus the variance of the means (Lakshminarayanan et al. 2017);
                     probability of an outlier
    Dense            mean of the signals
    Distilled        as of the task it wraps
    ================ =============================================================

    Subclasses are averaged as their base. Another kind of task says how with
    ``@combined.register(ItsClass)``.

    Args:
        task: need not be fitted.
        members: outputs of every model for the same rows.

    Returns:
        the outputs the task reads, as one model would answer them.

    Raises:
        TypeError: a kind of task that has not said how.

    Example:
        >>> task = Classification("kind", ["a", "b"])
        >>> sure, torn = torch.tensor([[10.0, -10.0]]), torch.tensor([[0.0, 0.0]])
        >>> both = combined(task, [{"kind.logits": sure}, {"kind.logits": torn}])
        >>> [round(p, 3) for p in task.predict(both)["probabilities"][0].tolist()]
        [0.75, 0.25]
    """
    raise TypeError(
        f"task {task.name!r} should be of a kind whose outputs can be averaged. Found "
        f"{type(task).__name__} and {len(members)} models. "
        "Say how with @combined.register(...)."
    )


@combined.register(Classification)
def _classes(task: Classification, members: Sequence[Outputs]) -> dict[str, Tensor]:
    log_p = task.log_probabilities(_all(task, "logits", members))
    log_mean = log_p.logsumexp(0) - math.log(len(members))
    # A probability of exactly zero would be a logit of minus infinity, which is no answer.
    smallest = torch.finfo(log_mean.dtype).tiny
    return {f"{task.output}.logits": task.logits_of(log_mean.exp().clamp_min(smallest))}


@combined.register(Located)
def _places(task: Located, members: Sequence[Outputs]) -> dict[str, Tensor]:
    log_p = torch.stack([task.read(outputs, "logits").log_softmax(-1) for outputs in members])
    return {f"{task.output}.logits": log_p.logsumexp(0) - math.log(len(members))}


@combined.register(MultiLabel)
def _labels(task: MultiLabel, members: Sequence[Outputs]) -> dict[str, Tensor]:
    return {f"{task.output}.logits": mean_log_odds(_all(task, "logits", members))}


@combined.register(Regression)
def _numbers(task: Regression, members: Sequence[Outputs]) -> dict[str, Tensor]:
    means = _all(task, "mean", members)
    parts = {"mean": means.mean(0)}
    if task.kind in ("nll", "mixture"):
        # Squares of microvolts, written in volts, leave no room for rounding in single precision.
        within = _all(task, "log_variance", members).double().exp().mean(0)
        between = means.double().var(0, correction=0)
        parts["log_variance"] = (within + between).log().to(means.dtype)
    if task.kind == "mixture":
        parts["outlier_logit"] = mean_log_odds(_all(task, "outlier_logit", members))
    if task.auxiliary_weight:
        parts["auxiliary"] = _all(task, "auxiliary", members).mean(0)
    return {f"{task.output}.{part}": tensor for part, tensor in parts.items()}


@combined.register(Dense)
def _signals(task: Dense, members: Sequence[Outputs]) -> dict[str, Tensor]:
    return {f"{task.output}.mean": _all(task, "mean", members).mean(0)}


@combined.register(Distilled)
def _distilled(task: Distilled, members: Sequence[Outputs]) -> dict[str, Tensor]:
    return combined(task.task, members)


def mean_log_odds(logits: Float[Tensor, " members *n"]) -> Float[Tensor, "*n"]:
    """Log odds of the mean of probabilities given as logits; far from zero, too.

    Example:
        >>> mean_log_odds(torch.tensor([[200.0], [200.0]])).item()
        200.0
    """
    yes = functional.logsigmoid(logits).logsumexp(0)
    no = functional.logsigmoid(-logits).logsumexp(0)
    return yes - no


def _all(
    task: Classification | MultiLabel | Regression | Dense, part: str, members: Sequence[Outputs]
) -> Tensor:
    """One part of every member's outputs, stacked on a first axis."""
    return torch.stack([task.read(outputs, part) for outputs in members])
