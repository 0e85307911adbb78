"""The hierarchical U-Net as a reader: every recording by itself, then the series."""

from evoscope.abr.learning.reader.backbone import UNetBackbone
from evoscope.abr.learning.reader.config import UNetReaderConfig
from evoscope.abr.learning.reader.network import unet_network, unet_tasks
from evoscope.abr.learning.reader.series_reader import SeriesReader
from evoscope.abr.learning.reader.threshold_task import ThresholdRegression

__all__ = [
    "SeriesReader",
    "ThresholdRegression",
    "UNetBackbone",
    "UNetReaderConfig",
    "unet_network",
    "unet_tasks",
]
