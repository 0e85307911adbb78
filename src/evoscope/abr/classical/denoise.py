"""The response without its noise, as far as the noise is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, idct

from evoscope.abr.averaging import SubAverages
from evoscope.abr.classical.cosines import smooth


def wiener(parts: SubAverages) -> NDArray[np.float64]:
    """Shrink each frequency of an average by the share of it that is noise.

    The gain is ``max(0, 1 - noise / power)`` on smoothed cosine spectra, the noise from the
    response-free contrasts of the recording itself. An average without independent parts is
    returned as it is: its noise is not known, and guessing it would invent or erase waves.

    Args:
        parts: filtered sub-averages.

    Returns:
        ``(n_samples,)`` microvolts.
    """
    mean = parts.mean()
    if parts.count < 2:
        return mean
    power = smooth(dct(mean, norm="ortho") ** 2)
    noise = smooth((dct(parts.deviations(), norm="ortho", axis=1) ** 2).mean(axis=0))
    gain = np.clip(1 - noise / np.maximum(power, 1e-30), 0.0, 1.0)
    return np.asarray(idct(gain * dct(mean, norm="ortho"), norm="ortho"))
