"""The card of a model pack: what the model is for, where it comes from, what it is worth."""

from __future__ import annotations

from typing import Self

from pydantic import Field, JsonValue, field_validator, model_validator

from evoscope.runtime.model import Model, Name, Sha256, Words
from evoscope.runtime.tensors import Graph

NOTICE = "Research software, not a medical device: not for diagnosis or treatment."


class Taxonomy(Model):
    """Names of the classes or labels, in the order of the outputs.

    Attributes:
        version: changes whenever the names or their meaning do.
        names: each once.
    """

    version: Words
    names: tuple[Words, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"names should differ. Found {list(self.names)}.")
        return self


class Constant(Model):
    """A number, or several, that the caller needs to prepare inputs or to read outputs.

    Attributes:
        value: any JSON value.
        units: ``"1"`` where it has none.
        meaning: what it is, in words.
    """

    value: JsonValue
    units: Words
    meaning: Words


class TrainingData(Model):
    """A data set that the model was trained, chosen or calibrated on.

    Attributes:
        name: of the data set.
        sha256: of the data.
        split_sha256: of the file that says who was in which part.
        simulated: whether the data come from a simulator.
        used_for: such as "training", "calibration".
        note: size, origin, what the reader must know.
    """

    name: Words
    sha256: Sha256
    split_sha256: Sha256 | None = None
    simulated: bool
    used_for: Words
    note: str = ""


class Training(Model):
    """How the model was made, so that it can be made again.

    Attributes:
        commit: of the source; with a mark where files differed from it.
        recipe: its name.
        settings: the whole recipe, as run.
        seed: of everything random.
        parameters: trained numbers in the model.
        wall_seconds: what it cost.
        machine: on what, in words ("2 cores, no GPU").
    """

    commit: Words
    recipe: Words
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    seed: int
    parameters: int = Field(ge=0)
    wall_seconds: float = Field(ge=0)
    machine: Words


class Metric(Model):
    """One measured figure, by the fields of an evaluation document.

    Attributes:
        task, metric, slice: what was measured, on which part.
        value, low, high, n: the figure, its 90 % interval, how many cases it pools.
        trivial: the same metric for a guess that knows nothing of the case.
        goal: what it was meant to reach, in words; empty without one.
        limit: the best that is possible, where known.
        simulated: whether the data were simulated.
        note: what the reader must know to read the figure.
    """

    task: Words
    metric: Words
    slice: Words = "all"
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = Field(ge=0)
    trivial: float | None = None
    goal: str = ""
    limit: float | None = None
    simulated: bool
    note: str = ""

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.value is not None and self.n < 1:
            raise ValueError(f"a figure should pool 1 case or more. Found {self.value} of none.")
        return self


class Card(Model):
    """Everything about a model but its weights.

    Attributes:
        name, version: of the model; together they name one set of weights.
        purpose: which program runs it (``"abr.analysis"``): others refuse it.
        summary: what it does, in a sentence or two.
        intended_use: by whom, on what, for what.
        notice: that it is not a medical device.
        limits: what it cannot do, where it was not tried.
        licence: of the weights, by its SPDX name.
        data: what it has learned from.
        training: how it was made.
        metrics: what it was measured to be worth, on data that it has not seen.
        graphs: by name; each is a file ``<name>.onnx`` of the pack.
        taxonomies: class and label names, by the name that outputs refer to.
        constants: by name.
        calibration: temperatures, conformal quantiles and their like, as JSON.
    """

    name: Name
    version: Words
    purpose: Name
    summary: Words
    intended_use: Words
    notice: Words = NOTICE
    limits: tuple[Words, ...] = Field(min_length=1)
    licence: Words
    data: tuple[TrainingData, ...] = Field(min_length=1)
    training: Training
    metrics: tuple[Metric, ...] = ()
    graphs: dict[Name, Graph] = Field(min_length=1)
    taxonomies: dict[Name, Taxonomy] = Field(default_factory=dict)
    constants: dict[Name, Constant] = Field(default_factory=dict)
    calibration: dict[str, JsonValue] = Field(default_factory=dict)

    @field_validator("notice")
    @classmethod
    def _not_a_device(cls, notice: str) -> str:
        if "not a medical device" not in notice.lower():
            raise ValueError(f"notice should say 'not a medical device'. Found {notice!r}.")
        return notice

    @model_validator(mode="after")
    def _taxonomies_fit(self) -> Self:
        for graph in self.graphs.values():
            for tensor in (*graph.inputs, *graph.outputs):
                if not tensor.taxonomy:
                    continue
                if tensor.taxonomy not in self.taxonomies:
                    raise ValueError(
                        f"taxonomy of {tensor.name} should be one of the card's, "
                        f"{sorted(self.taxonomies)}. Found {tensor.taxonomy!r}."
                    )
                names = self.taxonomies[tensor.taxonomy].names
                if tensor.shape[-1:] != (len(names),):
                    raise ValueError(
                        f"last axis of {tensor.name} should have one entry per name of "
                        f"{tensor.taxonomy}, {len(names)}. Found shape {tensor.shape}."
                    )
        return self
