"""The U-Net with its heads, and the questions it is asked."""

from __future__ import annotations

from evoscope.abr.analysis.learned.contract import THRESHOLDS_DB
from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import MOST_SAMPLES
from evoscope.abr.findings import WAVES
from evoscope.abr.learning.reader.backbone import UNetBackbone
from evoscope.abr.learning.reader.config import UNetReaderConfig
from evoscope.abr.learning.reader.denoised_head import DenoisedHead
from evoscope.abr.learning.reader.threshold_task import ThresholdRegression
from evoscope.abr.learning.series import ClassLoss, SignalTask, series_tasks
from evoscope.abr.learning.series.heads import PlaceHead
from evoscope.multitask import MultiTaskModel
from evoscope.multitask.heads import (
    Head,
    ImprovedTaskHead,
    RobustClassificationHead,
    RobustPeakHead,
    RobustThresholdHead,
)
from evoscope.multitask.heads.improved_task_head import TaskType
from evoscope.multitask.tasks import GatedRegression, MultiLabel, Task

_AXIS_DB = tuple(THRESHOLDS_DB.tolist())
_NONE_DB = _AXIS_DB[-1] + 15.0
# Of any wave of any species: the window ends at 24.6 ms, and the largest are a mouse's.
_LATENCY_MS, _AMPLITUDE_UV = (0.0, 25.0), (-0.5, 20.0)
_HIDDEN = (128,)


def unet_network(config: UNetReaderConfig) -> MultiTaskModel:
    """Build the network: a backbone, and heads.

    Example:
        >>> config = UNetReaderConfig(unet={"length": 200, "channels": (8,) * 5}, heads="located")
        >>> sorted(unet_network(config).heads)
        ['amplitude', 'existence', 'latency', 'loss_class', 'response', 'signal', 'threshold']
    """
    backbone = UNetBackbone(config)
    widths, dropout = backbone.widths, config.dropout

    def answer(name: str, size: int, kind: TaskType, *, uncertain: bool = False) -> Head:
        return ImprovedTaskHead(
            widths[name],
            size,
            hidden_dims=_HIDDEN,
            dropout_rate=dropout,
            use_residual=False,
            task_type=kind,
            with_uncertainty=uncertain,
        )

    heads: dict[str, Head] = {
        "signal": DenoisedHead(),
        "response": answer("response", 1, "multi_label"),
    }
    if config.heads == "located":
        stride = config.unet.task_stride
        heads |= {
            "latency": PlaceHead(
                widths["latency"], columns=len(WAVES), patch=stride, samples=MOST_SAMPLES
            ),
            "existence": answer("existence", len(WAVES), "multi_label"),
            "amplitude": answer("amplitude", len(WAVES), "regression", uncertain=True),
            "threshold": answer("threshold", len(THRESHOLDS_DB) + 1, "classification"),
            "loss_class": answer("loss_class", len(CLASSES), "classification"),
        }
    else:
        heads |= {
            "peaks": RobustPeakHead(
                widths["peaks"],
                len(WAVES),
                latency_range=_LATENCY_MS,
                amplitude_range=_AMPLITUDE_UV,
                hidden_dim=32,
                dropout_rate=dropout,
            ),
            "threshold": RobustThresholdHead(
                widths["threshold"],
                low=_AXIS_DB[0] - 10.0,
                high=_NONE_DB + 10.0,
                hidden_dim=32,
                dropout_rate=dropout,
            ),
            "loss_class": RobustClassificationHead(
                widths["loss_class"], len(CLASSES), hidden_dim=64, dropout_rate=dropout
            ),
        }
    return MultiTaskModel(backbone, heads)


def unet_tasks(config: UNetReaderConfig, class_loss: ClassLoss) -> list[Task]:
    """What the network is asked: the questions of `series_tasks`, as its heads answer them.

    Example:
        >>> [task.name for task in unet_tasks(UNetReaderConfig(), ClassLoss())]
        ['signal', 'existence', 'latency', 'amplitude', 'response', 'threshold', 'loss_class']
    """
    if config.heads == "located":
        return series_tasks(class_loss)
    return [
        SignalTask("signal"),
        MultiLabel("existence", WAVES, output="peaks.existence"),
        GatedRegression("latency", gate="existence", output="peaks.latency", columns=WAVES),
        GatedRegression("amplitude", gate="existence", output="peaks.amplitude", columns=WAVES),
        MultiLabel("response", ("response",)),
        ThresholdRegression("threshold", axis=_AXIS_DB, none_db=_NONE_DB),
        class_loss.task("loss_class"),
    ]
