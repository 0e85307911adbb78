"""Simulated ears with known truth: a minimal one for examples, and a clinic of them.

``simulate_series`` makes one ear with stationary noise, enough for tests and the demo.
``simulate_patients`` makes the patients of a profile: ears with mechanisms of loss, noise as it is,
and a clinician who marks the waves.
"""

from evoscope.abr.simulation.classes import LOSS_CLASSES, LossClass, Mechanism
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.ear import SimulatedEar, SimulatedLoss
from evoscope.abr.simulation.noise import coloured_noise
from evoscope.abr.simulation.patients import PolarityMode, patient_ears, simulate_patients
from evoscope.abr.simulation.physiology import TrueWave, clean_response, true_waves
from evoscope.abr.simulation.profiles import PROFILES, Profile, get_profile
from evoscope.abr.simulation.series import simulate_series
from evoscope.abr.simulation.shift import Shift, shifted
from evoscope.abr.simulation.trials import simulate_trials
from evoscope.abr.simulation.truth import LevelTruth, Truth

__all__ = [
    "LOSS_CLASSES",
    "PROFILES",
    "ClinicEar",
    "LevelTruth",
    "LossClass",
    "Mechanism",
    "PolarityMode",
    "Profile",
    "Shift",
    "SimulatedEar",
    "SimulatedLoss",
    "TrueWave",
    "Truth",
    "clean_response",
    "coloured_noise",
    "get_profile",
    "patient_ears",
    "shifted",
    "simulate_patients",
    "simulate_series",
    "simulate_trials",
    "true_waves",
]
