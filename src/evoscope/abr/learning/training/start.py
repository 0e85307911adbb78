"""A model pack as the place where a training begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from torch import Tensor, nn

from evoscope.abr.analysis.learned import reader_of
from evoscope.abr.analysis.learned.calibration import Calibration
from evoscope.abr.learning.series import SCALE_UV
from evoscope.abr.learning.training.recipe import SeriesRecipe
from evoscope.runtime import TrainingData

WEIGHTS = "weights.safetensors"
"""Attached file of the weights of a pack, from which fine-tuning starts."""


@dataclass(frozen=True, eq=False)
class StartingPack:
    """What a training begins with: the weights of a pack, and what the pack knows of itself.

    Attributes:
        name, version, sha256: of the pack.
        recipe: of the network, and nothing else.
        weights: by parameter.
        calibration: of its answers.
        data: what it has learned from.
    """

    name: str
    version: str
    sha256: str
    recipe: SeriesRecipe
    weights: Mapping[str, Tensor]
    calibration: Calibration
    data: tuple[TrainingData, ...]

    @property
    def title(self) -> str:
        """Name, version and hash, as they are said."""
        return f"{self.name} {self.version} (SHA-256 {self.sha256})"

    def suited(self, recipe: SeriesRecipe) -> SeriesRecipe:
        """Give a recipe the network of the pack.

        Raises:
            ValueError: the recipe states a network of its own, and it is another.
        """
        own = self.recipe.network
        if "network" in recipe.model_fields_set and recipe.network != own:
            raise ValueError(
                f"network should be that of the pack {self.name} {self.version}, whose weights "
                f"the training begins with: {_differing(own, recipe.network)}. "
                "Leave network out of the recipe."
            )
        return recipe.model_copy(update={"network": own})

    def load_into(self, model: nn.Module) -> None:
        """Give a network the weights.

        Raises:
            ValueError: they are of another network.
        """
        own = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
        found = {name: tuple(tensor.shape) for name, tensor in self.weights.items()}
        if own != found:
            wrong = sorted(set(own.items()) ^ set(found.items()))
            raise ValueError(
                f"weights of the pack {self.name} {self.version} should fit the network of its "
                f"card. Found {len(wrong)} that do not, such as {wrong[0][0]!r}. Begin with a pack "
                "that this version of Evoscope has written."
            )
        model.load_state_dict(dict(self.weights))


def open_start(pack: str) -> StartingPack:
    """Open a pack to go on from, every file of it verified by its hash.

    Args:
        pack: a folder, or ``default`` for the shipped one.

    Raises:
        ValueError: no such pack, a damaged one, one without weights, or one made for something
            else.
    """
    reader = reader_of(pack)
    opened = reader.session.pack
    card = opened.card
    title = f"pack {card.name} {card.version}"
    if WEIGHTS not in opened.manifest.files:
        raise ValueError(
            f"{title} should carry its weights to begin with them. Found no {WEIGHTS}: begin with "
            "one that `evoscope abr train` has written."
        )
    scale = card.constants.get("scale_uv")
    if scale is None or scale.value != SCALE_UV:
        raise ValueError(
            f"{title} should read signals in units of {SCALE_UV} uV, as this version does. "
            f"Found {scale.value if scale else 'no scale'}. Train from scratch, without --from."
        )
    if "network" not in card.training.settings:
        raise ValueError(
            f"the card of {title} should state the network. Found none in its settings. Begin "
            "with one that `evoscope abr train` has written."
        )
    try:
        weights = load_tensors(opened.read(WEIGHTS))
        recipe = SeriesRecipe.model_validate({"network": card.training.settings["network"]})
    except (SafetensorError, ValueError) as error:
        raise ValueError(
            f"network and weights of {title} should be of this version of Evoscope. "
            f"Found {str(error)[:200]}"
        ) from None
    return StartingPack(
        card.name,
        card.version,
        opened.sha256,
        recipe,
        weights,
        reader.calibration,
        card.data,
    )


def _differing(pack: BaseModel, recipe: BaseModel) -> str:
    """Which fields of two networks differ."""
    theirs, own = pack.model_dump(), recipe.model_dump()
    return ", ".join(
        f"{name} {theirs.get(name)!r}. Found {own.get(name)!r}"
        for name in {**theirs, **own}
        if theirs.get(name) != own.get(name)
    )
