"""What the network was not tried on is answered by the classical analyzer, which says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evoscope.abr.analysis import CLASSICAL, Options, analyze
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Epochs, Recording, Series

from . import oracle
from .oracle import case


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("fallback") / "pack"
    return str(oracle.write(folder, [case(), case(2, species="mouse")]).folder)


def mouse() -> Series:
    levels_db = (30, 50, 70, 90)
    return case(2, 40.0, species="mouse", sampling_rate_hz=40_000.0, levels_db=levels_db)[0]


def tolerant(folder: Path, **changes: object) -> str:
    """A pack that takes recordings of other lengths."""
    known = oracle.calibration()
    domain = known.domain.model_copy(update={"begins_ms": 10.0, "ends_ms": 9.0} | changes)
    known = known.model_copy(update={"domain": domain})
    return str(oracle.write(folder / "tolerant", [case()], known=known).folder)


def said(findings: Findings) -> str:
    first = findings.warnings[0]
    assert findings.analyzer.name == "classical"
    assert "not the model oracle 7" in first
    return first


def each(series: Series, change: Callable[[Recording], Recording]) -> Series:
    return series.with_recordings(tuple(change(r) for r in series))


def scaled(recording: Recording, factor: float) -> Recording:
    assert recording.halves is not None
    return replace(
        recording, waveform=recording.waveform * factor, halves=recording.halves * factor
    )


def with_waveform(recording: Recording, waveform: np.ndarray[Any, Any]) -> Recording:
    return replace(recording, waveform=waveform.astype(np.float32), halves=None)


def only_last(series: Series, change: Callable[[Recording], Recording]) -> Series:
    return series.with_recordings((*series.recordings[:-1], change(series.recordings[-1])))


def test_a_known_ear_is_answered_by_the_network(pack: str) -> None:
    findings = analyze(case()[0], options=Options(analyzer=pack))
    assert findings.analyzer.name == "oracle"
    assert not any("unlike" in w for w in findings.warnings)


def test_a_mouse_at_40_khz_is_not_asked_of_a_network_of_humans(pack: str) -> None:
    series = mouse()
    assert "not from mouse" in said(analyze(series, options=Options(analyzer=pack)))


def test_single_trials_of_a_mouse_are_read_once(pack: str) -> None:
    # What the network will not read is not prepared for it: of trials, that is half of the cost.
    reads: list[slice] = []
    rng = np.random.default_rng(0)

    def with_trials(recording: Recording) -> Recording:
        trials = recording.waveform + rng.normal(0.0, 5.0, (64, recording.waveform.size))

        def load(which: slice) -> NDArray[np.float32]:
            reads.append(which)
            return trials[which].astype(np.float32)

        epochs = Epochs(
            n_trials=64,
            n_samples=recording.waveform.size,
            sampling_rate_hz=recording.sampling_rate_hz,
            onset_sample=recording.onset_sample,
            loader=load,
        )
        return replace(recording, epochs=epochs)

    series = each(mouse(), with_trials)
    assert "not from mouse" in said(analyze(series, options=Options(analyzer=pack)))
    assert len(reads) == len(series)


def test_a_mouse_taken_for_a_human_is_noticed_by_its_size(tmp_path: Path) -> None:
    series = mouse()
    series = each(
        series,
        lambda r: replace(
            r,
            subject=replace(r.subject, species="human"),
            stimulus=replace(r.stimulus, level_reference="nHL"),
        ),
    )
    assert "unlike" in said(analyze(series, options=Options(analyzer=tolerant(tmp_path))))


def test_tones_without_halves_are_left_to_the_rules(tmp_path: Path) -> None:
    tones = {"tones_hz": {"low": 500.0, "high": 4000.0}}
    domain = oracle.calibration().domain.model_validate(
        oracle.calibration().domain.model_dump() | tones
    )
    known = oracle.calibration().model_copy(update={"domain": domain})
    tone = case(1, stimulus="tone", frequency_hz=1000.0)
    folder = str(oracle.write(tmp_path / "tones", [tone, case()], known=known).folder)
    bare = each(tone[0], lambda r: replace(r, halves=None))
    options = Options(analyzer=folder)
    assert "tones without halves" in said(analyze(bare, options=options))
    assert analyze(tone[0], options=options).analyzer.name != "classical"
    # Clicks are read without them, and nothing narrow is promised of their threshold.
    click = each(case()[0], lambda r: replace(r, halves=None))
    assert "tones without halves" not in " ".join(analyze(click, options=options).warnings)


def test_a_tone_is_not_asked_of_a_network_of_clicks(pack: str) -> None:
    series, _ = case(1, stimulus="tone", frequency_hz=1000.0)
    assert "has not learned from tones" in said(analyze(series, options=Options(analyzer=pack)))


def test_a_cochlear_potential_is_not_asked(pack: str) -> None:
    series = each(case()[0], lambda r: replace(r, response="CAP"))
    assert "compound action potential" in said(analyze(series, options=Options(analyzer=pack)))


def test_recordings_that_end_early_are_not_asked(pack: str) -> None:
    def short(r: Recording) -> Recording:
        assert r.halves is not None
        return replace(r, waveform=r.waveform[:180], halves=r.halves[:, :180])

    assert "ms after onset" in said(analyze(each(case()[0], short), options=Options(analyzer=pack)))


def test_recordings_sampled_slowly_are_not_asked(pack: str) -> None:
    def slow(r: Recording) -> Recording:
        assert r.halves is not None
        return replace(
            r,
            waveform=r.waveform[::4],
            halves=r.halves[:, ::4],
            sampling_rate_hz=5000.0,
            onset_sample=r.onset_sample / 4,
        )

    assert "samples a second" in said(
        analyze(each(case()[0], slow), options=Options(analyzer=pack))
    )


@pytest.mark.parametrize("factor", [1000.0, 0.001])
def test_units_wrong_by_a_thousand_are_noticed(pack: str, factor: float) -> None:
    findings = analyze(each(case()[0], lambda r: scaled(r, factor)), options=Options(analyzer=pack))
    assert "unlike" in said(findings)
    assert ("larger" if factor > 1 else "smaller") in findings.warnings[0]
    assert findings.loss_type.name == "cannot tell"


def test_eeg_without_a_stimulus_gets_no_threshold_and_is_noticed(pack: str) -> None:
    rng = np.random.default_rng(0)

    def drift(r: Recording) -> Recording:
        walk = np.cumsum(rng.standard_normal(r.waveform.size))
        return with_waveform(r, 3.0 * (walk - walk.mean()) / walk.std())

    findings = analyze(each(case()[0], drift), options=Options(analyzer=pack))
    assert "unlike" in said(findings)
    assert findings.threshold.status != "estimated"


def test_clipped_recordings_are_noticed(pack: str) -> None:
    def clip(r: Recording) -> Recording:
        end = 0.4 * float(np.abs(r.waveform).max())
        return with_waveform(r, np.clip(r.waveform, -end, end))

    assert "clipped" in said(analyze(each(case()[0], clip), options=Options(analyzer=pack)))


def test_one_clipped_recording_costs_its_own_intervals_and_the_thresholds(pack: str) -> None:
    def clip(r: Recording) -> Recording:
        assert r.halves is not None
        end = 0.6 * float(np.abs(r.waveform).max())
        return replace(r, waveform=np.clip(r.waveform, -end, end))

    findings = analyze(only_last(case()[0], clip), options=Options(analyzer=pack))
    assert findings.analyzer.name == "oracle"
    assert any("withheld" in w and "clipped" in w for w in findings.warnings)
    loud, next_one = findings.levels[-1].wave("V"), findings.levels[-2].wave("V")
    assert loud is not None
    assert next_one is not None
    assert loud.latency_ms is not None
    assert next_one.latency_ms is not None
    assert (loud.latency_ms.low, loud.latency_ms.high) == (None, None)
    assert next_one.latency_ms.low is not None
    assert (findings.threshold.low_db, findings.threshold.high_db) == (None, None)
    assert findings.threshold.value_db is not None


def test_nothing_to_analyze_is_said_without_running_anything(pack: str) -> None:
    flat = each(case()[0], lambda r: with_waveform(r, np.zeros(r.waveform.size)))
    findings = analyze(flat, options=Options(analyzer=pack))
    assert (findings.recordings, findings.threshold.status) == ((), "inconclusive")


def late() -> Series:
    return each(case()[0], lambda r: replace(r, onset_sample=r.onset_sample - 5.0 * 20))


def test_a_wrong_time_zero_is_answered_by_the_classical_analyzer(tmp_path: Path) -> None:
    findings = analyze(late(), options=Options(analyzer=tolerant(tmp_path, ranges={})))
    assert "time zero is probably wrong" in said(findings)


def test_a_clock_that_only_the_norm_doubts_costs_the_loss_type(tmp_path: Path) -> None:
    pack = tolerant(tmp_path, ranges={}, usual_doubt_ms=1.0)
    findings = analyze(late(), options=Options(analyzer=pack))
    assert findings.analyzer.name == "oracle"
    assert any("time zero" in w for w in findings.warnings)
    assert findings.loss_type.name == "cannot tell"


def test_waves_that_it_cannot_place_are_not_stated(tmp_path: Path) -> None:
    pack = tolerant(tmp_path, most_doubt_ms=0.05)
    assert "cannot tell where wave V is" in said(analyze(case()[0], options=Options(analyzer=pack)))


def test_a_response_that_the_halves_do_not_share_is_not_believed(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)

    def silent(r: Recording) -> Recording:
        assert r.halves is not None
        halves = float(r.halves.std()) * rng.standard_normal(r.halves.shape)
        return replace(
            r, waveform=halves.mean(axis=0).astype(np.float32), halves=halves.astype(np.float32)
        )

    pack, series = tolerant(tmp_path, ranges={}), each(case()[0], silent)
    findings = analyze(series, options=Options(analyzer=pack))
    assert "share none" in said(findings)
    # One reads a response, the other hears none: neither of them is sure.
    alone = analyze(series, options=Options(analyzer=CLASSICAL)).threshold
    assert alone.status == "no_response"
    assert (findings.threshold.status, findings.threshold.low_db) == ("inconclusive", None)
    assert "the model oracle" in findings.threshold.reason


def test_one_level_tells_no_loss_type(pack: str) -> None:
    series = case()[0].with_recordings(case()[0].recordings[-1:])
    findings = analyze(series, options=Options(analyzer=pack))
    assert findings.analyzer.name == "oracle"
    assert "one level" in findings.loss_type.reason
    assert findings.loss_type.probabilities["normal"] > 0.9


def test_one_trace_at_every_level_is_no_series(pack: str) -> None:
    first = case()[0].recordings[-1]
    same = each(case()[0], lambda r: replace(r, waveform=first.waveform, halves=first.halves))
    findings = analyze(same, options=Options(analyzer=pack))
    assert (findings.recordings, findings.threshold.status) == ((), "inconclusive")
    assert "samples of another level" in findings.warnings[0]


def test_files_of_an_animal_laboratory_are_not_asked(pack: str) -> None:
    series = each(case()[0], lambda r: replace(r, source=replace(r.source, format="arf")))
    assert "laboratory animals" in said(analyze(series, options=Options(analyzer=pack)))
