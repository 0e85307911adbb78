"""Filter, reject, weight, average; residual noise, F statistics, the response call, stopping."""

from evoscope.abr.averaging.calls import Call, call_response
from evoscope.abr.averaging.filters import PRESETS, Preset, bandpass, choose_preset
from evoscope.abr.averaging.fstatistic import FTest, f_test
from evoscope.abr.averaging.residual_noise import ResidualNoise, more_sweeps, residual_noise
from evoscope.abr.averaging.spectrum import autocovariance, degrees_of_freedom
from evoscope.abr.averaging.subaverages import SubAverages, pool
from evoscope.abr.averaging.timezero import Artefact, TimeZero, check_time_zero, find_artefact
from evoscope.abr.averaging.trials import TrialReport, accept, average_trials
from evoscope.abr.averaging.windows import response_window_ms

__all__ = [
    "PRESETS",
    "Artefact",
    "Call",
    "FTest",
    "Preset",
    "ResidualNoise",
    "SubAverages",
    "TimeZero",
    "TrialReport",
    "accept",
    "autocovariance",
    "average_trials",
    "bandpass",
    "call_response",
    "check_time_zero",
    "choose_preset",
    "degrees_of_freedom",
    "f_test",
    "find_artefact",
    "more_sweeps",
    "pool",
    "residual_noise",
    "response_window_ms",
]
