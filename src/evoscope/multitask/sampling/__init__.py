"""Which rows meet in a batch, and in what order."""

from evoscope.multitask.sampling.batches import batches, n_batches, shard
from evoscope.multitask.sampling.settings import (
    AlikeSampling,
    BalancedSampling,
    Sampling,
    ShuffledSampling,
    TaskAwareSampling,
)

__all__ = [
    "AlikeSampling",
    "BalancedSampling",
    "Sampling",
    "ShuffledSampling",
    "TaskAwareSampling",
    "batches",
    "n_batches",
    "shard",
]
