"""Which rows meet in a batch."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, field_validator

from evoscope.multitask.settings import Settings


class ShuffledSampling(Settings):
    """Every row once in an epoch, in any order."""

    kind: Literal["shuffled"] = "shuffled"


class AlikeSampling(Settings):
    """Every row once in an epoch; rows of one kind meet, such as signals of one length.

    Nothing is spent on filling shorter rows up. The batches of an epoch come in any order; where
    one kind ends and the next begins, a batch holds both.
    """

    kind: Literal["alike"] = "alike"


class BalancedSampling(Settings):
    """Every class of one task as often as any other.

    Rows without a label of the task keep the share that they have of all rows, so a rare label
    does not push the other tasks' rows out.

    Attributes:
        task: its targets are one class number per row.
    """

    kind: Literal["balanced"] = "balanced"
    task: str


class TaskAwareSampling(Settings):
    """Every batch holds labels of every task.

    Attributes:
        shares: task -> share of a batch's rows drawn from those with a label of the task, above 0,
            together at most 1; the rest is drawn from all rows. The same for every task where not
            given. A row with labels of several tasks serves them all, so a batch may hold more.
    """

    kind: Literal["task_aware"] = "task_aware"
    shares: dict[str, Annotated[float, Field(gt=0, le=1)]] | None = None

    @field_validator("shares")
    @classmethod
    def _at_most_all(cls, shares: dict[str, float] | None) -> dict[str, float] | None:
        if shares is not None and sum(shares.values()) > 1 + 1e-9:
            raise ValueError(f"shares should sum to at most 1. Found {sum(shares.values()):g}.")
        return shares


Sampling: TypeAlias = Annotated[
    ShuffledSampling | AlikeSampling | BalancedSampling | TaskAwareSampling,
    Field(discriminator="kind"),
]
"""Which rows meet in a batch, told apart by ``kind``."""
