"""What devices and people really produce: a stated warning and an honest status, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from evoscope.abr.analysis import build_document
from evoscope.abr.findings import Findings
from evoscope.abr.formats import group
from evoscope.abr.recording import Epochs, Recording, Series

from .ears import analyze, click, cut, each, ear, only, plain, renumbered, scaled, without_halves


def said(findings: Findings, *words: str) -> bool:
    return any(all(word in w for word in words) for w in findings.warnings)


def constant(recording: Recording, value: float = 0.0) -> Recording:
    return replace(
        recording,
        waveform=np.full(recording.n_samples, value),
        halves=np.full((2, recording.n_samples), value),
    )


def value(series: Series) -> float | None:
    return analyze(series).threshold.value_db


def levels(findings: Findings) -> list[float]:
    return [level.level_db for level in findings.levels]


@pytest.mark.parametrize("level_uv", [0.0, 3.5])
def test_a_flat_recording_is_left_out_and_named(level_uv: float) -> None:
    findings = analyze(only(click(), 3, lambda r: constant(r, level_uv)))
    assert said(findings, "Record 3 at 40 dB", "constant", "left out")
    assert levels(findings) == [10, 20, 30, 50, 60, 70]
    assert findings.threshold.status == "estimated"


def test_all_flat_is_inconclusive_with_the_reason() -> None:
    findings = analyze(each(click(), constant))
    assert findings.threshold.status == "inconclusive"
    assert findings.threshold.reason.startswith("No recording could be analyzed.")
    assert "constant" in findings.threshold.reason
    assert (findings.levels, findings.recordings) == ((), ())
    assert findings.info.subject == "SIM-01"


def test_the_same_level_twice_is_one_level_and_better_known() -> None:
    twice, _ = ear(1, replicates=2)
    findings, once = analyze(twice), plain()
    assert levels(findings) == list(range(10, 71, 10))
    for both, single in zip(findings.levels, once.levels, strict=True):
        assert both.residual_noise_nv is not None
        assert single.residual_noise_nv is not None
        assert both.pooled == 2
    noise = np.mean([x.residual_noise_nv for x in findings.levels])
    assert noise == pytest.approx(
        np.mean([x.residual_noise_nv for x in once.levels]) / np.sqrt(2), rel=0.2
    )


@pytest.mark.parametrize("with_halves", [True, False])
def test_the_same_samples_twice_are_not_a_second_measurement(with_halves: bool) -> None:
    # An average that agrees with its own copy looks free of noise.
    series = click() if with_halves else without_halves(click())
    copies = tuple(renumbered(r, 100 + r.source.record) for r in series)
    findings = analyze(series.with_recordings((*series, *copies)))
    assert said(findings, "Record 103 at 40 dB", "record 3", "counted once")
    assert findings.threshold == analyze(series).threshold


@pytest.mark.parametrize("everywhere", [True, False])
def test_halves_that_are_copies_do_not_make_the_noise_zero(everywhere: bool) -> None:
    def copied(r: Recording) -> Recording:
        return replace(r, halves=np.stack([r.waveform, r.waveform]))

    findings = analyze(each(click(), copied) if everywhere else only(click(), 2, copied))
    assert said(findings, "Record 2 at 30 dB", "halves")
    assert findings.threshold.value_db == pytest.approx(22, abs=10)
    assert findings.levels[2].noise_source == "model"


def test_levels_in_any_order_give_the_same_findings() -> None:
    ordered = click()
    shuffled = Series(tuple(np.random.default_rng(0).permutation(np.array(ordered.recordings))))
    assert analyze(shuffled) == analyze(ordered)


def test_a_gap_in_the_levels_is_said() -> None:
    wide, _ = ear(1, levels_db=(0, 10, 20, 60, 70))
    assert said(analyze(wide), "No recording between 20 and 60 dB")
    assert not said(plain(), "No recording between")


def test_references_are_separated_before_they_reach_the_analysis() -> None:
    nhl = click()
    spl = each(
        nhl,
        lambda r: replace(
            renumbered(r, 50 + r.source.record),
            stimulus=replace(r.stimulus, level_reference="SPL"),
        ),
    )
    with pytest.raises(ValueError, match="level_reference"):
        Series((*nhl, *spl))
    found = {s.key.level_reference: analyze(s) for s in group([*nhl, *spl])}
    assert found["nHL"].threshold.level_reference == "nHL"
    assert found["SPL"].info.level_reference == "SPL"


@pytest.mark.parametrize("species", ["human", "mouse"])
@pytest.mark.parametrize("rate_hz", [3000.0, 1500.0, 1000.0, 500.0, 200.0, 150.0])
def test_a_low_sampling_rate_is_said(species: str, rate_hz: float) -> None:
    findings = analyze(click(species=species, sampling_rate_hz=rate_hz))
    assert said(findings, f"{rate_hz:g} Hz", "below 4000 Hz")
    if rate_hz < 1000.0:
        assert findings.threshold.status == "inconclusive"
        assert "1000 Hz" in findings.threshold.reason


@pytest.mark.parametrize("end_ms", [7.5, 6.0, 5.0, 4.5])
def test_recordings_shorter_than_8_ms_say_what_they_do_not_show(end_ms: float) -> None:
    findings = analyze(each(click(), lambda r: cut(r, 0, int((1 + end_ms) * 20) + 1)))
    assert said(findings, f"ends {end_ms:.1f} ms after onset", "not seen")
    assert findings.threshold.value_db is None or findings.threshold.value_db >= 20


@pytest.mark.parametrize("end_ms", [3.5, 1.0, 0.1])
def test_recordings_shorter_than_4_ms_are_left_out(end_ms: float) -> None:
    findings = analyze(each(click(), lambda r: cut(r, 0, int((1 + end_ms) * 20) + 1)))
    assert findings.threshold.status == "inconclusive"
    assert "before 4 ms: left out" in findings.threshold.reason


def test_one_recording_cut_short_does_not_take_the_others_with_it() -> None:
    findings = analyze(only(click(), 5, lambda r: cut(r, 0, 60)))
    assert said(findings, "Record 5 at 60 dB", "left out")
    assert levels(findings) == [10, 20, 30, 40, 50, 70]
    assert findings.threshold.status == "estimated"


@pytest.mark.parametrize("onset", [290.0, 400.0, 1e6, -400.0, -1e6])
def test_an_onset_far_outside_the_recording_is_inconclusive(onset: float) -> None:
    findings = analyze(each(click(), lambda r: replace(r, onset_sample=onset)))
    assert findings.threshold.status == "inconclusive"
    assert findings.threshold.reason
    assert findings.warnings


def test_a_recording_that_begins_after_the_sound_keeps_its_clock() -> None:
    # Some devices blank the first milliseconds: a negative onset is right there.
    late = each(click(), lambda r: cut(r, 50, 300))
    assert late.recordings[0].onset_sample == -30.0
    wave, whole = (analyze(s).levels[-1].wave("V") for s in (late, click()))
    assert wave is not None
    assert wave.latency_ms is not None
    assert whole is not None
    assert whole.latency_ms is not None
    assert wave.latency_ms.value == pytest.approx(whole.latency_ms.value, abs=0.05)


def test_recordings_of_different_rate_and_start_are_joined_on_one_clock() -> None:
    def coarse(r: Recording) -> Recording:
        halves = None if r.halves is None else r.halves[:, 10::2]
        return replace(
            r,
            waveform=r.waveform[10::2],
            halves=halves,
            sampling_rate_hz=10_000.0,
            onset_sample=5.0,
        )

    mixed = only(only(click(), 5, coarse), 3, coarse)
    findings, whole = analyze(mixed), plain()
    assert said(findings, "different sampling rates (10000, 20000 Hz)")
    for one, other in zip(findings.levels[3:], whole.levels[3:], strict=True):
        a, b = one.wave("V"), other.wave("V")
        assert a is not None
        assert b is not None
        assert a.latency_ms is not None
        assert b.latency_ms is not None
        assert a.latency_ms.value == pytest.approx(b.latency_ms.value, abs=0.06)


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3, 1e6, 1e20])
@pytest.mark.parametrize("with_halves", [True, False])
def test_a_wrong_unit_is_said_and_no_wave_of_that_size_is_named(
    factor: float, with_halves: bool
) -> None:
    series = click() if with_halves else without_halves(click())
    findings = analyze(each(series, lambda r: scaled(r, factor)))
    assert said(findings, "unit or gain may be wrong")
    assert not any(w.present for level in findings.levels for w in level.waves)


def test_usual_amplitudes_of_people_and_rodents_are_not_complained_of() -> None:
    for series in (click(), click(species="mouse"), click(true_threshold_db=120.0)):
        assert not said(analyze(series), "unit or gain")


def test_nan_never_reaches_the_analysis() -> None:
    waveform = np.array(click().recordings[0].waveform)
    waveform[17] = np.nan
    with pytest.raises(ValueError, match=r"waveform should be finite.*nan at index \(17,\)"):
        replace(click().recordings[0], waveform=waveform)


def trials_of(recording: Recording, change: Callable[[np.ndarray], np.ndarray]) -> Recording:
    rng = np.random.default_rng(recording.source.record)
    noise = rng.standard_normal((64, recording.n_samples)) * 0.5
    trials = change(noise).astype(np.float32)
    epochs = Epochs(
        n_trials=64,
        n_samples=recording.n_samples,
        sampling_rate_hz=recording.sampling_rate_hz,
        onset_sample=recording.onset_sample,
        loader=lambda which: trials[which],
    )
    return replace(recording, waveform=trials.mean(axis=0), halves=None, epochs=epochs)


def artefacts(trials: np.ndarray) -> np.ndarray:
    """Every trial saturated, each in its own way."""
    rng = np.random.default_rng(0)
    return np.asarray(trials + 500.0 * rng.standard_normal((len(trials), 1)) ** 3)


@pytest.mark.parametrize(
    "spoil",
    [artefacts, lambda t: t * 1e5, lambda t: np.where(t > 0, 100.0, -100.0), np.zeros_like],
    ids=["drifting", "huge", "clipped", "flat"],
)
def test_trials_that_are_all_artefact_give_an_honest_answer(
    spoil: Callable[[np.ndarray], np.ndarray],
) -> None:
    findings = analyze(each(click(), lambda r: trials_of(r, spoil)))
    assert findings.threshold.status in ("inconclusive", "no_response")
    assert findings.threshold.value_db is None
    build_document([findings]).model_dump_json()


def test_good_trials_give_fmp_a_p_value_and_say_what_was_rejected() -> None:
    findings = analyze(each(click(), lambda r: trials_of(r, lambda noise: noise + r.waveform)))
    assert {level.noise_source for level in findings.levels} == {"trials"}
    assert findings.levels[-1].fmp is not None
    assert any("trials rejected" in step for step in findings.processing)


def test_inputs_are_not_modified() -> None:
    series = click()
    before = [r.waveform.copy() for r in series]
    analyze(series)
    assert all(np.array_equal(a, r.waveform) for a, r in zip(before, series, strict=True))


def test_what_the_reader_noticed_of_many_records_is_said_once_with_their_number() -> None:
    many = each(click(), lambda r: r.with_warning("The gain was not stated."))
    assert "All 7 records: The gain was not stated." in analyze(many).warnings
    one = only(click(), 3, lambda r: r.with_warning("The gain was not stated."))
    assert "Record 3 at 40 dB: The gain was not stated." in analyze(one).warnings
    numbered = each(click(), lambda r: r.with_warning(f"{r.source.record} trials were left out."))
    found = [w for w in analyze(numbered).warnings if "trials were left out" in w]
    assert found == ["All 7 records: for example: 0 trials were left out."]


def test_no_list_of_alike_warnings_is_longer_than_a_person_reads() -> None:
    series, _ = ear(1, replicates=3)
    copies = tuple(renumbered(r, 100 + r.source.record) for r in series)
    findings = analyze(series.with_recordings((*series, *copies)))
    assert sum("counted once" in w for w in findings.warnings) == 5
    assert said(findings, "The same is true of 16 more records.")
