"""Differences and ratios of waves, with intervals that add up, beside their norms."""

from __future__ import annotations

import pytest

from evoscope.abr.analysis.intervals import difference, flag_of, intervals_of, ratio
from evoscope.abr.findings import Estimate, Wave
from evoscope.abr.norms import Norm, interpeak

from .ears import click


def wave(name: str, latency_ms: float, amplitude_uv: float = 0.3, *, present: bool = True) -> Wave:
    return Wave(
        name=name,  # type: ignore[arg-type]
        probability=0.9 if present else 0.1,
        present=present,
        latency_ms=Estimate(value=latency_ms, low=latency_ms - 0.1, high=latency_ms + 0.1)
        if present
        else None,
        amplitude_uv=Estimate(value=amplitude_uv, low=amplitude_uv / 2, high=amplitude_uv * 2)
        if present
        else None,
    )


def test_half_widths_add_in_quadrature_end_by_end() -> None:
    first = Estimate(value=1.0, low=0.7, high=1.4)
    second = Estimate(value=5.0, low=4.6, high=5.3)
    found = difference(first, second)
    assert found.value == 4.0
    # Shortest when the first is late and the second early.
    assert found.low == pytest.approx(4.0 - (0.4**2 + 0.4**2) ** 0.5)
    assert found.high == pytest.approx(4.0 + (0.3**2 + 0.3**2) ** 0.5)


def test_an_open_end_makes_no_interval_up() -> None:
    found = difference(Estimate(value=1.0), Estimate(value=5.0, low=4.9, high=5.1))
    assert (found.value, found.low, found.high) == (4.0, None, None)


def test_a_ratio_is_widest_at_its_corners_and_needs_a_bottom() -> None:
    found = ratio(Estimate(value=0.4, low=0.3, high=0.5), Estimate(value=0.2, low=0.1, high=0.3))
    assert found is not None
    assert found.value == pytest.approx(2.0)
    assert found.low == pytest.approx(1.0)
    assert found.high == pytest.approx(5.0)
    assert ratio(Estimate(value=0.4), Estimate(value=0.0)) is None
    # A wave I that may be zero: the ratio has no upper end, rather than an infinite one.
    touching = ratio(Estimate(value=0.4, low=0.3, high=0.5), Estimate(value=0.2, low=0.0, high=0.3))
    assert touching is not None
    assert touching.high is None


@pytest.mark.parametrize(
    ("value", "low", "high", "flag"),
    [
        (4.0, 3.5, 4.5, "within"),
        (3.4, 3.5, 4.5, "below"),
        (4.6, 3.5, 4.5, "above"),
        (9.0, 0.5, None, "within"),
        (0.4, 0.5, None, "below"),
        (4.0, None, None, "no norm"),
    ],
)
def test_the_flag(value: float, low: float | None, high: float | None, flag: str) -> None:
    assert flag_of(value, Norm(mean=4.0, sd=0.2, low=low, high=high, source="test")) == flag


def test_no_norm_no_verdict() -> None:
    assert flag_of(4.0, None) == "no norm"


def test_every_interval_is_the_difference_of_its_two_waves() -> None:
    waves = [wave("I", 1.6, 0.2), wave("III", 3.8), wave("V", 5.7, 0.5)]
    found = {i.name: i for i in intervals_of(waves, click().recordings[-1], species="human")}
    assert found["I-III"].estimate.value == pytest.approx(2.2)
    assert found["III-V"].estimate.value == pytest.approx(1.9)
    assert found["I-V"].estimate.value == pytest.approx(4.1)
    assert found["V/I"].estimate.value == pytest.approx(2.5)
    norm = interpeak("I-V", species="human", level_db=70, rate_hz=21.1)
    assert norm is not None
    assert (found["I-V"].norm_low, found["I-V"].norm_high) == (norm.low, norm.high)


def test_a_long_i_v_is_flagged() -> None:
    # The classical sign of a retrocochlear lesion.
    waves = [wave("I", 1.6), wave("V", 6.6)]
    found = {i.name: i for i in intervals_of(waves, click().recordings[-1], species="human")}
    assert found["I-V"].flag == "above"
    assert set(found) == {"I-V", "V/I"}


def test_absent_waves_have_no_intervals() -> None:
    waves = [wave("I", 1.6, present=False), wave("III", 3.8, present=False), wave("V", 5.7)]
    assert intervals_of(waves, click().recordings[-1], species="human") == ()


def test_rodents_have_intervals_without_norms() -> None:
    waves = [wave("I", 1.3), wave("III", 3.0)]
    found = intervals_of(waves, click().recordings[-1], species="mouse")
    assert [i.flag for i in found] == ["no norm"]
