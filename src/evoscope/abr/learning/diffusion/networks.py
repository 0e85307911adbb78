"""Which network generates: a choice of a recipe, and what the choices have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from evoscope.abr.learning.unet import UNetConfig
from evoscope.multitask.settings import Settings


class ComponentSettings(Settings):
    """A `ComponentNetwork`, in a form that a recipe can state and a card can keep.

    Attributes:
        components: directions of the responses that it corrects, those of most power.
        width: of the vector that the blocks pass on.
        hidden: of the layer within a block.
        blocks: how many.
        condition_width: of the vector that carries time and conditions.
    """

    kind: Literal["components"] = "components"
    components: Annotated[int, Field(ge=1)] = 64
    width: Annotated[int, Field(ge=1)] = 256
    hidden: Annotated[int, Field(ge=1)] = 512
    blocks: Annotated[int, Field(ge=1)] = 4
    condition_width: Annotated[int, Field(ge=1)] = 96


class UNetSettings(UNetConfig):
    """A `UNetNetwork`: a U-Net's switches; its length is the data's, and it is made joint."""

    kind: Literal["unet"] = "unet"


NetworkSettings = Annotated[ComponentSettings | UNetSettings, Field(discriminator="kind")]


class GeneratorNetwork(nn.Module):
    """Predicts the velocity of noisy waveforms and of the parameters beside them."""

    def forward(
        self,
        x: Float[Tensor, "n samples"],
        t: Float[Tensor, " n"],
        conditions: Float[Tensor, "n conditions"],
        noisy_parameters: Float[Tensor, "n parameters"],
    ) -> dict[str, Tensor]:
        """Answer ``signal.v`` and ``parameters.v``.

        Args:
            x: in the generator's coordinates, at constant variance.
            t: times in 0..1.
            conditions: columns of the generator's contract; NaN = not given.
            noisy_parameters: standardised, as noisy as ``x``. A row of NaN is told none; its answer
                is the velocity at t = 1, minus the clean parameters: what the waveform tells.
        """
        raise NotImplementedError
