"""Fixed features of a waveform, and how far two sets of recordings lie apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.spatial.distance import cdist
from scipy.stats import ks_2samp, wasserstein_distance

COMPONENTS = 40
"""Cosines of the response: to 1.5 kHz on the seeds' grid, where averages have their power."""
UNIT_UV = 0.1
MOST_KERNEL = 300
"""Recordings of a side: kernels take time by the square, and the floor has as many."""
Floats = NDArray[np.float64]


def features(waveforms_uv: Floats) -> Floats:
    """Return fixed features, ``(n, COMPONENTS + 1)``: cosines of the waveform, and its size.

    Nothing is fitted: the same waveform has the same features in every comparison.

    Args:
        waveforms_uv: ``(n, n_samples)``.

    Example:
        >>> features(np.ones((3, 200))).shape
        (3, 41)
    """
    n_samples = waveforms_uv.shape[1]
    cosines = dct(waveforms_uv, axis=1, norm="ortho")[:, :COMPONENTS] / np.sqrt(n_samples)
    return np.concatenate([cosines / UNIT_UV, log_rms(waveforms_uv)[:, None]], axis=1)


def log_rms(waveforms_uv: Floats) -> Floats:
    """Return log10 of the RMS over 1 nV, ``(n,)``; a silent recording has 0."""
    return np.asarray(np.log10(1.0 + 1000.0 * np.sqrt(np.mean(waveforms_uv**2, axis=1))))


def frechet(a: Floats, b: Floats) -> float:
    """Frechet distance of Gaussians fitted to features (Heusel et al. 2017), squared.

    Example:
        >>> x = np.random.default_rng(0).standard_normal((500, 3))
        >>> round(frechet(x, x), 6), round(frechet(x, x + 1.0), 6)
        (0.0, 3.0)
    """
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0.0)).sum()
    shift = float(((a.mean(axis=0) - b.mean(axis=0)) ** 2).sum())
    return max(0.0, shift + float(np.trace(first) + np.trace(second) - 2.0 * cross))


def mmd(a: Floats, b: Floats) -> float:
    """Maximum mean discrepancy (Gretton et al. 2012), Gaussian kernels about the median distance.

    The biased estimate, which is never negative: beside a floor of equal sizes the bias cancels.
    """
    a, b = a[:MOST_KERNEL], b[:MOST_KERNEL]
    both = np.concatenate([a, b])
    square = cdist(both, both, "sqeuclidean")
    width = float(np.median(square)) or 1.0
    kernel = np.mean([np.exp(-square / (scale * width)) for scale in (0.25, 1.0, 4.0)], axis=0)
    n = len(a)
    value = kernel[:n, :n].mean() + kernel[n:, n:].mean() - 2.0 * kernel[:n, n:].mean()
    return float(np.sqrt(max(0.0, float(value))))


def psd(a: Floats, b: Floats) -> float:
    """Mean absolute difference of log10 mean power spectra."""
    first, second = (log_power(x) for x in (a, b))
    return float(np.abs(first - second).mean())


def log_power(waveforms_uv: Floats) -> Floats:
    """Return log10 of the mean power spectrum of ``(n, n_samples)``, without the mean."""
    window = np.hanning(waveforms_uv.shape[1])
    spectrum = np.abs(np.fft.rfft(waveforms_uv * window, axis=1)) ** 2
    return np.asarray(np.log10(spectrum.mean(axis=0)[1 : spectrum.shape[1] // 3] + 1e-12))


def autocorrelation(a: Floats, b: Floats) -> float:
    """Root mean square difference of the mean autocorrelations, over lags of half the length."""
    return float(np.sqrt(np.mean((_autocorrelation(a) - _autocorrelation(b)) ** 2)))


def _autocorrelation(waveforms_uv: Floats) -> Floats:
    n_samples = waveforms_uv.shape[1]
    power = (np.abs(np.fft.rfft(waveforms_uv, 2 * n_samples, axis=1)) ** 2).mean(axis=0)
    found = np.fft.irfft(power)[: n_samples // 2]
    return found / found[0] if found[0] > 0.0 else found


def wasserstein(a: Floats, b: Floats) -> float:
    """Wasserstein-1 distance of two sets of numbers, in their unit."""
    return float(wasserstein_distance(a, b))


def kolmogorov(a: Floats, b: Floats) -> float:
    """Largest difference of two distribution functions."""
    return float(ks_2samp(a, b, method="asymp").statistic)
