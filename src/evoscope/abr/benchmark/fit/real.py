"""Everything that is compared with real recordings."""

from __future__ import annotations

from evoscope.abr.benchmark.fit.conditions import (
    real_averages,
    real_recordings,
    simulated_averages,
)
from evoscope.abr.benchmark.fit.document import RealFit
from evoscope.abr.benchmark.fit.real_noise import compare_noise, noise_picture
from evoscope.abr.benchmark.fit.two_sample import compare_averages
from evoscope.abr.report.canvas import Picture, style
from evoscope.abr.simulation.profiles import get_profile

PROFILES = ("adult", "clinic")
_PATIENTS = 40


def compare_with_real(*, seed: int = 1) -> tuple[RealFit, Picture | None]:
    """Compare the noise and the averages of the profiles with real recordings, if there are any.

    The simulated side is made afresh, with the band, rate, sweeps and levels of the real one: the
    cohort's own conditions differ. The real subjects are taken for adults.
    """
    folder = real_recordings()
    if isinstance(folder, str):
        return RealFit(skipped=folder), None
    real = real_averages(folder)
    made = {
        name: simulated_averages(get_profile(name), patients=_PATIENTS, seed=seed)
        for name in PROFILES
    }
    fit = RealFit(
        noise=tuple(compare_noise(name, real, one) for name, one in made.items()),
        # Only the adults are of the age of the real subjects.
        two_sample=(compare_averages("adult", real, made["adult"], seed=seed),),
    )
    with style():
        return fit, noise_picture(real, made)
