"""Noise that is not white where the network expects it is told as another noise level."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.signal import lfilter

from evoscope.abr.diffusion import ReferencePsd, Whitening
from evoscope.abr.simulation.noise import coloured_noise

from .gaussian import Array

LENGTHS = (200, 384)
POLES = [1.0, -0.9, 0.3]


def autoregressive(rows: int, n: int, seed: int) -> Array:
    """Noise whose spectrum is known in closed form, past the start of its filter."""
    white = np.random.default_rng(seed).standard_normal((rows, n + 200))
    return np.asarray(lfilter([1.0], POLES, white, axis=1)[:, 200:])


def its_psd(bins: int) -> Array:
    angle = np.linspace(0.0, np.pi, bins)
    response = sum(a * np.exp(-1j * k * angle) for k, a in enumerate(POLES))
    return np.asarray(1.0 / np.abs(response) ** 2)


def eeg(rows: int, n: int, seed: int) -> Array:
    return coloured_noise(
        shape=(rows, n),
        rms_uv=0.05,
        sampling_rate_hz=15_000.0,
        band_hz=(100.0, 3000.0),
        rng=np.random.default_rng(seed),
    )


@pytest.mark.parametrize("n", LENGTHS)
def test_known_noise_is_white_to_its_ends(n: int) -> None:
    whitening = Whitening(ReferencePsd(its_psd(2049)), n_samples=n, floor=1e-6)
    noise = autoregressive(8000, n, seed=0)
    white = whitening.white(noise / noise.std())
    covariance = white.T @ white / len(white)
    # 8000 traces leave an error of 1-2 % in each entry; ends that wrap would be off by tens.
    np.testing.assert_allclose(np.diag(covariance), 1.0, atol=0.08)
    assert np.abs(covariance - np.diag(np.diag(covariance))).max() < 0.08


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("rows", [100, 1000])
def test_held_out_eeg_is_nearly_white_under_an_estimated_reference(n: int, rows: int) -> None:
    whitening = Whitening(ReferencePsd.from_recordings(eeg(rows, n, seed=1)), n_samples=n)
    noise = eeg(4000, n, seed=2)
    white = whitening.white(noise / noise.std())
    frequency_hz = np.fft.rfftfreq(n, 1.0 / 15_000.0)
    taper = np.hanning(n)
    power = np.mean(np.abs(np.fft.rfft(white * taper)) ** 2, axis=0) / np.sum(taper**2)
    band = power[(frequency_hz > 100.0) & (frequency_hz < 2500.0)]
    raw = np.mean(np.abs(np.fft.rfft(noise * taper)) ** 2, axis=0)
    raw = raw[(frequency_hz > 100.0) & (frequency_hz < 2500.0)]
    assert raw.max() / raw.min() > 30.0
    assert band.max() / band.min() < 1.8
    assert 0.7 < band.min() < band.max() < 1.4


def test_the_estimated_spectrum_is_that_of_the_noise() -> None:
    estimated = ReferencePsd.from_recordings(autoregressive(4000, 384, seed=0)).power
    known = ReferencePsd(its_psd(385)).power
    np.testing.assert_allclose(estimated[5:], known[5:], rtol=0.15)


def test_a_loud_recording_does_not_set_the_colour_of_all() -> None:
    quiet = autoregressive(500, 200, seed=0)
    loud = 1000.0 * np.random.default_rng(1).standard_normal((1, 200))
    alone = ReferencePsd.from_recordings(quiet).power
    together = ReferencePsd.from_recordings(np.concatenate([quiet, loud])).power
    np.testing.assert_allclose(together, alone, rtol=0.2, atol=0.02)


@pytest.mark.parametrize("n", LENGTHS)
def test_there_and_back_is_the_waveform_on_numpy_and_torch(n: int) -> None:
    whitening = Whitening(ReferencePsd.from_recordings(eeg(300, n, seed=1)), n_samples=n)
    wave = np.random.default_rng(0).standard_normal((2, 3, n)).cumsum(axis=-1)
    np.testing.assert_allclose(whitening.colour(whitening.white(wave)), wave, atol=1e-9)
    tensor = torch.from_numpy(wave).float()
    white = whitening.white(tensor)
    assert white.dtype == torch.float32
    np.testing.assert_allclose(white.numpy(), whitening.white(wave), atol=2e-3)
    np.testing.assert_allclose(whitening.colour(white).numpy(), wave, atol=2e-3)


def test_a_wave_stays_at_its_latency() -> None:
    """A causal filter would move every peak; a network would learn latencies that are not there."""
    whitening = Whitening(ReferencePsd.from_recordings(eeg(300, 200, seed=1)), n_samples=200)
    time = np.arange(200.0)
    for peak in (40, 90, 160):
        wave = np.exp(-(((time - peak) / 5.0) ** 2))[None]
        assert int(np.argmax(whitening.white(wave))) == peak


def test_a_shorter_grid_shares_the_reference_of_a_longer_one() -> None:
    reference = ReferencePsd.from_recordings(eeg(1000, 384, seed=1))
    white = Whitening(reference, n_samples=200).white(eeg(4000, 200, seed=2) / 0.05)
    own = Whitening(ReferencePsd.from_recordings(eeg(1000, 200, seed=1)), n_samples=200)
    assert white.std() == pytest.approx(own.white(eeg(4000, 200, seed=2) / 0.05).std(), rel=0.05)


def test_noise_behind_a_low_pass_is_not_blown_up() -> None:
    power = np.r_[np.ones(50), np.zeros(151)]
    whitening = Whitening(ReferencePsd(power), n_samples=200)
    # Rounding to 16 bits leaves a little of what the filter took out.
    rounding = 1e-4 * np.random.default_rng(0).standard_normal((500, 200))
    assert whitening.white(rounding).std() < 32 * 1e-4
    assert whitening.white_power == pytest.approx(0.25, abs=0.03)


def test_the_level_of_band_limited_noise_is_its_rms() -> None:
    # Three quarters of the white directions hold none of it; their silence is no quietness.
    def limited(seed: int) -> Array:
        spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal((1000, 800)))
        spectrum[:, 100:] = 0.0
        noise = np.fft.irfft(spectrum)[:, :200]
        return np.asarray(0.05 * noise / noise.std())

    whitening = Whitening(ReferencePsd.from_recordings(limited(0)), n_samples=200)
    assert whitening.white_power < 0.35
    level = whitening.noise_level(limited(1))
    # The taper's width smears so sharp an edge; without the correction it would be half.
    assert np.sqrt(np.mean(level**2)) == pytest.approx(0.05, rel=0.1)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_the_level_of_a_recording_is_read_better_in_white_coordinates(kind: object) -> None:
    whitening = Whitening(ReferencePsd.from_recordings(eeg(1000, 200, seed=1)), n_samples=200)
    noise = eeg(2000, 200, seed=2)
    level = np.asarray(whitening.noise_level(kind(noise)))  # type: ignore[operator]
    assert level.shape == (2000,)
    assert level.mean() == pytest.approx(0.05, rel=0.05)
    rms = np.sqrt(np.mean(noise**2, axis=1))
    assert level.std() / level.mean() < 0.5 * rms.std() / rms.mean()
    np.testing.assert_allclose(whitening.noise_level(kind(3.0 * noise)), 3.0 * level)  # type: ignore[operator]


def test_what_is_no_noise_is_refused() -> None:
    noise = eeg(5, 200, seed=0)
    with pytest.raises(ValueError, match=r"noise should be non-zero in every trace.*1 of zeros"):
        ReferencePsd.from_recordings(np.concatenate([noise, np.zeros((1, 200))]))
    with pytest.raises(ValueError, match=r"noise should be finite.*1 values not finite"):
        ReferencePsd.from_recordings(np.where(noise == noise.max(), np.nan, noise))
    with pytest.raises(ValueError, match=r"noise should be finite \(n_traces, n_samples\)"):
        ReferencePsd.from_recordings(noise[0])
    for power in ([1.0, -1.0, 1.0], [1.0, np.nan, 1.0], [1.0, 1.0]):
        with pytest.raises(ValueError, match="3 or more finite values"):
            ReferencePsd(np.array(power))
    with pytest.raises(ValueError, match=r"power should be above 0 somewhere"):
        ReferencePsd(np.zeros(9))


def test_lengths_that_do_not_fit_are_refused() -> None:
    reference = ReferencePsd(np.ones(201))
    with pytest.raises(ValueError, match=r"n_samples should be between 2 and 200.*Found 384"):
        Whitening(reference, n_samples=384)
    whitening = Whitening(reference, n_samples=200)
    with pytest.raises(ValueError, match=r"waveform should be of 200 samples. Found 384"):
        whitening.white(np.zeros((1, 384)))
    with pytest.raises(ValueError, match="floor should be a share"):
        Whitening(reference, n_samples=200, floor=0.0)
