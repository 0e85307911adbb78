"""How a cohort is diffused in training."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evoscope.multitask.settings import Settings

Share = Annotated[float, Field(ge=0.0, le=1.0)]
LossWeight = Literal["velocity", "min_snr"]


class Diffusing(Settings):
    """What noise is put on responses, what the network is told, and how its errors count.

    Attributes:
        recorded_noise: share of rows that get the noise of another recording, as loud as that was,
            with the residual noise told and the class and the threshold not: the task of analysis.
            The others get Gaussian noise of any size: the task of generation.
        louder: recorded noise is made louder or softer by up to this factor.
        all_dropped: share of rows that lose all conditions, for guidance.
        one_dropped: share of single conditions lost in the others.
        loss_weight: ``velocity`` counts all times alike; ``min_snr`` counts low noise for less.
        gamma: largest signal-to-noise ratio that ``min_snr`` counts fully.
        linear_start: the network corrects the best linear estimate instead of making its own.
    """

    recorded_noise: Share = 0.3
    louder: Annotated[float, Field(ge=1.0, le=10.0)] = 1.6
    all_dropped: Share = 0.1
    one_dropped: Share = 0.1
    loss_weight: LossWeight = "velocity"
    gamma: Annotated[float, Field(gt=0.0)] = 5.0
    linear_start: bool = True
