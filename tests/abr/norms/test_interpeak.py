"""Interpeak limits: what a clinician would call prolonged is outside, what is normal inside."""

from __future__ import annotations

import pytest

from evoscope.abr.norms import interpeak


@pytest.mark.parametrize(
    ("name", "normal", "prolonged"),
    [("I-V", 3.95, 4.6), ("I-V", 4.06, 4.8), ("III-V", 2.07, 2.5), ("I-III", 2.16, 2.6)],
)
def test_normal_is_inside_and_retrocochlear_outside(
    name: str, normal: float, prolonged: float
) -> None:
    norm = interpeak(name, species="human")
    assert norm is not None
    assert norm.contains(normal)
    assert not norm.contains(prolonged)


def test_the_two_parts_add_up() -> None:
    first, second, whole = (interpeak(n, species="human") for n in ("I-III", "III-V", "I-V"))
    assert first is not None
    assert second is not None
    assert whole is not None
    assert first.mean + second.mean == pytest.approx(whole.mean)


def test_an_infant_is_not_called_prolonged() -> None:
    norm = interpeak("I-V", species="human", age_weeks=0.0)
    assert norm is not None
    assert norm.contains(5.0)
    assert norm.assumed


def test_infant_of_unknown_weeks_has_wider_limits() -> None:
    vague = interpeak("I-V", species="human", age_years=0.0)
    exact = interpeak("I-V", species="human", age_weeks=20.0)
    assert vague is not None
    assert exact is not None
    assert vague.sd > exact.sd


def test_interaural_limit_is_wider_at_soft_levels() -> None:
    loud = interpeak("interaural V", species="human", level_db=70.0)
    soft = interpeak("interaural V", species="human", level_db=40.0)
    assert loud is not None
    assert soft is not None
    assert (loud.low, loud.high) == pytest.approx((-0.2, 0.2))
    assert soft.high == pytest.approx(0.3)


def test_amplitude_ratio_has_only_a_lower_limit() -> None:
    norm = interpeak("V/I", species="human")
    assert norm is not None
    assert (norm.low, norm.high) == (0.5, None)
    assert norm.contains(9.0)
    assert not norm.contains(0.3)


def test_rodents_have_no_published_norm() -> None:
    assert interpeak("I-V", species="mouse") is None


def test_a_misspelt_interval_is_refused() -> None:
    with pytest.raises(ValueError, match=r"should be one of 'I-III'.*Found 'I-IV'"):
        interpeak("I-IV", species="human")
