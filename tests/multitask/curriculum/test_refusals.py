"""A course of training that makes no sense is refused, and the message names the field."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError
from torch import nn

from evoscope.multitask.curriculum import Curriculum, Gate, apply, check_curriculum


def curriculum(*phases: dict[str, Any]) -> Curriculum:
    return Curriculum.model_validate({"phases": phases})


@pytest.mark.parametrize(
    ("phases", "field"),
    [
        ([], "phases"),
        ([{"start": 1}], "phases[0].start should be 0"),
        ([{"start": 0}, {"start": 20}, {"start": 20}], "phases[2].start should be above 20"),
        ([{"start": 0}, {"start": 20}, {"start": 10}], "phases[2].start should be above 20"),
        ([{"start": 0}, {"start": 5, "switches": {"s4": True}}], "phases[0].switches"),
        ([{"start": 0, "tasks": []}], "phases.0.tasks"),
        ([{"start": 0, "dropout": 1.5}], "phases.0.dropout"),
        ([{"start": 0, "weights": {"class": -1}}], "phases.0.weights.class"),
        ([{"start": 0, "rate": 0}], "phases.0.rate"),
        ([{"start": 0, "switches": {"s4": 2}}], "phases.0.switches.s4"),
        ([{"start": 0, "learning_rate": 1}], "phases.0.learning_rate"),
        (
            [{"start": 0, "rate": {"kind": "piecewise", "points": [[5, 1], [5, 2]]}}],
            "epochs of points should rise",
        ),
        (
            [
                {
                    "start": 0,
                    "dropout": {
                        "kind": "linear",
                        "start": 9,
                        "end": 3,
                        "before": 0.1,
                        "after": 0.2,
                    },
                }
            ],
            "end should be after start",
        ),
        (
            [
                {
                    "start": 0,
                    "weight_decay": {
                        "kind": "cosine",
                        "start": 0,
                        "end": 3,
                        "before": 0.1,
                        "after": -0.1,
                    },
                }
            ],
            "Found -0.1..0.1",
        ),
    ],
)
def test_a_course_that_makes_no_sense_is_refused(phases: list[Any], field: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(field)):
        curriculum(*phases)


@pytest.mark.parametrize(
    ("phase", "message"),
    [
        ({"tasks": ["clas"]}, "phases[0].tasks should be of ['class']. Found ['clas']"),
        ({"weights": {"peak": 2}}, "phases[0].weights should be of ['class']. Found ['peak']"),
        ({"switches": {"tansformer": 1}}, "the model's: ['transformer']. Found ['tansformer']"),
        ({"dropout": 0.2}, "Found none"),
    ],
)
def test_a_course_that_does_not_fit_is_refused_before_the_first_step(
    phase: dict[str, Any], message: str
) -> None:
    model = Gate("transformer", nn.Linear(2, 2))
    with pytest.raises(ValueError, match=re.escape(message)):
        check_curriculum(curriculum({"start": 0, **phase}), ["class"], model)


def test_values_for_another_model_are_refused_rather_than_dropped() -> None:
    with pytest.raises(ValueError, match="switches should be of the model's"):
        apply(curriculum({"start": 0, "switches": {"s4": 0}}).at(0), nn.Linear(2, 2))
