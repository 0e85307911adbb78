"""A recording that exists can be trusted: units, clock and shapes were checked when it was made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from .builders import recording

BAD_FIELDS: list[tuple[dict[str, Any], list[str]]] = [
    ({"waveform": np.array([0.0, np.nan, 1.0])}, ["waveform", "finite", "nan", "(1,)"]),
    ({"waveform": np.array([0.0, 1.0, np.inf])}, ["waveform", "inf", "(2,)"]),
    ({"waveform": np.zeros((2, 3))}, ["waveform", "1 dimension", "(2, 3)"]),
    ({"waveform": np.zeros(0)}, ["waveform", "non-empty", "(0,)"]),
    ({"halves": np.zeros((2, 199))}, ["halves", "(2, 200)", "(2, 199)"]),
    ({"halves": np.zeros((3, 200))}, ["halves", "(2, 200)", "(3, 200)"]),
    ({"halves": np.full((2, 200), np.nan)}, ["halves", "finite", "(0, 0)"]),
    ({"sampling_rate_hz": 0.0}, ["sampling_rate_hz", "positive", "0.0"]),
    ({"sampling_rate_hz": float("nan")}, ["sampling_rate_hz", "positive", "nan"]),
    ({"onset_sample": float("inf")}, ["onset_sample", "finite", "inf"]),
    ({"onset_source": "guess"}, ["onset_source", "'file', 'assumed', 'corrected'", "'guess'"]),
    ({"sweeps": 0}, ["sweeps", "at least 1", "0"]),
]


@pytest.mark.parametrize(("changes", "said"), BAD_FIELDS)
def test_what_cannot_be_is_refused_by_field_rule_and_finding(
    changes: dict[str, Any], said: list[str]
) -> None:
    with pytest.raises(ValueError, match="should be") as error:
        recording(**changes)
    for part in said:
        assert part in str(error.value)


def test_nobody_can_change_a_recording_after_it_was_read() -> None:
    one = recording(halves=np.zeros((2, 200)))
    with pytest.raises(FrozenInstanceError):
        one.sampling_rate_hz = 1.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        one.waveform[0] = 5.0
    assert one.halves is not None
    with pytest.raises(ValueError, match="read-only"):
        one.halves[0, 0] = 5.0


def test_the_array_it_was_made_of_stays_the_callers() -> None:
    values = np.zeros(200, dtype=np.float32)
    one = recording(waveform=values)
    values[:] = 7.0
    assert not one.waveform.any()
    assert values.flags.writeable


def test_time_zero_is_the_onset_even_between_or_before_samples() -> None:
    one = recording(onset_sample=14.6, sampling_rate_hz=15_000.0)
    assert one.time_ms[0] == pytest.approx(-14.6 / 15)
    assert np.interp(0.0, one.time_ms, np.arange(200)) == pytest.approx(14.6)
    assert recording(onset_sample=-10.0).time_ms[0] == pytest.approx(0.5)


def test_label_says_where_to_look() -> None:
    assert recording(35.0, path="x/b.arf", record=4).label == "x/b.arf#4 (35 dB)"


def test_a_warning_is_kept_once_and_the_original_stays_as_it_was() -> None:
    one = recording()
    two = one.with_warning("clipped").with_warning("clipped")
    assert one.warnings == ()
    assert two.warnings == ("clipped",)
    assert two.with_warning("late").warnings == ("clipped", "late")
