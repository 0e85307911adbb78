"""Simulated noise against real noise: spectrum, autocorrelation, size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from evoscope.abr.benchmark.fit.conditions import RATE_HZ, TOP_HZ, Averages
from evoscope.abr.benchmark.fit.document import NoiseFit
from evoscope.abr.benchmark.fit.pictures import SIZE_IN
from evoscope.abr.report.canvas import Picture, axes_of, finish, new_figure
from evoscope.abr.report.palette import INK

COMPARED_HZ = (80.0, TOP_HZ)
LONGEST_LAG_MS = 5.0
_COLORS = ("#0072b2", "#c24100")


def compare_noise(name: str, real: Averages, simulated: Averages) -> NoiseFit:
    """Measure how far simulated noise is from real noise, beside one real ear from the other."""
    one, other = (real.at(real.ear == ear).noise for ear in np.unique(real.ear)[:2])
    return NoiseFit(
        simulated=name,
        n_real=len(real.noise),
        n_simulated=len(simulated.noise),
        log_spectral_distance_db=log_spectral_distance_db(real.noise, simulated.noise),
        spectral_floor_db=log_spectral_distance_db(one, other),
        autocorrelation_rms=autocorrelation_rms(real.noise, simulated.noise),
        autocorrelation_floor=autocorrelation_rms(one, other),
        noise_ks=float(ks_2samp(rms_nv(real.noise), rms_nv(simulated.noise)).statistic),
        noise_median_ratio=float(
            np.median(rms_nv(simulated.noise)) / np.median(rms_nv(real.noise))
        ),
    )


def spectrum(noise: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean power spectrum of unit power inside ``COMPARED_HZ``: frequencies in Hz, density.

    Every recording counts alike, however loud it is. Hann window.

    Example:
        >>> hz, density = spectrum(np.random.default_rng(0).standard_normal((9, 220)))
        >>> round(float(density.sum() * (hz[1] - hz[0])), 6)
        1.0
    """
    taper = np.hanning(noise.shape[1])
    hz = np.asarray(np.fft.rfftfreq(noise.shape[1], 1.0 / RATE_HZ), dtype=np.float64)
    power = np.abs(np.fft.rfft((noise - noise.mean(axis=1, keepdims=True)) * taper)) ** 2
    inside = (hz >= COMPARED_HZ[0]) & (hz <= COMPARED_HZ[1])
    power = power[:, inside]
    shape = (power / power.sum(axis=1, keepdims=True)).mean(axis=0)
    return hz[inside], shape / (hz[1] - hz[0])


def log_spectral_distance_db(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Root mean square over frequency of the difference of two mean spectra in dB.

    Example:
        >>> noise = np.random.default_rng(0).standard_normal((40, 220))
        >>> log_spectral_distance_db(noise, 3.0 * noise)
        0.0
    """
    ratio = 10.0 * np.log10(spectrum(first)[1] / spectrum(second)[1])
    return round(float(np.sqrt(np.mean(ratio**2))), 6)


def autocorrelation(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean autocorrelation from lag 0 to ``LONGEST_LAG_MS``, of unit height (biased estimate)."""
    centred = noise - noise.mean(axis=1, keepdims=True)
    lags = round(LONGEST_LAG_MS * 1e-3 * RATE_HZ) + 1
    power = np.abs(np.fft.rfft(centred, 2 * noise.shape[1])) ** 2
    whole = np.fft.irfft(power)[:, :lags]
    return np.asarray((whole / whole[:, :1]).mean(axis=0))


def autocorrelation_rms(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Root mean square difference of two mean autocorrelations."""
    return float(np.sqrt(np.mean((autocorrelation(first) - autocorrelation(second)) ** 2)))


def rms_nv(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Size of the noise of each average in nV."""
    return np.asarray(1e3 * noise.std(axis=1))


def noise_picture(real: Averages, simulated: Mapping[str, Averages]) -> Picture:
    """Draw spectra, autocorrelations and sizes side by side."""
    figure = new_figure(2 * SIZE_IN[0], SIZE_IN[1])
    width = 2 * SIZE_IN[0] / 3
    axes = [axes_of(figure, k * width + 0.72, 0.48, (2 - k) * width + 0.05, 0.28) for k in range(3)]
    lines = [("real", real, INK, 1.6)] + [
        (f"simulated: {name}", one, color, 1.1)
        for (name, one), color in zip(simulated.items(), _COLORS, strict=True)
    ]
    for name, one, color, wide in lines:
        hz, density = spectrum(one.noise)
        axes[0].plot(hz, 10.0 * np.log10(density), color=color, linewidth=wide, label=name)
        lags = np.arange(autocorrelation(one.noise).size) / RATE_HZ * 1e3
        axes[1].plot(lags, autocorrelation(one.noise), color=color, linewidth=wide)
        size = np.sort(rms_nv(one.noise))
        axes[2].plot(size, np.linspace(0, 1, size.size), color=color, linewidth=wide)
    axes[0].set_xscale("log")
    axes[0].set_xlabel("frequency (Hz)")
    axes[0].set_ylabel("dB of unit power per Hz")
    axes[0].set_title("Power spectrum")
    axes[0].legend(loc="lower left", fontsize=7)
    axes[1].set_xlabel("lag (ms)")
    axes[1].set_title("Autocorrelation")
    axes[2].set_xscale("log")
    axes[2].set_xlabel("rms of (A - B) / 2 (nV)")
    axes[2].set_title("Size: cumulative share")
    return finish(
        figure,
        "real_noise",
        "Noise of real and simulated averages: mean power spectrum, autocorrelation, and size.",
    )
