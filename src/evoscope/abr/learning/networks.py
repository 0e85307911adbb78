"""The networks that read series, told apart by their configuration."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from evoscope.abr.learning.reader import UNetReaderConfig, unet_network, unet_tasks
from evoscope.abr.learning.series import ClassLoss, SeriesConfig, series_network, series_tasks
from evoscope.multitask import MultiTaskModel
from evoscope.multitask.tasks import Task

NetworkConfig: TypeAlias = Annotated[SeriesConfig | UNetReaderConfig, Field(discriminator="kind")]
"""A network that takes what `evoscope.abr.learning.data` gives, told apart by ``kind``."""


def build_network(config: SeriesConfig | UNetReaderConfig) -> MultiTaskModel:
    """Build a network.

    Example:
        >>> type(build_network(SeriesConfig(width=16, layers=1)).backbone).__name__
        'SeriesEncoder'
    """
    if isinstance(config, UNetReaderConfig):
        return unet_network(config)
    return series_network(config)


def network_tasks(config: SeriesConfig | UNetReaderConfig, class_loss: ClassLoss) -> list[Task]:
    """What a network is asked: the same questions of all, in the form its heads answer them.

    Example:
        >>> names = [[task.name for task in network_tasks(config, ClassLoss())]
        ...          for config in (SeriesConfig(), UNetReaderConfig())]
        >>> names[0] == names[1]
        True
    """
    if isinstance(config, UNetReaderConfig):
        return unet_tasks(config, class_loss)
    return series_tasks(class_loss)
