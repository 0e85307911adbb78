"""A clinic whose ears or noise are not those that the norms describe: moved by whole SDs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace

import numpy as np

from evoscope.abr.simulation.profiles.settings import Profile


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How far the mean of a clinic is moved, each in SDs between subjects.

    Attributes:
        latency_sd: later (+) or earlier: every wave, by the SD of the norm of its latency at the
            level that the ear hears.
        amplitude_sd: larger (+) or smaller: every wave, by the SD of the norm of its amplitude on
            the scale of the square root, where it is Gaussian.
        noise_sd: more (+) or less: EEG and the drift that goes with it, by the SD of its logarithm.
        threshold_sd: worse (+) or better: by the SD of normal thresholds.
    """

    latency_sd: float = 0.0
    amplitude_sd: float = 0.0
    noise_sd: float = 0.0
    threshold_sd: float = 0.0

    def __bool__(self) -> bool:
        """Whether anything is moved."""
        return any(asdict(self).values())

    @classmethod
    def parse(cls, words: Iterable[str]) -> Shift:
        """Read ``name=number``.

        Raises:
            ValueError: another name, or no number.

        Example:
            >>> Shift.parse(["latency=+1", "noise=-0.5"])
            Shift(latency_sd=1.0, amplitude_sd=0.0, noise_sd=-0.5, threshold_sd=0.0)
        """
        names = [field.name.removesuffix("_sd") for field in fields(cls)]
        found: dict[str, float] = {}
        for word in words:
            name, _, number = word.partition("=")
            try:
                value = float(number)
            except ValueError:
                value = float("nan")
            if name not in names or not np.isfinite(value):
                known = ", ".join(f"{name}=SD" for name in names)
                raise ValueError(
                    f"A shift should be one of {known}, as in latency=+1. Found {word!r}."
                )
            found[f"{name}_sd"] = value
        return cls(**found)


def shifted(profile: Profile, shift: Shift) -> Profile:
    """The same clinic with its mean moved: same patients, same random numbers.

    Example:
        >>> from evoscope.abr.simulation.profiles import get_profile
        >>> clinic = get_profile("clinic")
        >>> louder = shifted(clinic, Shift(noise_sd=1.0))
        >>> bool(louder.noise.eeg_uv == clinic.noise.eeg_uv * np.exp(clinic.noise.eeg_log_sd[0]))
        True
    """
    ear, noise = profile.ear, profile.noise
    return replace(
        profile,
        ear=replace(
            ear,
            threshold_shift_db=ear.threshold_shift_db + shift.threshold_sd * ear.threshold_sd_db,
            latency_shift_sd=ear.latency_shift_sd + shift.latency_sd,
            amplitude_shift_sd=ear.amplitude_shift_sd + shift.amplitude_sd,
        ),
        noise=replace(
            noise, eeg_uv=noise.eeg_uv * float(np.exp(shift.noise_sd * noise.eeg_log_sd[0]))
        ),
    )
