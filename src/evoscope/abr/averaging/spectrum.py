"""How many independent numbers a stretch of coloured noise holds."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def autocovariance(noise: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the autocovariance of noise traces, pooled over rows, tapered to zero.

    Args:
        noise: ``(n_traces, n_samples)`` traces without response; each row is centred first.

    Returns:
        ``(n_samples,)`` autocovariance at lags 0..n_samples-1, under a Parzen window that ends
        at twice the trace. A shorter window forgets the slow, narrow components of EEG, and with
        them most of what makes its samples alike: on sign-flipped human averages a half-length
        window turns a nominal 5 % into 9-13 %, this one into 6-8 %.
    """
    rows = np.atleast_2d(np.asarray(noise, dtype=np.float64))
    rows = rows - rows.mean(axis=1, keepdims=True)
    n = rows.shape[1]
    spectrum = np.abs(np.fft.rfft(rows, 2 * n, axis=1)) ** 2
    raw = np.fft.irfft(spectrum.mean(axis=0), 2 * n)[:n] / n
    return np.asarray(raw * _parzen(n))


@lru_cache(maxsize=32)
def pairs_at_lags(n_samples: int) -> NDArray[np.float64]:
    """How many pairs of samples of a window are 0, 1, ... apart, ``(n_samples,)``.

    Example:
        >>> pairs_at_lags(3).tolist()
        [3.0, 2.0, 1.0]
    """
    pairs = np.arange(n_samples, 0.0, -1.0)
    pairs.flags.writeable = False
    return pairs


@lru_cache(maxsize=32)
def _parzen(n: int) -> NDArray[np.float64]:
    # Windows of a few lengths, for every recording of a series.
    lag = np.arange(n) / max(1.0, 2.0 * n)
    window = np.asarray(1 - 6 * lag**2 + 6 * lag**3)
    window.flags.writeable = False
    return window


def degrees_of_freedom(autocov: NDArray[np.float64], n_samples: int) -> float:
    """Return the effective degrees of freedom of the variance of a noise window.

    ``v = tr(S)^2 / tr(S^2)`` with S the covariance matrix of the window after its mean is taken
    off (Satterthwaite 1946; Box 1954). White noise of n samples gives n - 1; band-passed noise
    gives about twice bandwidth times duration. A fixed value of 5 (Elberling & Don 1984) is
    right for one filter and one window only.

    Args:
        autocov: autocovariance at lags 0.., at least one value.
        n_samples: window length in samples, at least 2.

    Example:
        >>> import numpy as np
        >>> white = np.zeros(50); white[0] = 1.0
        >>> round(degrees_of_freedom(white, 50), 6)
        49.0
    """
    full = autocov[:n_samples]
    if full.size < n_samples:
        full = np.append(full, np.zeros(n_samples - full.size))
    if full[0] <= 0:
        return 1.0
    # S is Toeplitz: all sums over it follow from its first row, without the matrix itself.
    running = np.cumsum(full)
    row_sums = running + running[::-1] - full[0]
    total = float(row_sums.sum())
    squares = 2.0 * float((pairs_at_lags(n_samples) * full**2).sum()) - n_samples * full[0] ** 2
    trace = n_samples * full[0] - total / n_samples
    trace_of_square = (
        squares - 2 * float(row_sums @ row_sums) / n_samples + (total / n_samples) ** 2
    )
    return max(1.0, float(trace**2 / trace_of_square))
