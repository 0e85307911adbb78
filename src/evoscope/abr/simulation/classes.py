"""The classes of an ear and the mechanisms behind them."""

from __future__ import annotations

from typing import Literal, get_args

LossClass = Literal["normal", "neuropathy", "snhl", "total", "chl"]
LOSS_CLASSES: tuple[LossClass, ...] = get_args(LossClass)

Mechanism = Literal[
    "normal",
    "conductive",
    "flat",
    "sloping",
    "steep",
    "auditory neuropathy",
    "retrocochlear",
    "profound",
]
"""What is wrong inside: finer than the class, which is what a clinic writes down."""

MECHANISMS: dict[LossClass, dict[Mechanism, float]] = {
    "normal": {"normal": 1.0},
    "chl": {"conductive": 1.0},
    # Shares of the sensorineural shapes and of a nerve tumour among "neuropathies" [assumed].
    "snhl": {"flat": 0.40, "sloping": 0.35, "steep": 0.25},
    "neuropathy": {"auditory neuropathy": 0.945, "retrocochlear": 0.055},
    "total": {"profound": 1.0},
}
"""The mechanisms of each class and their shares."""

CENSORED: frozenset[LossClass] = frozenset({"total", "neuropathy"})
"""Classes whose threshold is not a number: nothing answers, or the answer says nothing of it."""
