"""What a person's acts come to, whatever is undone and redone between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from evoscope.abr.analysis import Options, analyze
from evoscope.abr.findings import Findings, Trace
from evoscope.abr.simulation import simulate_series
from evoscope.app.readings import Act, Acted, MarkWave, Reading, Redo, Release, Undo, reading_of
from evoscope.app.readings.amplitude import amplitude_at
from evoscope.app.readings.apply import corrected
from evoscope.app.readings.compare import compared, comparison
from evoscope.app.readings.fold import NothingToTakeBackError

START = datetime(2026, 1, 1, tzinfo=UTC)
ACT: TypeAdapter[Act] = TypeAdapter(Act)


def acted(*acts: dict[str, object]) -> list[Acted]:
    return [
        Acted(i, START + timedelta(seconds=i), ACT.validate_python(act))
        for i, act in enumerate(acts, start=1)
    ]


def wave(
    level_db: float = 60, name: str = "V", latency_ms: float | None = 5.8
) -> dict[str, object]:
    present = latency_ms is not None
    return {
        "kind": "wave",
        "level_db": level_db,
        "wave": name,
        "present": present,
        "latency_ms": latency_ms,
    }


def read(*acts: dict[str, object]) -> Reading:
    return reading_of("anna", acted(*acts))


def test_the_last_mark_on_a_wave_counts_with_who_and_when() -> None:
    reading = read(wave(latency_ms=5.8), wave(latency_ms=6.1))
    (mark,) = reading.waves
    assert (mark.latency_ms, mark.rater, mark.number) == (6.1, "anna", 2)
    assert mark.at == START + timedelta(seconds=2)


def test_undo_brings_back_what_was_marked_before() -> None:
    reading = read(wave(latency_ms=5.8), wave(latency_ms=6.1), {"kind": "undo"})
    assert reading.waves[0].latency_ms == 5.8
    assert (reading.can_undo, reading.can_redo) == (True, True)


def test_a_new_mark_after_an_undo_leaves_nothing_to_redo() -> None:
    reading = read(wave(), {"kind": "undo"}, wave(level_db=40))
    assert [mark.level_db for mark in reading.waves] == [40]
    assert not reading.can_redo


def test_release_goes_back_to_the_analysis_and_can_be_undone() -> None:
    released = {"kind": "release", "level_db": 60, "wave": "V"}
    assert read(wave(), released).waves == ()
    assert len(read(wave(), released, {"kind": "undo"}).waves) == 1
    threshold = {"kind": "threshold", "value_db": 40}
    assert read(threshold, {"kind": "release"}).threshold is None


def test_a_loss_type_is_marked_released_and_undone_like_the_rest() -> None:
    chl, untold = ({"kind": "loss_type", "value": v} for v in ("chl", "cannot_tell"))
    reading = read(chl, untold)
    assert reading.loss_type is not None
    # As the findings say it: one word for one answer in lists, filters and exports.
    assert reading.loss_type.value == "cannot tell"
    threshold = {"kind": "threshold", "value_db": 40}
    released = read(chl, threshold, {"kind": "release", "loss_type": True})
    assert released.loss_type is None
    assert released.threshold is not None
    undone = read(chl, {"kind": "release", "loss_type": True}, {"kind": "undo"})
    assert undone.loss_type is not None


@pytest.mark.parametrize("acts", [[{"kind": "undo"}], [wave(), {"kind": "redo"}]])
def test_nothing_to_take_back_is_an_error(acts: list[dict[str, object]]) -> None:
    with pytest.raises(NothingToTakeBackError):
        read(*acts)


@given(st.lists(st.sampled_from([20.0, 40.0, 60.0]), min_size=1, max_size=8), st.data())
def test_undoing_and_redoing_as_often_changes_nothing(
    levels: list[float], data: st.DataObject
) -> None:
    acts: list[Act] = [
        MarkWave(kind="wave", level_db=level, wave="V", present=True, latency_ms=5.0 + i / 10)
        for i, level in enumerate(levels)
    ]
    times = data.draw(st.integers(0, len(acts)))
    back: list[Act] = [Undo(kind="undo")] * times + [Redo(kind="redo")] * times
    numbered = [Acted(i, START, act) for i, act in enumerate(acts + back, start=1)]
    assert reading_of("a", numbered).waves == reading_of("a", numbered[: len(acts)]).waves


@pytest.mark.parametrize(
    "act",
    [
        {"kind": "wave", "level_db": 60, "wave": "V", "present": True},
        {"kind": "wave", "level_db": 60, "wave": "V", "present": False, "latency_ms": 5.0},
        {"kind": "wave", "level_db": 60, "wave": "VI", "present": False},
        {"kind": "wave", "level_db": float("nan"), "wave": "V", "present": False},
        {"kind": "threshold"},
        {"kind": "threshold", "status": "no_response", "value_db": 40},
        {"kind": "release", "wave": "V"},
        {"kind": "release", "level_db": 60, "wave": "V", "loss_type": True},
        {"kind": "loss_type", "value": "mild"},
        {"kind": "loss_type"},
        {"kind": "undo", "times": 3},
        {"kind": "forget"},
    ],
)
def test_an_act_that_cannot_be_is_refused(act: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ACT.validate_python(act)


def test_the_amplitude_is_to_the_trough_before_the_trace_climbs_back() -> None:
    trace = Trace(start_ms=0.0, step_ms=0.5, values_uv=(0.0, 0.5, 0.1, -0.1, 0.4, -0.9))
    assert amplitude_at(trace, 0.5, species="human") == pytest.approx(0.6)
    assert amplitude_at(trace, 9.0, species="human") is None
    assert amplitude_at(trace, -1.0, species="human") is None


@pytest.fixture(scope="module")
def findings() -> Findings:
    series, _ = simulate_series(true_threshold_db=22, levels_db=(20, 40, 60, 80), seed=1)
    return analyze(series, options=Options(analyzer="classical"))


def test_a_corrected_report_has_the_marks_and_says_whose_they_are(findings: Findings) -> None:
    reading = read(
        wave(60, "V", 6.0), wave(60, "I", 1.9), wave(80, "V", None),
        {"kind": "threshold", "status": "no_response"},
    )  # fmt: skip
    after = corrected(findings, reading)
    at = {level.level_db: level for level in after.levels}
    marked = at[60].wave("V")
    assert marked is not None
    assert marked.latency_ms is not None
    assert (marked.present, marked.latency_ms.value, marked.latency_ms.low) == (True, 6.0, None)
    interval = next(one for one in at[60].intervals if one.name == "I-V")
    assert interval.estimate.value == pytest.approx(4.1)
    gone = at[80].wave("V")
    assert gone is not None
    assert not gone.present
    assert not any("V" in one.name for one in at[80].intervals)
    assert (after.threshold.status, after.threshold.low_db) == ("no_response", 80)
    assert "anna" in after.warnings[0]
    assert "V at 60 dB nHL" in after.warnings[0]  # 60 dB of what?
    # Each level has one recording here: its row says the same as the level's.
    assert after.recordings[2].waves == at[60].waves
    # What the analysis said of the rest is as it was.
    assert at[20] == findings.levels[0]


def test_a_marked_loss_type_stands_alone_in_a_corrected_report(findings: Findings) -> None:
    after = corrected(findings, read({"kind": "loss_type", "value": "neuropathy"}))
    found = after.loss_type
    assert (found.name, found.probability, found.probabilities) == ("neuropathy", None, {})
    assert "marked by anna" in found.reason
    assert "the loss type" in after.warnings[0]
    assert (after.levels, after.threshold) == (findings.levels, findings.threshold)


def test_two_readers_are_compared_where_both_see_a_wave(findings: Findings) -> None:
    machine = {level.level_db: level.wave("V") for level in findings.levels}
    found = machine[60]
    assert found is not None
    assert found.latency_ms is not None
    anna = read(wave(60, "V", found.latency_ms.value + 0.25), wave(80, "V", None))
    one = compared("x", findings, None, anna)
    pair = next(p for p in one.waves if (p.level_db, p.wave) == (60, "V"))
    assert (pair.a.own, pair.b.own) == (False, True)
    figures = next(w for w in comparison("machine", "anna", [one]).waves if w.wave == "V")
    both = sum(w is not None and w.present for level, w in machine.items() if level != 80)
    assert figures.latency_bias_ms.n == both
    assert figures.latency_bias_ms.value == pytest.approx(0.25 / both)
    assert figures.agreement.value == pytest.approx(1 - 1 / len(findings.levels))


def test_readers_who_name_other_loss_types_differ(findings: Findings) -> None:
    other = next(name for name in ("chl", "snhl") if name != findings.loss_type.name)
    anna = read({"kind": "loss_type", "value": other})
    one = compared("x", findings, None, anna)
    assert (one.loss_type_a.own, one.loss_type_b.own) == (False, True)
    assert comparison("machine", "anna", [one]).loss_type_agreement.value == 0.0


def test_a_reader_agrees_with_himself(findings: Findings) -> None:
    reading = read(wave(60, "V", 6.0), {"kind": "threshold", "value_db": 40})
    both = comparison("anna", "anna", [compared("x", findings, reading, reading)])
    assert both.threshold_bias_db.value == 0.0
    assert both.loss_type_agreement.value == 1.0
    assert {w.agreement.value for w in both.waves} == {1.0}


def test_a_release_without_a_mark_changes_nothing() -> None:
    one = Release(kind="release", level_db=60, wave="V")
    assert reading_of("a", [Acted(1, START, one)]).is_empty
