"""eHL corrections and the plausible range the time-zero check uses."""

from __future__ import annotations

import pytest

from evoscope.abr.norms import (
    earliest_wave_v_ms,
    ehl_correction_db,
    latency,
    plausible_largest_wave_ms,
)


@pytest.mark.parametrize(
    ("frequency_hz", "correction_db"),
    [(500, 10), (1000, 10), (2000, 5), (4000, 0), (250, 10), (8000, 0)],
)
def test_ehl_corrections(frequency_hz: float, correction_db: float) -> None:
    assert ehl_correction_db(frequency_hz) == correction_db


def test_ehl_between_octaves_is_interpolated_in_log_frequency() -> None:
    assert ehl_correction_db(2000 * 2**0.5) == pytest.approx(2.5)


def test_ehl_refuses_no_frequency() -> None:
    with pytest.raises(ValueError, match="positive"):
        ehl_correction_db(0.0)


@pytest.mark.parametrize("shift_ms", [-4.9, 5.5])
def test_a_five_millisecond_error_of_time_zero_is_implausible(shift_ms: float) -> None:
    norm = latency("V", level_db=80, stimulus="click", frequency_hz=None, species="human")
    limits = plausible_largest_wave_ms(
        level_db=80, stimulus="click", frequency_hz=None, species="human", age_years=30.0
    )
    assert norm is not None
    assert limits is not None
    assert limits[0] < norm.mean < limits[1]
    assert not limits[0] < norm.mean + shift_ms < limits[1]


def test_a_newborn_of_unknown_age_is_plausible() -> None:
    newborn = latency(
        "V", level_db=60, stimulus="click", frequency_hz=None, species="human", age_weeks=0.0
    )
    limits = plausible_largest_wave_ms(
        level_db=60, stimulus="click", frequency_hz=None, species="human"
    )
    assert newborn is not None
    assert limits is not None
    assert newborn.mean < limits[1]


def test_mouse_range_holds_waves_one_to_four() -> None:
    limits = plausible_largest_wave_ms(
        level_db=80, stimulus="tone", frequency_hz=16000.0, species="mouse"
    )
    assert limits is not None
    assert limits[0] < 1.3
    assert 4.5 < limits[1] < 8.0


def test_unknown_species_has_no_range() -> None:
    found = plausible_largest_wave_ms(
        level_db=80, stimulus="click", frequency_hz=None, species="unknown"
    )
    assert found is None


def test_earliest_wave_v_is_before_the_norm() -> None:
    assert 4.0 < earliest_wave_v_ms(level_db=80, stimulus="click", frequency_hz=None) < 5.3
