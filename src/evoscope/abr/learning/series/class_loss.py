"""How the loss of the five classes deals with rare ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from evoscope.abr.cohort import CLASSES
from evoscope.multitask.settings import Settings
from evoscope.multitask.tasks import Classification
from evoscope.multitask.tasks.class_weighting import ClassWeighting, check_class_weights


class ClassLoss(Settings):
    """Loss of the classes of an ear.

    Attributes:
        gamma: of the focal loss (Lin et al. 2017); 0 is cross-entropy.
        class_weights: ``none``, ``inverse``, ``balanced``, ``dynamic``, or one weight for each of
            ``normal, neuropathy, snhl, total, chl``; see `Classification`. (A focal alpha that is
            the same for all classes is a weight of the task.)

    Example:
        >>> ClassLoss(class_weights=(0.2, 5.0, 2.0, 3.0, 3.0)).task("loss_class").class_weights[1]
        5.0
    """

    gamma: Annotated[float, Field(ge=0.0)] = 0.0
    class_weights: ClassWeighting | tuple[float, ...] = "none"

    @field_validator("class_weights")
    @classmethod
    def _of_every_class(
        cls, given: ClassWeighting | tuple[float, ...]
    ) -> ClassWeighting | tuple[float, ...]:
        check_class_weights(given, len(CLASSES))
        return given

    def task(self, name: str) -> Classification:
        """The question of that name, with this loss."""
        return Classification(name, CLASSES, gamma=self.gamma, class_weights=self.class_weights)
