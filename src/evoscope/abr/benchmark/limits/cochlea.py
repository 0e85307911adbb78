"""What inverts with the polarity: the microphonics that ears have, and one series' difference."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.ear_bank import EarBank
from evoscope.abr.benchmark.limits.noise_model import NoiseLevels, NoiseModel
from evoscope.abr.simulation.clinic_ear import ClinicEar, Microphonic
from evoscope.abr.simulation.evoked import microphonic

Array = NDArray[np.float64]

LOUD_NHL = np.array([90.0])
"""Level at which microphonics are stated."""
_SHAPES, _ENOUGH = 160, 10


@dataclass(frozen=True, eq=False, kw_only=True)
class CochlearPrior:
    """Microphonics that ears of each mechanism have.

    Attributes:
        shapes: ``(S, samples)`` of 1 uV at 90 dB nHL, equally likely.
        peak_uv: mechanism -> smallest and largest size, uniform between; others have none.
        artefact_uv: median at 80 dB nHL.
    """

    shapes: Array
    peak_uv: dict[str, tuple[float, float]]
    artefact_uv: float

    @classmethod
    def of(cls, bank: EarBank) -> CochlearPrior:
        """Read it off the ears of a bank."""
        known = [(ear, ear.microphonic) for ear in bank.ears if ear.microphonic is not None]
        sizes: dict[str, list[float]] = {}
        for ear, one in known:
            sizes.setdefault(ear.mechanism, []).append(one.peak_uv)
        shapes = [
            microphonic(
                with_microphonic(ear, replace(one, peak_uv=1.0), 0.0),
                LOUD_NHL,
                bank.profile.time_ms,
            )
            for ear, one in known[:: max(1, len(known) // _SHAPES)]
        ]
        return cls(
            shapes=np.concatenate(shapes).astype(np.float64),
            peak_uv={
                # Ears of a rare mechanism are too few to show its range: it is the normal one.
                name: (min(known_uv), max(known_uv))
                for name, all_ in sizes.items()
                if (known_uv := all_ if len(all_) >= _ENOUGH else sizes["normal"])
            },
            artefact_uv=bank.profile.noise.artefact_uv,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Difference:
    """Half the difference of the polarities of one series, and its noise.

    Attributes:
        values: ``(n, samples)`` uV, rarefaction minus condensation.
        variance: ``(n, coordinates)`` uV^2.
        noise: the coordinates.
        prior: of microphonics and artefacts.
    """

    values: Array
    variance: Array
    noise: NoiseModel
    prior: CochlearPrior

    @classmethod
    def of(
        cls,
        values: NDArray[np.floating],
        levels: NoiseLevels,
        noise: NoiseModel,
        prior: CochlearPrior,
    ) -> Difference:
        """The slow baseline that all sweeps share is in no difference."""
        return cls(
            values=values.astype(np.float64),
            variance=levels.eeg[:, None] + levels.drift[:, None] * noise.drift_power,
            noise=noise,
            prior=prior,
        )


def with_microphonic(ear: ClinicEar, one: Microphonic, gap_db: float) -> ClinicEar:
    """The ear with this microphonic and this air-bone gap."""
    return replace(ear, microphonic=one, gap_db=gap_db)
