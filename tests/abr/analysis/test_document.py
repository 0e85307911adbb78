"""What needs two ears or several frequencies, and what must not get lost on the way."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from evoscope.abr.analysis import analyze, build_document
from evoscope.abr.findings import (
    AudiogramPoint,
    Estimate,
    Findings,
    InterauralFinding,
    ReadError,
    SkippedFile,
    Threshold,
    Wave,
    json_schema,
)

from .ears import click, ear, plain


def with_wave_v(findings: Findings, latency_ms: float) -> Findings:
    """The same findings with wave V of every level at one place."""
    wave = Wave(
        name="V",
        probability=0.99,
        present=True,
        latency_ms=Estimate(value=latency_ms, low=latency_ms - 0.06, high=latency_ms + 0.06),
    )
    levels = tuple(level.model_copy(update={"waves": (wave,)}) for level in findings.levels)
    return findings.model_copy(update={"levels": levels})


@pytest.fixture(scope="module")
def ears() -> tuple[Findings, Findings]:
    right = analyze(click(1, ear="right", levels_db=(50, 60, 70)))
    left = analyze(click(2, ear="left", levels_db=(50, 60, 70)))
    return right, left


def pair(right: Findings, left: Findings) -> list[InterauralFinding]:
    return list(build_document([left, right]).interaural)


def test_interaural_is_right_minus_left_with_its_sign(ears: tuple[Findings, Findings]) -> None:
    found = pair(with_wave_v(ears[0], 6.4), with_wave_v(ears[1], 6.0))
    assert [f.level_db for f in found] == [50, 60, 70]
    for one in found:
        assert one.estimate.value == pytest.approx(0.4)
        assert one.estimate.low == pytest.approx(0.4 - 0.06 * 2**0.5)
        assert one.estimate.high == pytest.approx(0.4 + 0.06 * 2**0.5)
        assert (one.norm_low, one.norm_high) == (-0.2, 0.2)
        assert one.flag == "above"
        assert one.right_series == "SIM-01 right click"
        assert one.left_series == "SIM-01 left click"


@pytest.mark.parametrize(
    ("right_ms", "flag"), [(6.1, "within"), (5.9, "within"), (5.5, "below"), (6.5, "above")]
)
def test_the_flag_says_on_which_side_of_the_norm(
    ears: tuple[Findings, Findings], right_ms: float, flag: str
) -> None:
    found = pair(with_wave_v(ears[0], right_ms), with_wave_v(ears[1], 6.0))
    assert {f.flag for f in found} == {flag}


def test_two_real_ears_are_compared_only_where_both_have_wave_v() -> None:
    right = analyze(click(1, ear="right"))
    left = analyze(click(2, ear="left", true_threshold_db=45.0))
    both = {
        one.level_db
        for one, other in zip(right.levels, left.levels, strict=True)
        if all(w.present for w in (*one.waves, *other.waves) if w.name == "V")
    }
    found = pair(right, left)
    assert both
    assert {f.level_db for f in found} == both
    assert all(f.estimate.value < 0 for f in found)  # the impaired left ear is the later one


@pytest.mark.parametrize(
    "change",
    [
        {"ear": "right"},
        {"ear": "left", "subject": "SIM-02"},
        {"ear": "left", "rate_hz": 37.1},
        {"ear": "left", "stimulus": "tone", "frequency_hz": 1000.0},
        {"ear": "left", "level_reference": "peSPL"},
    ],
    ids=["same ear", "other subject", "other rate", "other sound", "other reference"],
)
def test_ears_that_do_not_match_are_not_compared(change: dict[str, Any]) -> None:
    right = with_wave_v(analyze(click(1, levels_db=(60, 70))), 6.0)
    other = with_wave_v(analyze(click(2, levels_db=(60, 70), **change)), 6.2)
    assert build_document([right, other]).interaural == ()


def point(threshold: Threshold, frequency_hz: float, reference: str = "nHL") -> AudiogramPoint:
    series, _ = ear(1, stimulus="tone", frequency_hz=frequency_hz, levels_db=(60, 70))
    findings = analyze(series)
    info = findings.info.model_copy(update={"level_reference": reference})
    document = build_document([findings.model_copy(update={"info": info, "threshold": threshold})])
    assert len(document.audiogram) == 1
    return document.audiogram[0]


def threshold(**changes: Any) -> Threshold:
    fields: dict[str, Any] = {
        "status": "estimated",
        "value_db": 40.0,
        "low_db": 33.0,
        "high_db": 46.0,
        "level_reference": "nHL",
        "method": "m",
        "criterion": 0.1,
        "evidence_name": "e",
    }
    return Threshold(**(fields | changes))


@pytest.mark.parametrize(
    ("frequency_hz", "correction_db"), [(500.0, 10.0), (1000.0, 10.0), (2000.0, 5.0), (4000.0, 0.0)]
)
def test_the_audiogram_subtracts_the_correction(frequency_hz: float, correction_db: float) -> None:
    one = point(threshold(), frequency_hz)
    assert one.correction_db == correction_db
    assert one.hearing_level == Estimate(
        value=40.0 - correction_db, low=33.0 - correction_db, high=46.0 - correction_db
    )
    assert (one.frequency_hz, one.ear, one.status) == (frequency_hz, "right", "estimated")


def test_spl_is_converted_and_said() -> None:
    spl, nhl = point(threshold(), 2000.0, "SPL"), point(threshold(), 2000.0, "nHL")
    assert spl.hearing_level is not None
    assert nhl.hearing_level is not None
    assert nhl.hearing_level.value - spl.hearing_level.value == pytest.approx(25.0)
    assert "converted" in spl.note
    assert "converted" not in nhl.note


def test_an_unknown_reference_is_taken_as_nhl_and_said() -> None:
    one = point(threshold(), 2000.0, "unknown")
    assert one.hearing_level == point(threshold(), 2000.0, "nHL").hearing_level
    assert "not stated" in one.note


@pytest.mark.parametrize("status", ["no_response", "below_range", "inconclusive"])
def test_without_a_threshold_the_audiogram_carries_the_status(status: str) -> None:
    one = point(threshold(status=status, value_db=None, low_db=None, high_db=None), 2000.0)
    assert (one.status, one.hearing_level) == (status, None)


def test_an_open_end_stays_open() -> None:
    one = point(threshold(high_db=None), 4000.0)
    assert one.hearing_level == Estimate(value=40.0, low=33.0, high=None)


def test_clicks_and_rodents_have_no_audiogram() -> None:
    mouse, _ = ear(1, species="mouse", stimulus="tone", frequency_hz=8000.0, levels_db=(60, 70))
    assert build_document([plain(), analyze(mouse)]).audiogram == ()


def test_what_failed_and_what_was_skipped_is_carried() -> None:
    error = ReadError(file="a.arf", reason="truncated", hint="copy it again")
    skipped = SkippedFile(file="notes.txt", why="not a recording")
    document = build_document([plain()], errors=[error], skipped=[skipped])
    data = json.loads(document.model_dump_json())
    jsonschema.validate(data, json_schema())
    assert data["errors"] == [{"file": "a.arf", "reason": "truncated", "hint": "copy it again"}]
    assert data["skipped"] == [{"file": "notes.txt", "why": "not a recording"}]
    assert len(data["series"]) == 1


def test_nothing_found_is_a_document_too() -> None:
    jsonschema.validate(json.loads(build_document([]).model_dump_json()), json_schema())


def elsewhere(findings: Findings, folder: str) -> Findings:
    """The same findings, read from another folder."""
    recordings = tuple(
        r.model_copy(update={"path": f"{folder}/x.csv"}) for r in findings.recordings
    )
    return findings.model_copy(update={"recordings": recordings})


def test_ears_of_two_folders_may_be_two_people(ears: tuple[Findings, Findings]) -> None:
    right, left = with_wave_v(ears[0], 6.0), with_wave_v(ears[1], 6.2)
    assert pair(elsewhere(right, "a"), elsewhere(left, "a"))
    assert not pair(elsewhere(right, "a"), elsewhere(left, "b"))


def test_a_test_and_its_retest_are_not_compared_with_the_other_ear(
    ears: tuple[Findings, Findings],
) -> None:
    right, left = with_wave_v(ears[0], 6.0), with_wave_v(ears[1], 6.2)
    assert build_document([right, right, left]).interaural == ()


def test_series_split_by_level_reference_say_so(ears: tuple[Findings, Findings]) -> None:
    nhl, left = ears
    info = nhl.info.model_copy(update={"level_reference": "SPL"})
    spl = nhl.model_copy(update={"info": info})
    mixed = [
        any("not joined" in w for w in one.warnings)
        for one in build_document([nhl, spl, left]).series
    ]
    assert mixed == [True, True, False]


def test_a_wide_interval_is_no_point() -> None:
    wide = point(threshold(low_db=20.0, high_db=55.0), 2000.0)
    assert (wide.status, wide.hearing_level) == ("inconclusive", None)
    assert "35 dB wide" in wide.note
    assert point(threshold(low_db=25.0, high_db=55.0), 2000.0).hearing_level is not None


def test_no_response_carries_its_bound() -> None:
    silent = threshold(status="no_response", value_db=None, low_db=78.049, high_db=None)
    assert point(silent, 2000.0).note == "threshold above 78 dB nHL"
