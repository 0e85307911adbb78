"""Diffusion on numpy arrays and torch tensors alike: clock, parametrisation, samplers, whitening.

``sigma`` is everywhere the SD of the noise over the SD of the signal, t in 0..1 the clock that
counts it, ``x`` the noisy waveform at constant variance, and x0 and eps what it is made of.
"""

from evoscope.abr.diffusion.clock import enter, leave, time_of
from evoscope.abr.diffusion.grid import TimeGrid, time_grid
from evoscope.abr.diffusion.guidance import drop_mask, guided, with_null
from evoscope.abr.diffusion.noise import GaussianNoise, NoiseSource
from evoscope.abr.diffusion.parametrisation import Prediction, convert, noised, velocity
from evoscope.abr.diffusion.rates import log_snr, noise_rate, signal_rate, snr
from evoscope.abr.diffusion.reference_psd import ReferencePsd
from evoscope.abr.diffusion.sample import SAMPLERS, Sampler, sample
from evoscope.abr.diffusion.schedules import (
    CosineSchedule,
    KarrasSchedule,
    Schedule,
    check_schedule,
)
from evoscope.abr.diffusion.walk import Denoise, Progress
from evoscope.abr.diffusion.whitening import Whitening

__all__ = [
    "SAMPLERS",
    "CosineSchedule",
    "Denoise",
    "GaussianNoise",
    "KarrasSchedule",
    "NoiseSource",
    "Prediction",
    "Progress",
    "ReferencePsd",
    "Sampler",
    "Schedule",
    "TimeGrid",
    "Whitening",
    "check_schedule",
    "convert",
    "drop_mask",
    "enter",
    "guided",
    "leave",
    "log_snr",
    "noise_rate",
    "noised",
    "sample",
    "signal_rate",
    "snr",
    "time_grid",
    "time_of",
    "velocity",
    "with_null",
]
