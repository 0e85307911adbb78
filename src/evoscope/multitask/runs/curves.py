"""Curves of logged runs, as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evoscope.measure import Measured
from evoscope.multitask.runs.compare import Comparison
from evoscope.multitask.runs.logged import LoggedEpoch

_INCHES = (4.5, 3.0)  # of one panel


def save_curves(comparison: Comparison, path: str | Path) -> None:
    """Draw losses and figures over epochs, one row per task, to a PNG file.

    On the left the validation losses (training losses where a run has none, dashed); then a panel
    for every metric of the comparison, with the trivial predictor's figure dotted.

    Args:
        comparison: of runs.
        path: of the file.

    Raises:
        ValueError: no run has finished an epoch.
    """
    epochs = [epoch for run in comparison.runs.values() for epoch in run.epochs]
    tasks = list(dict.fromkeys(task for epoch in epochs for task in epoch.train_losses))
    if not tasks:
        raise ValueError(
            "runs to draw should have finished an epoch. Found none that has. Train longer."
        )
    metrics = {
        task: list(dict.fromkeys(row.metric for row in comparison.rows if row.task == task))
        for task in tasks
    }
    columns = 1 + max(len(own) for own in metrics.values())
    figure = Figure(figsize=(_INCHES[0] * columns, _INCHES[1] * len(tasks)), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(tasks), columns, squeeze=False)
    for line, task in zip(panels, tasks, strict=True):
        _losses(line[0], comparison, task)
        for axes, metric in zip(line[1:], metrics[task], strict=False):
            _metric(axes, comparison, task, metric)
        for axes in line[1 + len(metrics[task]) :]:
            axes.set_visible(False)
    panels[0][0].legend(fontsize="small")
    figure.savefig(path, format="png", dpi=120)


def _epochs(axes: Axes) -> None:
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _losses(axes: Axes, comparison: Comparison, task: str) -> None:
    validated = any(task in e.validation_losses for r in comparison.runs.values() for e in r.epochs)
    axes.set_title(f"{task}: {'validation' if validated else 'training'} loss")
    _epochs(axes)
    for number, (name, run) in enumerate(comparison.runs.items()):
        own = any(task in epoch.validation_losses for epoch in run.epochs)

        def loss(epoch: LoggedEpoch, *, own: bool = own) -> float | None:
            return (epoch.validation_losses if own else epoch.train_losses).get(task)

        x, y = _points(run.epochs, loss)
        axes.plot(x, y, "." + ("-" if own else "--"), color=_color(number), label=name)


def _metric(axes: Axes, comparison: Comparison, task: str, metric: str) -> None:
    axes.set_title(f"{task}: {metric} (dotted: trivial)")
    _epochs(axes)
    for number, run in enumerate(comparison.runs.values()):

        def figure(epoch: LoggedEpoch) -> float | None:
            return _value(epoch.metrics.get(task, {}).get(metric))

        def trivial(epoch: LoggedEpoch) -> float | None:
            return _value(epoch.trivial.get(task, {}).get(metric))

        axes.plot(*_points(run.epochs, figure), ".-", color=_color(number))
        axes.plot(*_points(run.epochs, trivial), ":", color=_color(number))


def _points(
    epochs: Sequence[LoggedEpoch], value: Callable[[LoggedEpoch], float | None]
) -> tuple[list[int], list[float]]:
    found = [(epoch.epoch + 1, value(epoch)) for epoch in epochs]
    kept = [(x, y) for x, y in found if y is not None]
    return [x for x, _ in kept], [y for _, y in kept]


def _value(figure: Measured | None) -> float | None:
    return None if figure is None else figure.value


def _color(number: int) -> tuple[float, float, float, float]:
    red, green, blue, alpha = colormaps["tab10"](number % 10)
    return red, green, blue, alpha
