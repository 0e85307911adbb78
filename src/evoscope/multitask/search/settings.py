"""What is searched, and how."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from evoscope.multitask.recipe import Recipe
from evoscope.multitask.recipe_errors import explained
from evoscope.multitask.settings import Settings


class Range(Settings):
    """What a recipe's field may be: numbers from low to high, or one of some choices.

    Attributes:
        low, high: ends, both included; whole numbers where both are whole.
        log: draw evenly over orders of magnitude.
        choices: values of any kind; a list alone in YAML.

    Raises:
        ValueError: neither or both of these, ends that are not in order, a logarithm of 0.

    Example:
        >>> Range(low=1e-4, high=1e-2, log=True).ends
        (0.0001, 0.01)
        >>> Range.model_validate([16, 32]).ends
        (16, 32)
    """

    low: int | float | None = None
    high: int | float | None = None
    log: bool = False
    choices: tuple[Any, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        if isinstance(given, list | tuple):
            return {"choices": given}
        if not isinstance(given, dict) or set(given) - set(cls.model_fields):
            raise ValueError(f"a range should be {{low, high, log}} or a list. Found {given}.")
        return given

    @model_validator(mode="after")
    def _one_kind(self) -> Range:
        given = self.model_dump(exclude_defaults=True)
        listed = set(given) == {"choices"} and len(given["choices"]) > 0
        if not listed and set(given) - {"log"} != {"low", "high"}:
            raise ValueError(
                f"a range should be {{low, high}} or a list of choices. Found {given}."
            )
        if self.choices is None and not given["low"] < given["high"]:
            raise ValueError(f"low should be below high. Found {self.low} and {self.high}.")
        if self.log and given["low"] <= 0:
            raise ValueError(f"low should be above 0 for log: true. Found {self.low}.")
        return self

    @property
    def ends(self) -> tuple[Any, ...]:
        """Values that a recipe must be able to hold, so that it can hold all."""
        return self.choices if self.choices is not None else (self.low, self.high)


class Pruning(Settings):
    """Give up a run whose epoch is worse than the median of the runs before (Golovin et al. 2017).

    Attributes:
        first_trials: that are never given up.
        first_epochs: of a run, after which it may be.
    """

    first_trials: int = Field(default=5, ge=1)
    first_epochs: int = Field(default=3, ge=0)


class Search(Settings):
    """Which fields of a recipe are searched.

    Attributes:
        ranges: dotted field of the recipe -> what it may be.
        trials: runs.
        monitor: what is made as high as can be; see `judged`.
        seed: of what is tried. Every run has the recipe's own seed: differences are those of the
            fields.
        pruning: ``null`` runs every trial to its end.

    Example:
        >>> search = Search.parse('''
        ... trials: 30
        ... ranges:
        ...   optimiser.learning_rate: {low: 1e-4, high: 1e-2, log: true}
        ...   batch_size: [16, 32, 64]
        ... ''')
        >>> search.ranges["batch_size"].choices
        (16, 32, 64)
    """

    ranges: dict[str, Range]
    trials: int = Field(default=20, ge=1)
    monitor: str = "combined"
    seed: int = Field(default=0, ge=0)
    pruning: Pruning | None = None

    @field_validator("ranges")
    @classmethod
    def _something(cls, ranges: dict[str, Range]) -> dict[str, Range]:
        if not ranges:
            raise ValueError("ranges should name a field of the recipe at least. Found none.")
        return ranges

    @classmethod
    def load(cls, path: str | Path) -> Search:
        """Read a search from a YAML file; see `parse`."""
        return cls.parse(Path(path).read_text(encoding="utf-8"), name=str(path))

    @classmethod
    def parse(cls, text: str, name: str = "the search") -> Search:
        """Read a search from YAML.

        Raises:
            ValueError: not YAML, or fields that do not fit; the message names them.
        """
        try:
            return cls.model_validate(yaml.safe_load(text))
        except yaml.YAMLError as error:
            raise ValueError(f"{name} should be YAML. Found {error}") from None
        except ValidationError as error:
            raise ValueError(explained(error, cls, name)) from None


def applied(recipe: Recipe, values: dict[str, Any], name: str = "the recipe") -> Recipe:
    """Put values into a recipe.

    Args:
        recipe: of any class.
        values: by dotted field.
        name: of the result, for errors.

    Raises:
        ValueError: a field that does not exist, or cannot have its value.

    Example:
        >>> applied(Recipe(), {"optimiser.learning_rate": 0.1, "epochs": 3}).epochs
        3
    """
    # JSON is YAML, so a value goes in the way a user's override does.
    overrides = [f"{field}={json.dumps(value)}" for field, value in values.items()]
    return type(recipe).parse(recipe.dump(), overrides, name=name)


def check_ranges(search: Search, recipe: Recipe) -> None:
    """Refuse ranges that leave the recipe, before a run is spent on them.

    Raises:
        ValueError: a field that does not exist, or an end that it cannot have.
    """
    for field, values in search.ranges.items():
        for value in values.ends:
            applied(recipe, {field: value}, name=f"the recipe with {field} = {value!r}")
