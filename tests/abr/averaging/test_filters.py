"""A filter must clean a recording without moving a latency, and never refuse a short one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from evoscope.abr.averaging import PRESETS, Preset, bandpass, choose_preset
from evoscope.abr.averaging.filters import bandpass_trials
from evoscope.abr.recording import Recording, Series, Source, Stimulus, StimulusKind, Subject

RATE_HZ = 20_000.0
FILTERING = [p for p in PRESETS.values() if p.name != "none"]


def sine(frequency_hz: float, n: int = 20_000) -> NDArray[np.float64]:
    return np.asarray(np.sin(2 * np.pi * frequency_hz * np.arange(n) / RATE_HZ))


def gain(frequency_hz: float, preset: Preset) -> float:
    # The middle of a long tone, away from both ends.
    middle = slice(8_000, 12_000)
    out = bandpass(sine(frequency_hz), sampling_rate_hz=RATE_HZ, preset=preset)
    return float(out[middle].std() / sine(frequency_hz)[middle].std())


@pytest.mark.parametrize("preset", FILTERING, ids=lambda p: p.name)
def test_wave_stays_where_it_was(preset: Preset) -> None:
    peak_ms, width_ms = 7.13, 0.3
    time_ms = np.arange(600) / RATE_HZ * 1000
    wave = np.exp(-0.5 * ((time_ms - peak_ms) / width_ms) ** 2)
    out = bandpass(wave, sampling_rate_hz=RATE_HZ, preset=preset)
    i = int(out.argmax())
    a, b, c = out[i - 1 : i + 2]
    found_ms = time_ms[i] + 0.5 * (a - c) / (a - 2 * b + c) * 1000 / RATE_HZ
    # A one-way filter of these corners would move it by 0.1 to 0.4 ms.
    assert found_ms == pytest.approx(peak_ms, abs=0.005)


@pytest.mark.parametrize("preset", FILTERING, ids=lambda p: p.name)
def test_impulse_response_is_symmetric(preset: Preset) -> None:
    impulse = np.zeros(8_001)
    impulse[4_000] = 1.0
    out = bandpass(impulse, sampling_rate_hz=RATE_HZ, preset=preset)
    np.testing.assert_allclose(out, out[::-1], atol=1e-6 * out.max())


@pytest.mark.parametrize("preset", FILTERING, ids=lambda p: p.name)
def test_corner_halves_a_tone_and_a_decade_further_removes_it(preset: Preset) -> None:
    # 3 dB at the corner each way: half the amplitude after both.
    if preset.high_pass_hz > 0:
        assert gain(preset.high_pass_hz, preset) == pytest.approx(0.5, abs=0.03)
        assert gain(preset.high_pass_hz / 10, preset) < 0.001
    assert gain(preset.low_pass_hz, preset) == pytest.approx(0.5, abs=0.03)
    assert gain(3 * preset.low_pass_hz, preset) < 0.02


@pytest.mark.parametrize("name", ["adult_click", "tone", "infant"])
def test_human_presets_keep_what_waves_are_made_of(name: str) -> None:
    for frequency_hz in (300.0, 500.0, 700.0):
        assert gain(frequency_hz, PRESETS[name]) > 0.9


def test_none_changes_nothing() -> None:
    values = np.random.default_rng(0).standard_normal((3, 50))
    out = bandpass(values, sampling_rate_hz=RATE_HZ, preset=PRESETS["none"])
    np.testing.assert_array_equal(out, values)


@pytest.mark.parametrize("rate_hz", [2_000.0, 3_000.0, 3_300.0])
def test_low_pass_beyond_nyquist_is_left_out(rate_hz: float) -> None:
    # An EEG file at 2 kHz holds nothing above 1 kHz: the 1500 Hz corner must not refuse it.
    values = np.random.default_rng(0).standard_normal(300)
    both = bandpass(values, sampling_rate_hz=rate_hz, preset=PRESETS["adult_click"])
    alone = Preset("high", 100.0, float("inf"), "")
    np.testing.assert_array_equal(both, bandpass(values, sampling_rate_hz=rate_hz, preset=alone))


def test_high_pass_beyond_nyquist_is_left_out() -> None:
    # A clinical EEG at 500 Hz is useless for a mouse, but it must not stop the analysis.
    values = np.random.default_rng(0).standard_normal(300)
    out = bandpass(values, sampling_rate_hz=500.0, preset=PRESETS["animal"])
    np.testing.assert_array_equal(out, values)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda p: p.name)
@pytest.mark.parametrize("n", [1, 2, 10])
def test_very_short_recordings_do_not_crash(preset: Preset, n: int) -> None:
    values = np.random.default_rng(n).standard_normal((2, n))
    out = bandpass(values, sampling_rate_hz=RATE_HZ, preset=preset)
    assert out.shape == (2, n)
    assert np.isfinite(out).all()


@pytest.mark.parametrize("preset", FILTERING, ids=lambda p: p.name)
def test_filter_is_linear_and_treats_every_trial_alike(preset: Preset) -> None:
    a, b = np.random.default_rng(1).standard_normal((2, 400))

    def run(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return bandpass(values, sampling_rate_hz=RATE_HZ, preset=preset)

    np.testing.assert_allclose(run(2 * a - 3 * b), 2 * run(a) - 3 * run(b), atol=1e-9)
    np.testing.assert_allclose(run(np.stack([a, b])), np.stack([run(a), run(b)]), atol=1e-12)


def test_input_is_not_modified_and_single_precision_is_accepted() -> None:
    values = np.random.default_rng(2).standard_normal(300).astype(np.float32)
    before = values.copy()
    out = bandpass(values, sampling_rate_hz=RATE_HZ, preset=PRESETS["adult_click"])
    np.testing.assert_array_equal(values, before)
    assert out.dtype == np.float64


def series(
    *,
    species: str,
    kind: StimulusKind = "click",
    age_weeks: float | None = None,
    age_years: float | None = None,
) -> Series:
    return Series(
        (
            Recording(
                waveform=np.zeros(100, dtype=np.float32),
                sampling_rate_hz=RATE_HZ,
                onset_sample=0.0,
                stimulus=Stimulus(
                    kind=kind, level_db=60, frequency_hz=500.0 if kind == "tone" else None
                ),
                subject=Subject(
                    id="S",
                    species=species,  # type: ignore[arg-type]
                    age_weeks=age_weeks,
                    age_years=age_years,
                ),
                source=Source(path="x", format="made"),
            ),
        )
    )


@pytest.mark.parametrize(
    ("found", "raw_eeg", "expected"),
    [
        (series(species="human"), False, "adult_click"),
        (series(species="human", kind="tone"), False, "tone"),
        (series(species="human", age_weeks=6), False, "infant"),
        (series(species="human", age_weeks=60), False, "infant"),
        (series(species="human", kind="tone", age_years=0), False, "infant"),
        (series(species="human", age_years=2), False, "adult_click"),
        (series(species="human", age_weeks=104), False, "adult_click"),
        (series(species="mouse"), False, "smooth"),
        (series(species="mouse"), True, "animal"),
        (series(species="gerbil", kind="tone"), True, "animal"),
    ],
)
def test_each_series_gets_the_filter_a_clinician_would_use(
    found: Series, raw_eeg: bool, expected: str
) -> None:
    assert choose_preset(found, raw_eeg=raw_eeg).name == expected


@pytest.mark.parametrize(
    ("preset", "offset_uv"),
    [(p, 0.0) for p in FILTERING] + [(p, 20_000.0) for p in FILTERING if p.high_pass_hz],
)
def test_trials_are_filtered_as_averages_are(preset: Preset, offset_uv: float) -> None:
    # An electrode's own voltage is a thousand times the noise: what single precision must stand.
    trials = np.random.default_rng(0).normal(offset_uv, 20.0, (300, 500)).astype(np.float32)
    found = bandpass_trials(trials, sampling_rate_hz=RATE_HZ, preset=preset)
    expected = bandpass(trials, sampling_rate_hz=RATE_HZ, preset=preset)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4 if not offset_uv else 2e-2)
    np.testing.assert_allclose(found.mean(axis=0), expected.mean(axis=0), rtol=0, atol=1e-4)
