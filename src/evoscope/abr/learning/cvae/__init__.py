"""Training of conditional variational autoencoders: responses and their waves, to z and back."""

from evoscope.abr.learning.cvae.config import CVAEConfig
from evoscope.abr.learning.cvae.fit import TrainedCVAE, build_cvae, train_cvae
from evoscope.abr.learning.cvae.network import ConditionalVAE
from evoscope.abr.learning.cvae.recipe import CVAERecipe, load_cvae_recipe

__all__ = [
    "CVAEConfig",
    "CVAERecipe",
    "ConditionalVAE",
    "TrainedCVAE",
    "build_cvae",
    "load_cvae_recipe",
    "train_cvae",
]
