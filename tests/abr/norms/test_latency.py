"""Latency norms: the published tables come back, and they move the way ears do."""

from __future__ import annotations

from itertools import pairwise

import pytest

from evoscope.abr.norms import WAVE_LABELS, Norm, latency

SPECIES = ["human", "mouse", "rat", "gerbil", "guinea pig", "chinchilla"]

# dB nHL -> wave V in ms, as each source states it.
PROSSER = {20: 8.12, 30: 7.52, 40: 6.98, 50: 6.52, 60: 6.16, 70: 5.90, 80: 5.71, 90: 5.58}
GORGA = {20: 8.02, 30: 7.30, 40: 6.74, 50: 6.31, 60: 5.98, 70: 5.73, 80: 5.53, 90: 5.38}
ELBERLING = {20: 7.60, 40: 6.59, 60: 5.88}
V_TABLE = [
    pytest.param(level, value, id=f"{source}-{level}")
    for source, table in (("prosser", PROSSER), ("gorga", GORGA), ("elberling", ELBERLING))
    for level, value in table.items()
]
KELLY = [("I", 70, 1.82), ("I", 80, 1.66), ("I", 90, 1.59), ("V", 80, 5.75)]


def click(wave: str, level_db: float, **more: object) -> Norm:
    arguments = {"stimulus": "click", "frequency_hz": None, "species": "human", **more}
    norm = latency(wave, level_db=level_db, **arguments)  # type: ignore[arg-type]
    assert norm is not None
    return norm


def tone(wave: str, level_db: float, frequency_hz: float, **more: object) -> Norm:
    return click(wave, level_db, stimulus="tone", frequency_hz=frequency_hz, **more)


@pytest.mark.parametrize(("level_db", "value_ms"), V_TABLE)
def test_every_published_wave_v_lies_within_one_sd(level_db: float, value_ms: float) -> None:
    norm = click("V", level_db)
    assert abs(value_ms - norm.mean) < norm.sd


@pytest.mark.parametrize(("wave", "level_db", "value_ms"), KELLY)
def test_kelly_1996_lies_within_one_sd(wave: str, level_db: float, value_ms: float) -> None:
    norm = click(wave, level_db)
    assert abs(value_ms - norm.mean) < norm.sd


def test_kelly_wave_iii_lies_within_the_limits() -> None:
    # Kelly's III-V (1.93) is shorter than Picton's (2.07): its III is late for their mean.
    assert click("III", 80).contains(3.82)


@pytest.mark.parametrize(
    ("wave", "low", "high"),
    [("I", 1.5, 1.7), ("II", 2.6, 2.8), ("III", 3.6, 3.9), ("IV", 4.7, 5.1), ("V", 5.4, 5.8)],
)
def test_the_textbook_picture_at_80_db(wave: str, low: float, high: float) -> None:
    assert low <= click(wave, 80).mean <= high


@pytest.mark.parametrize(("level_db", "sd_ms"), [(20, 0.54), (40, 0.39), (60, 0.31), (80, 0.28)])
def test_sd_of_wave_v(level_db: float, sd_ms: float) -> None:
    assert click("V", level_db).sd == pytest.approx(sd_ms, abs=0.005)


@pytest.mark.parametrize("species", SPECIES)
@pytest.mark.parametrize("wave", WAVE_LABELS)
@pytest.mark.parametrize("frequency_hz", [None, 1000.0, 4000.0])
def test_louder_is_earlier(species: str, wave: str, frequency_hz: float | None) -> None:
    stimulus = "click" if frequency_hz is None else "tone"
    means = [
        click(wave, level, species=species, stimulus=stimulus, frequency_hz=frequency_hz).mean
        for level in range(0, 105, 5)
    ]
    assert all(soft > loud for soft, loud in pairwise(means))


@pytest.mark.parametrize("species", SPECIES)
def test_waves_come_in_order(species: str) -> None:
    means = [click(wave, 75, species=species).mean for wave in WAVE_LABELS]
    assert means == sorted(means)
    assert means[0] > 0.8


def test_interpeaks_do_not_change_with_level() -> None:
    gaps = [click("V", level).mean - click("I", level).mean for level in (20, 50, 90)]
    assert gaps == pytest.approx([4.0] * 3)


@pytest.mark.parametrize(
    ("age_weeks", "delay_ms"), [(0.0, 1.25), (13.0, 0.83), (26.0, 0.55), (52.0, 0.24), (104, 0.04)]
)
def test_infants_are_later_by_gorgas_term(age_weeks: float, delay_ms: float) -> None:
    delay = click("V", 60, age_weeks=age_weeks).mean - click("V", 60).mean
    assert delay == pytest.approx(delay_ms, abs=0.02)


def test_age_zero_in_years_is_an_infant_of_unknown_weeks() -> None:
    recorded, newborn, one_year = (
        click("V", 60, age_years=0.0),
        click("V", 60, age_weeks=0.0),
        click("V", 60, age_weeks=52.0),
    )
    assert one_year.mean < recorded.mean < newborn.mean
    assert recorded.sd > newborn.sd


def test_women_are_earlier_and_old_men_later() -> None:
    woman, man = click("V", 60, sex="female"), click("V", 60, sex="male")
    assert man.mean - woman.mean == pytest.approx(0.2)
    old, young = click("V", 60, age_years=55.0), click("V", 60, age_years=25.0)
    assert old.mean - young.mean == pytest.approx(0.2)


def test_faster_stimulation_is_later() -> None:
    slow, fast = click("V", 60, rate_hz=17.1), click("V", 60, rate_hz=65.1)
    assert fast.mean - slow.mean == pytest.approx(0.35)
    whole = click("V", 60, rate_hz=100.0).mean - click("V", 60, rate_hz=10.0).mean
    assert whole == pytest.approx(0.5, abs=0.01)  # Don, Allen & Starr 1977


def test_peak_equivalent_spl_is_not_mistaken_for_hearing_level() -> None:
    assert click("V", 90, level_reference="peSPL").mean == click("V", 60).mean


def test_low_tones_are_later_than_high_ones() -> None:
    means = [tone("V", 60, f).mean for f in (500.0, 1000.0, 2000.0, 4000.0)]
    assert means == sorted(means, reverse=True)


def test_neely_at_100_db_spl() -> None:
    found = tone("V", 100, 1000.0, level_reference="SPL").mean
    assert found == pytest.approx(5.0 + 12.9 / 5.0)


def test_what_no_source_states_is_wider_and_marked_assumed() -> None:
    plain = click("V", 60)
    assert not plain.assumed
    for other in (click("V", 60, stimulus="chirp"), click("V", 60, transducer="bone")):
        assert other.sd > plain.sd
        assert other.assumed


def test_rodents_are_marked_assumed_and_wide() -> None:
    norm = click("I", 80, species="mouse")
    assert norm.assumed
    assert norm.contains(1.3)
    assert norm.contains(2.4)  # a distant loudspeaker whose delay nobody took off


def test_unknown_species_has_no_norm() -> None:
    assert latency("V", level_db=60, stimulus="click", frequency_hz=None, species="unknown") is None


def test_a_wave_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=r"should be one of 'I'.*Found 'VI'"):
        click("VI", 60)
