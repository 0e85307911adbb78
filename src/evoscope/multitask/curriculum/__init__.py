"""What changes in the course of training: tasks, weights, dropout, decay, rates, parts."""

from evoscope.multitask.curriculum.apply import apply, check_curriculum
from evoscope.multitask.curriculum.curriculum import Curriculum, PhaseValues
from evoscope.multitask.curriculum.phase import Phase
from evoscope.multitask.curriculum.schedules import (
    CosineRamp,
    LinearRamp,
    Piecewise,
    Schedule,
    extremes,
    value_at,
)
from evoscope.multitask.curriculum.switchable import Gate, Switchable

__all__ = [
    "CosineRamp",
    "Curriculum",
    "Gate",
    "LinearRamp",
    "Phase",
    "PhaseValues",
    "Piecewise",
    "Schedule",
    "Switchable",
    "apply",
    "check_curriculum",
    "extremes",
    "value_at",
]
