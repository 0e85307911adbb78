"""Amplitude norms: Elberling's figures come back; waves vanish in the order they do in ears."""

from __future__ import annotations

import pytest

from evoscope.abr.norms import WAVE_LABELS, Norm, amplitude


def click(wave: str, level_db: float, **more: object) -> Norm:
    arguments = {"stimulus": "click", "frequency_hz": None, "species": "human", **more}
    norm = amplitude(wave, level_db=level_db, **arguments)  # type: ignore[arg-type]
    assert norm is not None
    return norm


@pytest.mark.parametrize(
    ("level_db", "mean_uv", "sd_uv"), [(20, 0.256, 0.061), (40, 0.368, 0.092), (60, 0.407, 0.091)]
)
def test_elberling_2010(level_db: float, mean_uv: float, sd_uv: float) -> None:
    norm = click("V", level_db)
    assert (norm.mean, norm.sd) == pytest.approx((mean_uv, sd_uv))
    assert not norm.assumed


def test_wave_v_saturates_above_60_db() -> None:
    assert click("V", 90).mean == click("V", 60).mean


@pytest.mark.parametrize("species", ["human", "mouse", "rat", "gerbil", "guinea pig", "chinchilla"])
@pytest.mark.parametrize("wave", WAVE_LABELS)
def test_amplitude_never_shrinks_with_level(species: str, wave: str) -> None:
    means = [click(wave, level, species=species).mean for level in range(-20, 105, 5)]
    assert means == sorted(means)
    assert means[0] == 0.0


def test_wave_one_is_lost_before_wave_three_before_wave_five() -> None:
    assert click("I", 45).mean == 0.0 < click("III", 45).mean
    assert click("III", 30).mean == 0.0 < click("V", 30).mean


def test_limits_are_never_negative_and_hold_the_mean() -> None:
    for level in range(-20, 100, 10):
        norm = click("V", level)
        assert norm.low is not None
        assert norm.high is not None
        assert 0.0 <= norm.low <= norm.mean <= norm.high


def test_women_are_a_quarter_larger() -> None:
    ratio = click("V", 60, sex="female").mean / click("V", 60, sex="male").mean
    assert ratio == pytest.approx(1.25)


def test_rate_costs_early_waves_more() -> None:
    def kept(wave: str) -> float:
        return click(wave, 80, rate_hz=65.1).mean / click(wave, 80, rate_hz=17.1).mean

    assert kept("I") == pytest.approx(0.7)
    assert kept("V") == pytest.approx(0.9)


@pytest.mark.parametrize(("level_db", "mean_uv"), [(25, 0.08), (45, 0.14), (65, 0.20)])
def test_infants_to_two_kilohertz(level_db: float, mean_uv: float) -> None:
    norm = click("V", level_db, stimulus="tone", frequency_hz=2000.0, age_weeks=6.0,
                 level_reference="nHL")  # fmt: skip
    assert norm.mean == pytest.approx(mean_uv)


def test_chirps_are_larger_than_clicks() -> None:
    assert click("V", 40, stimulus="chirp").mean > 1.5 * click("V", 40).mean


def test_unknown_species_has_no_norm() -> None:
    found = amplitude("V", level_db=60, stimulus="click", frequency_hz=None, species="unknown")
    assert found is None
