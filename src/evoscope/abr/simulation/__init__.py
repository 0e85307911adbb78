"""Simulated ears with known truth: a minimal one, enough for tests, examples and the demo."""

from evoscope.abr.simulation.ear import SimulatedEar, SimulatedLoss
from evoscope.abr.simulation.noise import coloured_noise
from evoscope.abr.simulation.physiology import TrueWave, clean_response, true_waves
from evoscope.abr.simulation.series import simulate_series
from evoscope.abr.simulation.truth import LevelTruth, Truth

__all__ = [
    "LevelTruth",
    "SimulatedEar",
    "SimulatedLoss",
    "TrueWave",
    "Truth",
    "clean_response",
    "coloured_noise",
    "simulate_series",
    "true_waves",
]
