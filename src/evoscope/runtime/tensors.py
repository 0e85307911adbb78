"""What goes into a graph and comes out of it: names, units, dtypes, shapes, allowed values."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from evoscope.runtime.model import Model, Name, Words

Dtype = Literal["float32", "float64", "int64", "int32", "bool"]
Axis = Annotated[int, Field(ge=1)] | Name
"""Length of an axis, or the name of one whose length the caller chooses."""


class Allowed(Model):
    """Values that are accepted.

    Attributes:
        low, high: smallest and largest, both included; ``None`` for no bound.
        missing: whether NaN is accepted, for "not known".
    """

    low: float | None = None
    high: float | None = None
    missing: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(
                f"low should be at or below high. Found low {self.low:g}, high {self.high:g}."
            )
        return self


class Column(Allowed):
    """One entry of a last axis whose entries differ in what they are.

    Attributes:
        name: of the quantity.
        units: ``"1"`` where it has none.
        meaning: what it is, in words.
    """

    name: Words
    units: Words
    meaning: str = ""


class Tensor(Allowed):
    """One named input or output of a graph.

    Attributes:
        name: as in the graph.
        dtype: exactly this one; nothing is cast.
        shape: lengths of the axes. An axis given by name has the length that the input brings;
            the same name is the same length everywhere in one graph.
        meaning: what it holds, in words.
        units: of every value; empty where ``columns`` say it.
        columns: one per entry of the last axis, where the entries have units of their own.
        taxonomy: of the card, whose names are the entries of the last axis; may be empty.
        low, high, missing: allowed values of an input. Of an output ``missing`` alone counts.
    """

    name: Words
    dtype: Dtype = "float32"
    shape: tuple[Axis, ...]
    meaning: Words
    units: str = ""
    columns: tuple[Column, ...] = ()
    taxonomy: str = ""

    @property
    def axes(self) -> tuple[str, ...]:
        """Axes given by name."""
        return tuple(axis for axis in self.shape if isinstance(axis, str))

    @property
    def numpy_dtype(self) -> np.dtype[np.generic]:
        """The dtype that arrays should have."""
        return np.dtype(self.dtype)

    @model_validator(mode="after")
    def _columns_fit(self) -> Self:
        if bool(self.units) == bool(self.columns):
            raise ValueError(
                f"{self.name} should have units, or columns with units of their own. Found "
                f"{'both' if self.units else 'neither'}. Where there is no unit, write '1'."
            )
        if self.columns and self.shape[-1:] != (len(self.columns),):
            raise ValueError(
                f"{self.name} should have one column per entry of its last axis. Found shape "
                f"{self.shape} and {len(self.columns)} columns."
            )
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise ValueError(f"columns of {self.name} should differ in name. Found {names}.")
        if self.columns and (self.low is not None or self.high is not None or self.missing):
            raise ValueError(
                f"allowed values of {self.name} should stand in its columns. Found them beside."
            )
        anything_missing = self.missing or any(column.missing for column in self.columns)
        if anything_missing and not self.dtype.startswith("float"):
            raise ValueError(
                f"only floats can be missing (NaN). Found {self.name} of dtype {self.dtype}."
            )
        return self


class Graph(Model):
    """What one graph takes and gives.

    Attributes:
        meaning: what it computes, and when this graph is the one to run.
        inputs, outputs: every one that the graph has, in its order.
    """

    meaning: Words
    inputs: tuple[Tensor, ...] = Field(min_length=1)
    outputs: tuple[Tensor, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for side, tensors in (("inputs", self.inputs), ("outputs", self.outputs)):
            names = [tensor.name for tensor in tensors]
            if len(set(names)) < len(names):
                raise ValueError(f"{side} should differ in name. Found {names}.")
        brought = {axis for tensor in self.inputs for axis in tensor.axes}
        for tensor in self.outputs:
            unknown = sorted(set(tensor.axes) - brought)
            if unknown:
                raise ValueError(
                    f"axes of output {tensor.name} should be among those of the inputs, "
                    f"{sorted(brought)}. Found {unknown}."
                )
        return self
