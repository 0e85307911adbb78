"""An age given by option does for an infant what an age in the file would have done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from evoscope.abr.analysis import Options
from evoscope.abr.analysis import analyze as analyze_by_network
from evoscope.abr.analysis.assumptions import fill_gaps
from evoscope.abr.encoding import column
from evoscope.abr.encoding.conditions import stated_conditions
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Recording, Series

from .ears import analyze, click, each

UNSTATED = "The files do not state the age: adult norms were used"
SIX_WEEKS = Options(age_weeks=6.0)


def of_age(series: Series, years: float | None = None, weeks: float | None = None) -> Series:
    def change(r: Recording) -> Recording:
        return replace(r, subject=replace(r.subject, age_years=years, age_weeks=weeks))

    return each(series, change)


def infant(seed: int, age_weeks: float = 6.0, **settings: float) -> Series:
    """An infant's ear, by whose file nobody would know."""
    return of_age(click(seed, age_weeks=age_weeks, levels_db=tuple(range(10, 81, 10)), **settings))


def ages_of(series: Series) -> set[tuple[float | None, float | None]]:
    return {(r.subject.age_years, r.subject.age_weeks) for r in series}


def flags(findings: Findings) -> list[str]:
    return [i.flag for i in findings.levels[-1].intervals]


def test_an_infant_is_judged_as_one_where_the_option_says_so() -> None:
    series = infant(4, true_threshold_db=20.0)
    plain, aged = analyze(series), analyze(series, options=SIX_WEEKS)
    assert "preset adult_click" in plain.processing[0]
    assert "above" in flags(plain)  # the interpeak intervals of a healthy infant, for an adult
    assert any("preset infant" in step for step in aged.processing)
    assert set(flags(aged)) == {"within"}
    assert (aged.info.age_years, aged.info.age_weeks) == (0.0, 6.0)
    assert "Age set to 6 weeks by option." in aged.processing
    stated = analyze(of_age(series, weeks=6.0))
    assert [level.waves for level in aged.levels] == [level.waves for level in stated.levels]


@pytest.mark.parametrize("analyze", [analyze, analyze_by_network], ids=["classical", "network"])
def test_the_clock_of_an_infant_is_not_doubted_where_the_age_is_known(
    analyze: Callable[..., Findings],
) -> None:
    series = infant(11, true_threshold_db=50.0)
    doubted = analyze(series).warnings
    assert any("wrong time zero" in w for w in doubted)
    assert any(w.startswith(UNSTATED) and "--age-weeks" in w for w in doubted)
    assert analyze(series, options=SIX_WEEKS).warnings == ()


def test_a_newborn_is_not_called_upside_down_where_the_age_is_known() -> None:
    series = infant(128, age_weeks=0.0, true_threshold_db=30.0, noise_uv=0.8)
    assert any("upside down" in w for w in analyze(series).warnings)
    assert analyze(series, options=Options(age_weeks=0.0)).warnings == ()


def test_an_age_in_years_reaches_the_norms() -> None:
    series = click()
    old, young = (analyze(series, options=Options(age_years=years)) for years in (60.0, 20.0))
    assert old.info.age_years == 60.0
    limits = [
        next(i.norm_high for i in findings.levels[-1].intervals if i.name == "I-V")
        for findings in (young, old)
    ]
    assert limits[0] < limits[1]  # type: ignore[operator]


def test_a_network_hears_weeks_as_the_completed_years_it_has_learned_from() -> None:
    for weeks, years in ((6.0, 0.0), (-4.0, 0.0), (60.0, 1.0)):
        found = fill_gaps(click(), Options(age_weeks=weeks)).series
        assert stated_conditions(found.recordings[:1])[column("age_years")] == years
    unsaid = fill_gaps(click(), Options()).series
    assert np.isnan(stated_conditions(unsaid.recordings[:1])[column("age_years")])


@pytest.mark.parametrize(
    ("stated", "options", "words"),
    [
        ({"weeks": 30.0}, SIX_WEEKS, "state an age of 30 weeks; the option 6 weeks"),
        ({"years": 40.0}, SIX_WEEKS, "state an age of 40 years; the option 6 weeks"),
        ({"years": 1.0}, Options(age_years=2.0), "state an age of 1 year; the option 2 years"),
    ],
)
def test_an_age_the_files_state_is_never_overridden(
    stated: dict[str, float], options: Options, words: str
) -> None:
    series = of_age(click(), **stated)
    found = fill_gaps(series, options)
    assert ages_of(found.series) == ages_of(series)
    (warning,) = found.warnings
    assert words in warning
    assert "was not applied" in warning
    assert not found.notes


@pytest.mark.parametrize(
    ("stated", "options"),
    [({"weeks": 6.0}, SIX_WEEKS), ({"years": 30.0}, Options(age_years=30.0))],
)
def test_the_age_the_files_state_already_needs_no_word(
    stated: dict[str, float], options: Options
) -> None:
    found = fill_gaps(of_age(click(), **stated), options)
    assert (found.warnings, found.notes) == ((), ())


def test_weeks_go_with_the_completed_year_that_clinics_write() -> None:
    found = fill_gaps(of_age(click(), years=0.0), SIX_WEEKS)
    assert ages_of(found.series) == {(0.0, 6.0)}
    assert (found.warnings, found.notes) == ((), ("Age set to 6 weeks by option.",))


def test_only_the_recordings_without_an_age_get_it() -> None:
    series = of_age(click())
    first, *others = series.recordings
    stated = replace(first, subject=replace(first.subject, age_years=3.0))
    found = fill_gaps(series.with_recordings((stated, *others)), SIX_WEEKS)
    assert ages_of(found.series) == {(3.0, None), (0.0, 6.0)}
    assert len(found.warnings) == len(found.notes) == 1


def test_an_animal_has_no_norms_by_age() -> None:
    found = fill_gaps(click(species="mouse"), SIX_WEEKS)
    assert ages_of(found.series) == {(None, None)}
    assert any("6 weeks, was not applied" in w and "mouse" in w for w in found.warnings)


def test_adult_norms_are_a_warning_only_where_the_age_may_explain_what_was_found() -> None:
    quiet = analyze(click())
    assert flags(quiet) == ["within"] * 4
    assert quiet.warnings == ()
    assert any(step.startswith(UNSTATED) for step in quiet.processing)
    late = analyze(infant(4, true_threshold_db=20.0))
    assert any(w.startswith(UNSTATED) for w in late.warnings)
    assert not any(step.startswith(UNSTATED) for step in late.processing)
    for other in (of_age(click(), years=30.0), click(species="mouse")):
        found = analyze(other)
        assert not any(UNSTATED in said for said in (*found.warnings, *found.processing))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"age_years": 131.0}, "age_years should be between 0 and 130"),
        ({"age_years": -1.0}, "age_years should be between 0 and 130"),
        ({"age_weeks": float("nan")}, "age_weeks should be between -20"),
        ({"age_weeks": float("inf")}, "age_weeks should be between -20"),
        ({"age_years": 0.0, "age_weeks": 6.0}, "once.*Found age_years 0 and age_weeks 6"),
    ],
)
def test_an_age_nobody_has_is_refused(given: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Options(**given)  # type: ignore[arg-type]
