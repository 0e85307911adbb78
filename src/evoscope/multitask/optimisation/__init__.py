"""How weights are moved: optimiser, schedules, averages, precision, when to stop."""

from evoscope.multitask.optimisation.average import MovingAverage
from evoscope.multitask.optimisation.early_stopping import (
    EarlyStopping,
    EarlyStoppingWatch,
    PlateauWatch,
)
from evoscope.multitask.optimisation.judged import judged, skill
from evoscope.multitask.optimisation.optimiser import (
    Gradients,
    Optimiser,
    make_optimizer,
    part_of,
    set_rates,
)
from evoscope.multitask.optimisation.precision import Precision, PrecisionName
from evoscope.multitask.optimisation.schedule import Constant, Cosine, Plateau, RateSchedule, Step

__all__ = [
    "Constant",
    "Cosine",
    "EarlyStopping",
    "EarlyStoppingWatch",
    "Gradients",
    "MovingAverage",
    "Optimiser",
    "Plateau",
    "PlateauWatch",
    "Precision",
    "PrecisionName",
    "RateSchedule",
    "Step",
    "judged",
    "make_optimizer",
    "part_of",
    "set_rates",
    "skill",
]
