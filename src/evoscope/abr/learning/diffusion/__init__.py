"""Training of generators: responses diffused in white coordinates, a U-Net that predicts v."""

from evoscope.abr.learning.diffusion.fit import Ground, build_network, ground_of, train_generator
from evoscope.abr.learning.diffusion.network import GeneratorNetwork
from evoscope.abr.learning.diffusion.recipe import DiffusionRecipe, load_diffusion_recipe
from evoscope.abr.learning.diffusion.settings import Diffusing

__all__ = [
    "Diffusing",
    "DiffusionRecipe",
    "GeneratorNetwork",
    "Ground",
    "build_network",
    "ground_of",
    "load_diffusion_recipe",
    "train_generator",
]
