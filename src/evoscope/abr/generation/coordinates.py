"""The coordinates a generator works in: white, and over the scale of a response."""

from __future__ import annotations

from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.diffusion import ReferencePsd, Whitening
from evoscope.abr.diffusion.checks import complaint
from evoscope.runtime import Card, Constant


class Coordinates:
    """From microvolts to what diffuses, and back.

    Waveforms are whitened by the reference noise and divided by one scale, that of the responses
    learned from. So the noise left in a recording is the noise of the diffusion, its size is the
    diffusion's sigma, and amplitude is kept.

    Args:
        reference: colour of the noise.
        n_samples: of a waveform.
        scale_uv: rms of white responses, microvolts.

    Example:
        >>> frame = Coordinates(ReferencePsd(np.ones(9)), n_samples=8, scale_uv=0.1)
        >>> white = frame.enter(np.full((1, 8), 0.1))
        >>> bool(np.allclose(white, 1.0)), bool(np.allclose(frame.leave(white), 0.1))
        (True, True)
    """

    def __init__(self, reference: ReferencePsd, *, n_samples: int, scale_uv: float) -> None:
        if not 0.0 < scale_uv < float("inf"):
            raise complaint("scale_uv", "positive and finite", scale_uv)
        self.reference = reference
        self.n_samples = n_samples
        self.scale_uv = float(scale_uv)

    @cached_property
    def whitening(self) -> Whitening:
        """The linear part."""
        return Whitening(self.reference, n_samples=self.n_samples)

    @classmethod
    def fit(cls, responses: NDArray[np.floating], noise: NDArray[np.floating]) -> Self:
        """Choose coordinates for a cohort.

        Args:
            responses: ``(n, n_samples)`` microvolts.
            noise: ``(m, n_samples)`` traces without response.

        Raises:
            ValueError: no noise traces, or responses that are all zero.
        """
        if not len(noise):
            raise complaint(
                "noise", "at least one trace", "none", "Coordinates need recordings with halves."
            )
        reference = ReferencePsd.from_recordings(noise)
        n_samples = responses.shape[1]
        white = Whitening(reference, n_samples=n_samples).white(responses.astype(np.float64))
        return cls(reference, n_samples=n_samples, scale_uv=float(np.sqrt(np.mean(white**2))))

    def enter(self, waveforms_uv: NDArray[np.floating]) -> NDArray[np.float64]:
        """Take ``(n, n_samples)`` microvolts into these coordinates."""
        return self.whitening.white(waveforms_uv.astype(np.float64)) / self.scale_uv

    def leave(self, white: NDArray[np.floating]) -> NDArray[np.float64]:
        """Take ``(n, n_samples)`` of these coordinates back to microvolts."""
        return self.whitening.colour(white.astype(np.float64)) * self.scale_uv

    def sigma_of(self, noise_uv: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the sigma of recordings from their noise traces, ``(n, n_samples)`` -> ``(n,)``.

        A trace of zeros, of a recording that could not be split, has sigma 0: not known.
        """
        return self.whitening.noise_level(noise_uv.astype(np.float64)) / self.scale_uv

    def constants(self) -> dict[str, Constant]:
        """What a card should keep of them."""
        return {
            "reference_psd": Constant(
                value=[float(f"{power:.7g}") for power in self.reference.power],
                units="1",
                meaning="power of the reference noise from 0 Hz to half the sampling rate",
            ),
            "n_samples": Constant(value=self.n_samples, units="samples", meaning="of a waveform"),
            "scale_uv": Constant(value=self.scale_uv, units="uV", meaning="rms of white responses"),
        }

    @classmethod
    def of_card(cls, card: Card) -> Self:
        """Take them from a card that `constants` were put on."""
        values = {name: card.constants[name].value for name in card.constants}
        power, samples, scale = (
            np.asarray(values[name], dtype=np.float64)
            for name in ("reference_psd", "n_samples", "scale_uv")
        )
        return cls(ReferencePsd(power), n_samples=int(samples), scale_uv=float(scale))
