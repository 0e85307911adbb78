"""One number for an epoch: what early stopping and plateaus watch."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from evoscope.measure import Measured
from evoscope.multitask.callback import EpochResult
from evoscope.multitask.tasks.task import Task


def judged(result: EpochResult, monitor: str, tasks: Mapping[str, Task]) -> float:
    """Judge an epoch by what is monitored; higher is better.

    Args:
        result: of an epoch with validation.
        monitor: ``"loss"``: mean of the tasks' validation losses, each in units of its own spread.
            ``"combined"``: mean of the tasks' skills (see `skill`) in their primary metrics.
            ``"<task>.<metric>"``: one figure.
        tasks: by name.

    Returns:
        the judgement; minus infinity where it is undefined, so that nothing undefined is ever best.

    Raises:
        ValueError: no such task or metric, or no validation.
    """
    if monitor == "loss":
        losses = list(result.validation_losses.values())
        if not losses:
            raise ValueError(
                "early stopping and plateaus should have validation rows with labels to watch. "
                "Found none. Give them, or leave both out of the recipe."
            )
        return _finite_or_worst(-fmean(losses))
    if monitor == "combined":
        return fmean(
            skill(
                result.metrics[name][task.primary],
                result.trivial[name][task.primary],
                higher_is_better=task.higher_is_better[task.primary],
            )
            for name, task in tasks.items()
        )
    name, _, metric = monitor.partition(".")
    check_monitor(monitor, tasks)
    value = result.metrics[name][metric].value
    if value is None:
        return float("-inf")
    return _finite_or_worst(value if tasks[name].higher_is_better[metric] else -value)


def skill(figure: Measured, trivial: Measured, *, higher_is_better: bool) -> float:
    """How far a figure is on the way from the trivial predictor to a perfect one.

    ``(figure - trivial) / (perfect - trivial)`` (skill score; Murphy, 1988), with perfection at 1
    where higher is better, and at 0 where lower is. Not below -1, so that one hopeless task cannot
    hide the others; 0 where the figure is undefined.

    Example:
        >>> skill(Measured(0.9, 50), Measured(0.8, 50), higher_is_better=True)
        0.5
        >>> skill(Measured(3.0, 50), Measured(4.0, 50), higher_is_better=False)
        0.25
    """
    if figure.value is None:
        return 0.0
    perfect = 1.0 if higher_is_better else 0.0
    start = 0.0 if trivial.value is None else trivial.value
    if start == perfect:
        return 0.0
    return round(max((figure.value - start) / (perfect - start), -1.0), 12)


def check_monitor(monitor: str, tasks: Mapping[str, Task]) -> None:
    """Refuse a monitor that no epoch can be judged by.

    Raises:
        ValueError: not one of the names that `judged` takes.
    """
    figures = [
        f"{name}.{metric}" for name, task in tasks.items() for metric in task.higher_is_better
    ]
    if monitor not in ("loss", "combined", *figures):
        raise ValueError(
            f"monitor should be 'loss', 'combined' or one of {figures}. Found {monitor!r}."
        )


def _finite_or_worst(value: float) -> float:
    return value if abs(value) < float("inf") else float("-inf")
