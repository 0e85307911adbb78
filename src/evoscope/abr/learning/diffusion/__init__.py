"""Training of generators: responses diffused in white coordinates, a network that predicts v."""

from evoscope.abr.learning.diffusion.fit import Ground, build_network, ground_of, train_generator
from evoscope.abr.learning.diffusion.networks import (
    ComponentSettings,
    GeneratorNetwork,
    UNetSettings,
)
from evoscope.abr.learning.diffusion.recipe import DiffusionRecipe, load_diffusion_recipe
from evoscope.abr.learning.diffusion.settings import Diffusing

__all__ = [
    "ComponentSettings",
    "Diffusing",
    "DiffusionRecipe",
    "GeneratorNetwork",
    "Ground",
    "UNetSettings",
    "build_network",
    "ground_of",
    "load_diffusion_recipe",
    "train_generator",
]
