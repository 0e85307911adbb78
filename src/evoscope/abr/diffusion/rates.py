"""Noise-to-signal ratio, and what follows from it: rates, SNR, log-SNR.

One number says how noisy a sample is: ``sigma``, the SD of its noise over the SD of its signal.
A waveform as recorded is ``x0 + sigma eps``; the network sees it scaled to constant variance,
``x = (x0 + sigma eps) / sqrt(1 + sigma^2) = signal_rate x0 + noise_rate eps``.
"""

from __future__ import annotations

from evoscope.abr.diffusion.arrays import N, namespace


def signal_rate(sigma: N) -> N:
    """Return the weight of the signal in variance-preserving x, ``1 / sqrt(1 + sigma^2)``."""
    rate: N = (sigma * sigma + 1.0) ** -0.5
    return rate


def noise_rate(sigma: N) -> N:
    """Return the weight of the noise in variance-preserving x, ``sigma / sqrt(1 + sigma^2)``.

    Example:
        >>> round(signal_rate(0.75) ** 2 + noise_rate(0.75) ** 2, 12)
        1.0
    """
    rate: N = sigma * signal_rate(sigma)
    return rate


def snr(sigma: N) -> N:
    """Return the ratio of signal power to noise power, ``sigma^-2``, for sigma > 0."""
    ratio: N = sigma**-2.0
    return ratio


def log_snr(sigma: N) -> N:
    """Return the natural logarithm of the SNR (Kingma et al. 2021's lambda), for sigma > 0.

    Half of it is the time variable of DPM-Solver (Lu et al. 2022).

    Example:
        >>> float(log_snr(1.0))
        -0.0
    """
    value: N = -2.0 * namespace(sigma).log(sigma)
    return value
