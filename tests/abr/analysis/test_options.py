"""Every option changes what it is meant to change, and a wrong word is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evoscope.abr.analysis import Options
from evoscope.abr.findings import Findings
from evoscope.abr.recording import LevelReference, Recording, Series, Species, Stimulus

from .ears import analyze, click, each


def said(findings: Findings, *words: str) -> bool:
    return any(all(word in w for word in words) for w in findings.warnings)


def of_species(recording: Recording, species: Species) -> Recording:
    return replace(recording, subject=replace(recording.subject, species=species))


def in_reference(recording: Recording, reference: LevelReference) -> Recording:
    return replace(recording, stimulus=replace(recording.stimulus, level_reference=reference))


def of_format(recording: Recording, name: str) -> Recording:
    return replace(recording, source=replace(recording.source, format=name))


def unknown_species(format_name: str = "csv", **stimulus: object) -> Series:
    def change(r: Recording) -> Recording:
        sound = Stimulus(**({"kind": "click", "level_db": r.level_db} | stimulus))  # type: ignore[arg-type]
        return replace(of_format(of_species(r, "unknown"), format_name), stimulus=sound)

    return each(click(), change)


@pytest.mark.parametrize(
    ("name", "found", "allowed"),
    [
        ("species", "dog", "'guinea pig'"),
        ("level_reference", "HL", "'peSPL'"),
        ("filter_preset", "narrow", "'adult_click'"),
    ],
)
def test_an_unknown_word_is_refused_with_the_known_ones(
    name: str, found: str, allowed: str
) -> None:
    with pytest.raises(ValueError, match=f"{name} should be one of .*{allowed}.*Found '{found}'"):
        Options(**{name: found})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("series", "species"),
    [
        (unknown_species(), "human"),
        (unknown_species("arf"), "mouse"),
        (unknown_species("psi"), "mouse"),
        (unknown_species(kind="tone", frequency_hz=32_000.0), "mouse"),
        (unknown_species(kind="tone", frequency_hz=8_000.0), "human"),
    ],
    ids=["csv", "arf", "psi", "ultrasound", "8 kHz"],
)
def test_a_species_the_files_do_not_state_is_assumed_and_said(series: Series, species: str) -> None:
    findings = analyze(series)
    assert findings.info.species == species
    assert said(findings, "do not state the species", species, "--species")


def test_species_set_by_option_is_used_and_not_called_an_assumption() -> None:
    series = unknown_species()
    rat = analyze(series, options=Options(species="rat"))
    assert rat.info.species == "rat"
    assert not said(rat, "do not state the species")
    human = analyze(series)
    assert rat.processing != human.processing  # another filter and another window
    # Human norms exist for intervals, rat norms do not.
    assert {i.flag for level in rat.levels for i in level.intervals} <= {"no norm"}
    assert "within" in {i.flag for level in human.levels for i in level.intervals}


def test_species_set_by_option_overrides_the_file() -> None:
    assert analyze(click(), options=Options(species="gerbil")).info.species == "gerbil"


def test_a_reference_the_files_do_not_state_can_be_set_and_is_noted() -> None:
    series = each(click(), lambda r: in_reference(r, "unknown"))
    plain = analyze(series)
    assert said(plain, "level reference is not stated", "--level-reference")
    stated = analyze(series, options=Options(level_reference="peSPL"))
    assert stated.threshold.level_reference == "peSPL"
    assert stated.info.level_reference == "peSPL"
    assert "Level reference set to dB peSPL by option." in stated.processing
    assert not said(stated, "level reference is not stated")


def test_a_reference_the_files_state_is_never_overridden() -> None:
    findings = analyze(click(), options=Options(level_reference="SPL"))
    assert findings.threshold.level_reference == "nHL"
    assert said(findings, "state dB nHL", "dB SPL was not applied")
    assert not said(analyze(click(), options=Options(level_reference="nHL")), "not applied")


def test_the_filter_is_the_one_asked_for() -> None:
    traces = {}
    for name, words in (
        ("none", "Not filtered."),
        ("smooth", "Low-passed at 3000 Hz"),
        ("infant", "Band-passed 30-1500 Hz"),
    ):
        findings = analyze(click(), options=Options(filter_preset=name))
        assert findings.processing[0].startswith(words)
        traces[name] = findings.levels[-1].trace.values_uv
    assert len(set(traces.values())) == 3


def test_calibration_moves_levels_and_threshold() -> None:
    series = click()
    plain = analyze(series).threshold
    table = {level: level + 7.0 for level in series.levels_db}
    findings = analyze(series, options=Options(calibration=table))
    assert findings.levels_db == tuple(level + 7.0 for level in series.levels_db)
    assert findings.threshold.value_db == pytest.approx((plain.value_db or 0.0) + 7.0)
    assert findings.threshold.low_db == pytest.approx((plain.low_db or 0.0) + 7.0, abs=0.1)
    assert "Levels corrected by the calibration file." in findings.processing
    assert not said(findings, "calibration")


def test_levels_a_calibration_does_not_hold_are_said_and_left() -> None:
    findings = analyze(click(), options=Options(calibration={10.0: 12.0, 20.0: 22.0}))
    assert said(findings, "does not hold 30, 40, 50, 60, 70 dB")
    assert findings.levels_db == (12.0, 22.0, 30.0, 40.0, 50.0, 60.0, 70.0)


def test_a_calibration_that_no_device_can_have_is_refused() -> None:
    with pytest.raises(ValueError, match=r"level_db should be between -60 and 200 dB\. Found 700"):
        analyze(click(), options=Options(calibration={70.0: 700.0}))


def test_an_option_against_a_stated_species_is_applied_and_said() -> None:
    mouse = each(click(), lambda r: of_species(r, "mouse"))
    findings = analyze(mouse, options=Options(species="human"))
    assert findings.info.species == "human"
    assert said(findings, "state mouse", "analyzed as human")
    assert not said(analyze(click(), options=Options(species="human")), "analyzed as")


def test_a_tone_no_rodent_hears_may_be_a_click() -> None:
    def tone(name: str) -> Findings:
        return analyze(unknown_species(name, kind="tone", frequency_hz=100.0))

    assert said(tone("biosig_csv"), "100 Hz", "code for click")
    assert not said(tone("csv"), "code for click")
