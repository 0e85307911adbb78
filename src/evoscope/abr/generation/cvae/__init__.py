"""Synthetic recordings from a variational autoencoder, without a training stack."""

from evoscope.abr.generation.cvae.generator import CVAEGenerator
from evoscope.abr.generation.cvae.imputation import Imputed, Latents

__all__ = ["CVAEGenerator", "Imputed", "Latents"]
