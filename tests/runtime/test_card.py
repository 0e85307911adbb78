"""A card that is wrong, incomplete or contradicts itself cannot be made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from evoscope.runtime import Card, Column, Graph, Metric, Taxonomy, Tensor, TrainingData

from .small import card, described


def tensor(**changes: Any) -> Tensor:
    fields: dict[str, Any] = {"name": "x", "shape": ("n", 2), "units": "uV", "meaning": "signal"}
    return Tensor(**(fields | changes))


def graph(*outputs: Tensor) -> Graph:
    return Graph(meaning="one", inputs=(tensor(),), outputs=outputs)


COLUMN = Column(name="age", units="years")

WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "an unknown field": (lambda: card(colour="red"), "Extra inputs"),
    "no limits": (lambda: card(limits=()), "at least 1"),
    "no word on medical use": (lambda: card(notice="Enjoy."), "not a medical device"),
    "no data": (lambda: card(data=()), "at least 1"),
    "a hash that is none": (
        lambda: TrainingData(name="a", sha256="abc", simulated=True, used_for="b"),
        "pattern",
    ),
    "a graph name that is a path": (
        lambda: card(graphs={"../up": described()["products"]}),
        "pattern",
    ),
    "a name Windows would cut": (lambda: card(name="small."), "pattern"),
    "NaN in a figure": (
        lambda: Metric(task="a", metric="b", value=float("nan"), n=3, simulated=True),
        "finite",
    ),
    "infinity in a table": (lambda: card(calibration={"q": [float("inf")]}), "finite"),
    "a figure of no case": (
        lambda: Metric(task="a", metric="b", value=1.0, n=0, simulated=True),
        "1 case or more",
    ),
    "a class twice": (lambda: Taxonomy(version="1", names=("a", "a")), "differ"),
    "no units": (lambda: tensor(units=""), "Found neither"),
    "units twice": (lambda: tensor(columns=(COLUMN, COLUMN)), "Found both"),
    "too few columns": (lambda: tensor(units="", columns=(COLUMN,)), "one column per entry"),
    "a column twice": (lambda: tensor(units="", columns=(COLUMN, COLUMN)), "differ in name"),
    "bounds in the wrong order": (lambda: tensor(low=1.0, high=0.0), "at or below"),
    "bounds beside columns": (
        lambda: tensor(units="", low=0.0, shape=("n", 1), columns=(COLUMN,)),
        "in its columns",
    ),
    "a missing integer": (lambda: tensor(dtype="int64", missing=True), "only floats"),
    "an unknown dtype": (lambda: tensor(dtype="float16"), "Input should be"),
    "an empty axis": (lambda: tensor(shape=("n", 0)), "greater than or equal"),
    "an output of unknown length": (lambda: graph(tensor(shape=("m",))), "axes of output"),
    "an output twice": (lambda: graph(tensor(), tensor()), "differ in name"),
    "no output": (lambda: graph(), "at least 1"),
    "a taxonomy that is not there": (
        lambda: card(graphs={"main": graph(tensor(taxonomy="kind"))}, taxonomies={}),
        "one of the card's",
    ),
    "a taxonomy of another length": (
        lambda: card(graphs={"main": graph(tensor(taxonomy="kind"))}),
        "one entry per name",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_card_is_refused_and_says_why(case: str) -> None:
    make, says = WRONG[case]
    with pytest.raises(ValidationError, match=says):
        make()


def test_a_card_survives_json() -> None:
    made = card()
    assert Card.model_validate_json(made.model_dump_json()) == made


def test_a_figure_of_an_evaluation_goes_in_whole() -> None:
    from evoscope.abr.benchmark.evaluation import Figure

    figure = Figure(task="kind", metric="f1", value=0.5, n=9, simulated=True, goal=">= 0.4")
    assert Metric.model_validate(figure.model_dump()).model_dump() == figure.model_dump()
