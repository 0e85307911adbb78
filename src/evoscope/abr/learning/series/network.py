"""The whole network, and the questions it is asked."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from evoscope.abr.analysis.learned.contract import THRESHOLDS_DB
from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import CONDITIONS, MOST_SAMPLES, column, grid_time_ms
from evoscope.abr.findings import WAVES
from evoscope.abr.learning.series.class_loss import ClassLoss
from evoscope.abr.learning.series.config import SeriesConfig
from evoscope.abr.learning.series.encoder import SeriesEncoder
from evoscope.abr.learning.series.heads import PatchSignalHead, PlaceHead
from evoscope.abr.learning.series.signal_task import SignalTask
from evoscope.multitask import MultiTaskModel
from evoscope.multitask.heads import Head, ImprovedTaskHead
from evoscope.multitask.heads.improved_task_head import TaskType
from evoscope.multitask.tasks import GatedRegression, Located, MultiLabel, Task

TIME_MS = tuple(grid_time_ms(MOST_SAMPLES).tolist())
"""The network's clock: ms after stimulus onset."""
_THRESHOLDS_DB = tuple(THRESHOLDS_DB.tolist())
NO_THRESHOLD_DB = 1000.0
"""Target of an ear without a threshold: beyond all of them."""
LATENCY_WIDTH_MS = 0.05
THRESHOLD_WIDTH_DB = 2.5
_HIDDEN = (128,)


def series_network(config: SeriesConfig) -> MultiTaskModel:
    """Build the network: an encoder, and a head for every question.

    Example:
        >>> sum(p.numel() for p in series_network(SeriesConfig()).parameters()) < 600_000
        True
    """
    encoder = SeriesEncoder(config)
    widths = encoder.widths

    def answer(name: str, size: int, kind: TaskType, *, uncertain: bool = False) -> Head:
        return ImprovedTaskHead(
            widths[name],
            size,
            hidden_dims=_HIDDEN,
            dropout_rate=config.dropout,
            use_residual=False,
            task_type=kind,
            with_uncertainty=uncertain,
        )

    grid = {"patch": config.patch, "samples": MOST_SAMPLES}
    heads: Mapping[str, Head] = {
        "signal": PatchSignalHead(widths["signal"], **grid),
        "latency": PlaceHead(widths["latency"], columns=len(WAVES), **grid),
        "existence": answer("existence", len(WAVES), "multi_label"),
        "amplitude": answer("amplitude", len(WAVES), "regression", uncertain=True),
        "response": answer("response", 1, "multi_label"),
        "threshold": answer("threshold", len(THRESHOLDS_DB) + 1, "classification"),
        "loss_class": answer("loss_class", len(CLASSES), "classification"),
    }
    return MultiTaskModel(encoder, heads)


def series_tasks(class_loss: ClassLoss | None = None) -> list[Task]:
    """What the network is asked, in the units of the findings.

    Args:
        class_loss: how rare classes are dealt with; cross-entropy where not given.

    Example:
        >>> [task.name for task in series_tasks()]
        ['signal', 'existence', 'latency', 'amplitude', 'response', 'threshold', 'loss_class']
    """
    return [
        SignalTask("signal"),
        MultiLabel("existence", WAVES),
        Located(
            "latency",
            axis=TIME_MS,
            width=LATENCY_WIDTH_MS,
            columns=WAVES,
            gate="existence",
            near=0.2,
        ),
        GatedRegression("amplitude", gate="existence", columns=WAVES, loss="nll"),
        MultiLabel("response", ("response",)),
        Located("threshold", axis=_THRESHOLDS_DB, width=THRESHOLD_WIDTH_DB, beyond=True, near=10.0),
        (class_loss or ClassLoss()).task("loss_class"),
    ]


def example_inputs(n: int, samples: int) -> dict[str, Tensor]:
    """Return valid inputs of a network, by argument name: two series, for export and tests.

    Example:
        >>> example_inputs(4, 200)["series"].tolist()
        [0, 0, 1, 1]
    """
    draws = torch.Generator().manual_seed(0)
    conditions = torch.zeros(n, len(CONDITIONS))
    conditions[:, column("level_db")] = 30.0 + 10.0 * torch.arange(n)
    conditions[:, column("residual_noise_nv")] = 50.0
    conditions[0] = torch.nan
    return {
        "waveforms": 0.1 * torch.randn(n, samples, generator=draws),
        "noise": 0.05 * torch.randn(n, samples, generator=draws),
        "covered": torch.ones(n, samples, dtype=torch.bool),
        "conditions": conditions,
        "series": torch.arange(n) // max(n // 2, 1),
    }
