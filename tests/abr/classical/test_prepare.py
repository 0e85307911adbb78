"""One time axis for all recordings: what was recorded at 6 ms stays at 6 ms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evoscope.abr.averaging import PRESETS, SubAverages
from evoscope.abr.classical.prepare import on_axis, prepare
from evoscope.abr.recording import Epochs, Recording, Series

from .builders import recording

NONE = PRESETS["none"]


def peak_at_6_ms(
    level_db: float,
    *,
    rate_hz: float = 20_000.0,
    onset: float = 20.0,
    stop_ms: float = 12.0,
    size_uv: float = 1.0,
    **changes: object,
) -> Recording:
    n = int(onset + stop_ms * rate_hz / 1000) + 1
    time_ms = (np.arange(n) - onset) * 1000.0 / rate_hz
    wave = size_uv * np.exp(-0.5 * ((time_ms - 6.0) / 0.3) ** 2)
    return recording(wave, level_db, sampling_rate_hz=rate_hz, onset_sample=onset, **changes)  # type: ignore[arg-type]


def test_recordings_of_different_rates_and_onsets_line_up() -> None:
    series = Series(
        (
            peak_at_6_ms(40.0),
            peak_at_6_ms(50.0, rate_hz=40_000.0, onset=80.5),
            peak_at_6_ms(60.0, rate_hz=25_000.0, onset=-12.5, stop_ms=15.0),
        )
    )
    ready = prepare(series, human=True, preset=NONE)
    for level in ready.levels:
        assert ready.time_ms[np.argmax(level.mean())] == pytest.approx(6.0, abs=0.06)
    # Only what all of them cover, and nothing made up beyond it.
    assert ready.time_ms[0] == pytest.approx(0.5, abs=0.05)
    assert ready.time_ms[-1] <= 12.0 + 1e-6


@pytest.mark.parametrize("off_ms", [0.0, 5e-7, 1e-5, 1e-3])
@pytest.mark.parametrize("start_ms", [-1.0, 0.0, 100.0])
def test_only_axes_that_are_alike_but_for_rounding_are_one(start_ms: float, off_ms: float) -> None:
    old = np.linspace(start_ms, start_ms + 2.0, 41)
    parts = SubAverages(np.sin(old)[None, :], np.ones(1), "none")
    same = on_axis(parts, old, old + off_ms) is parts
    assert same == np.allclose(old, old + off_ms, atol=1e-6)


def test_replicates_are_pooled_by_their_sweeps() -> None:
    series = Series(
        (
            peak_at_6_ms(50.0, size_uv=1.0, sweeps=3000),
            peak_at_6_ms(50.0, size_uv=2.0, sweeps=1000, record=1),
        )
    )
    ready = prepare(series, human=True, preset=NONE)
    assert ready.levels_db == (50.0,)
    assert ready.levels[0].mean().max() == pytest.approx(1.25, rel=0.01)
    assert ready.levels[0].source == "replicates"
    assert ready.level_sweeps == (4000,)


def test_replicates_of_unknown_sweeps_count_alike_and_their_sum_is_not_invented() -> None:
    series = Series(
        (
            peak_at_6_ms(50.0, size_uv=1.0, sweeps=None),
            peak_at_6_ms(50.0, size_uv=2.0, sweeps=1000, record=1),
        )
    )
    ready = prepare(series, human=True, preset=NONE)
    assert ready.levels[0].mean().max() == pytest.approx(1.5, rel=0.01)
    assert ready.level_sweeps == (None,)


def test_a_filter_without_a_name_follows_the_listener() -> None:
    adult = Series((peak_at_6_ms(50.0),))
    mouse = Series((peak_at_6_ms(50.0, species="mouse"),))
    assert prepare(adult, human=True).preset.name == "adult_click"
    assert prepare(mouse, human=False).preset.name == "smooth"


def test_a_very_high_rate_is_brought_down_to_what_carries_a_response() -> None:
    ready = prepare(Series((peak_at_6_ms(50.0, rate_hz=200_000.0),)), human=True)
    assert ready.sampling_rate_hz == pytest.approx(25_000.0)


def trials(n: int, n_samples: int) -> Epochs:
    values = np.random.default_rng(0).standard_normal((n, n_samples)).astype(np.float32)
    return Epochs(
        n_trials=n,
        n_samples=n_samples,
        sampling_rate_hz=20_000.0,
        onset_sample=60.0,
        loader=lambda which: values[which],
    )


def test_three_trials_are_too_few_and_the_average_keeps_its_own_clock() -> None:
    # The trials carry filter margins, the average does not: their time axes differ.
    one = replace(peak_at_6_ms(50.0), epochs=trials(3, 400))
    ready = prepare(Series((one,)), human=True, preset=NONE)
    assert ready.levels[0].source == "none"
    assert ready.time_ms[np.argmax(ready.levels[0].mean())] == pytest.approx(6.0, abs=0.06)


def test_trials_are_used_where_there_are_enough() -> None:
    one = replace(peak_at_6_ms(50.0), epochs=trials(64, 400))
    ready = prepare(Series((one,)), human=True)
    assert ready.levels[0].source == "trials"
    assert ready.trials[0].used + ready.trials[0].rejected == 64


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (peak_at_6_ms(50.0, stop_ms=3.9), "share at least 4 ms after onset. Found -1.00 to 3.90"),
        (peak_at_6_ms(50.0, onset=-400.0, stop_ms=40.0), "response window, 1 to 15 ms"),
        (peak_at_6_ms(50.0, rate_hz=800.0, onset=0.0), "at least 1000 Hz.*Found 800 Hz"),
    ],
)
def test_what_cannot_be_analyzed_is_refused_with_what_was_found(one: Recording, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        prepare(Series((one,)), human=True)


def test_recordings_that_share_no_time_are_refused() -> None:
    early = peak_at_6_ms(40.0, stop_ms=8.0)
    late = peak_at_6_ms(50.0, onset=-160.0, stop_ms=20.0)
    with pytest.raises(ValueError, match="share at least 4 ms"):
        prepare(Series((early, late)), human=True)
