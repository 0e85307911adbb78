"""A recipe: everything about a run that is not its data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError

from evoscope.multitask.curriculum import Curriculum, Phase
from evoscope.multitask.flags.settings import RedFlags
from evoscope.multitask.freezing import Freezing, NoFreezing, Rates
from evoscope.multitask.optimisation.early_stopping import EarlyStopping
from evoscope.multitask.optimisation.optimiser import Optimiser
from evoscope.multitask.optimisation.precision import PrecisionName
from evoscope.multitask.optimisation.schedule import Cosine, RateSchedule
from evoscope.multitask.recipe_errors import explained
from evoscope.multitask.sampling import Sampling, ShuffledSampling
from evoscope.multitask.settings import Settings
from evoscope.multitask.weighting.settings import UncertaintySettings, WeightingSettings

# Not typing.Self, which beartype cannot follow under the tests' import hook.
AnyRecipe = TypeVar("AnyRecipe", bound="Recipe")


class Recipe(Settings):
    """How a model is trained, whatever the model; a domain's recipe adds fields of its own.

    Attributes:
        seed: of everything that is drawn.
        epochs: at most.
        batch_size: rows at once; halved where memory runs out.
        accumulation: batches to a step: ``batch_size * accumulation`` rows make one gradient,
            whatever the memory and however many processes share them.
        device: ``auto`` is the first of cuda, mps, cpu that is there.
        precision: of the forward pass.
        optimiser, schedule: how weights move.
        rates: factors on the learning rate, by parameter.
        weighting: how much each task counts.
        curriculum: what changes from epoch to epoch.
        freezing: which layers of the backbone are trained, from when on.
        sampling: which rows meet in a batch.
        ema_decay: of an average of the weights, which is then evaluated and kept; ``null``: none.
        early_stopping: ``null`` trains for all epochs and keeps the last weights.
        red_flags: what is noticed in a failing run, and what is done then.
        checkpoint_minutes: at most this much is lost when the machine dies.
        log_every: steps from one line of the log to the next.
        tensorboard: writes its curves, too (needs the extra ``track``).

    Example:
        >>> recipe = Recipe.parse("epochs: 3", ["optimiser.learning_rate=1e-4"])
        >>> recipe.epochs, recipe.optimiser.learning_rate
        (3, 0.0001)
    """

    seed: int = Field(default=0, ge=0)
    epochs: int = Field(default=50, ge=1)
    batch_size: int = Field(default=32, ge=1)
    accumulation: int = Field(default=1, ge=1)
    device: Literal["auto", "cuda", "mps", "cpu"] = "auto"
    precision: PrecisionName = "float32"
    optimiser: Optimiser = Optimiser()
    schedule: RateSchedule = Cosine()
    rates: Rates = Rates()
    weighting: WeightingSettings = UncertaintySettings()
    curriculum: Curriculum = Curriculum(phases=(Phase(start=0),))
    freezing: Freezing = NoFreezing()
    sampling: Sampling = ShuffledSampling()
    ema_decay: float | None = Field(default=None, gt=0, lt=1)
    early_stopping: EarlyStopping | None = None
    red_flags: RedFlags = RedFlags()
    checkpoint_minutes: float = Field(default=10.0, ge=0)
    log_every: int = Field(default=10, ge=1)
    tensorboard: bool = False

    @property
    def rows_per_step(self) -> int:
        """Rows that make one gradient."""
        return self.batch_size * self.accumulation

    @classmethod
    def load(cls: type[AnyRecipe], path: str | Path, overrides: Iterable[str] = ()) -> AnyRecipe:
        """Read a recipe from a YAML file; see `parse`."""
        return cls.parse(Path(path).read_text(encoding="utf-8"), overrides, name=str(path))

    @classmethod
    def parse(
        cls: type[AnyRecipe], text: str, overrides: Iterable[str] = (), name: str = "the recipe"
    ) -> AnyRecipe:
        """Read a recipe from YAML.

        Args:
            text: YAML; what it leaves out has its default.
            overrides: ``"optimiser.learning_rate=1e-4"``: a dotted field, and a value in YAML.
            name: of the recipe, for errors.

        Raises:
            ValueError: not YAML, or a field that does not exist or cannot have its value: the
                message names every such field and the values it allows.
        """
        fields = _mapping(text, name)
        for override in overrides:
            cls._override(fields, override)
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise ValueError(explained(error, cls, name)) from None

    @classmethod
    def _override(cls, fields: dict[str, Any], override: str) -> None:
        path, equals, value = override.partition("=")
        if not equals or not path:
            raise ValueError(
                "an override should be 'field=value', as in 'optimiser.learning_rate=1e-4'. "
                f"Found {override!r}."
            )
        section, *inner = path.strip().split(".")
        if inner:
            # One field of a part is overridden: the part's others keep their defaults.
            default = cls.model_fields[section].default if section in cls.model_fields else None
            start = default.model_dump() if isinstance(default, BaseModel) else {}
            fields[section] = dict(fields.get(section) or start)
            fields = fields[section]
        for name in inner[:-1]:
            fields[name] = dict(fields.get(name) or {})
            fields = fields[name]
        fields[inner[-1] if inner else section] = yaml.safe_load(value)

    def dump(self) -> str:
        """Write all fields as YAML."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False)


def _mapping(text: str, name: str) -> dict[str, Any]:
    try:
        fields = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"{name} should be YAML. Found {error}") from None
    if not isinstance(fields, dict):
        raise ValueError(f"{name} should have lines of 'field: value'. Found {text[:40]!r}.")
    return fields
