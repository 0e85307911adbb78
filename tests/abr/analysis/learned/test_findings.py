"""A network that knows the truth: what it knows arrives in the findings, whole and in its units."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evoscope.abr.analysis import Options, analyze, analyze_many
from evoscope.abr.findings import WAVES, Findings
from evoscope.abr.recording import Series

from . import oracle
from .oracle import Case, calibration, case


def ask(folder: Path, one: Case, series: Series | None = None, **settings: Any) -> Findings:
    pack = oracle.write(folder / "pack", [one], **settings)
    return analyze(series or one[0], options=Options(analyzer=str(pack.folder)))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Findings]:
    one = case()
    return one, ask(tmp_path_factory.mktemp("known"), one, loss=["snhl"])


def test_waves_are_where_the_network_puts_them(known: tuple[Case, Findings]) -> None:
    (_, truth), findings = known
    stated = 0
    for found in findings.recordings:
        for name in WAVES:
            wave, true = found.wave(name), truth.levels[found.level_db].wave(name)
            assert wave is not None
            assert wave.present == true.present
            if true.present:
                stated += 1
                assert wave.latency_ms is not None
                assert wave.amplitude_uv is not None
                assert wave.latency_ms.value == pytest.approx(true.latency_ms, abs=0.02)
                assert wave.amplitude_uv.value == pytest.approx(true.amplitude_uv, abs=1e-5)
            else:
                assert wave.latency_ms is None
    assert stated >= 10


def test_intervals_are_the_networks_own_spread_times_the_calibration(
    known: tuple[Case, Findings], tmp_path: Path
) -> None:
    one, findings = known
    twice = calibration(latency={w: {"": 2.0} for w in WAVES})
    wider = ask(tmp_path, one, known=twice)
    wave, wide = (f.levels[-1].wave("V") for f in (findings, wider))
    for found, factor in ((wave, 1.0), (wide, 2.0)):
        assert found is not None
        assert found.latency_ms is not None
        assert found.amplitude_uv is not None
        assert found.latency_ms.low is not None
        assert found.latency_ms.high is not None
        width = found.latency_ms.high - found.latency_ms.low
        # 5 % to 95 % of a normal distribution, and the width of a sample.
        assert width == pytest.approx(factor * 2 * 1.645 * oracle.LATENCY_SD_MS, rel=0.08)
        low = found.amplitude_uv.low
        assert low == pytest.approx(found.amplitude_uv.value - 2.0 * oracle.AMPLITUDE_SD_UV)


def test_threshold_class_and_name_are_those_of_the_pack(known: tuple[Case, Findings]) -> None:
    (_, truth), findings = known
    threshold = findings.threshold
    assert (threshold.status, threshold.value_db) == ("estimated", truth.lowest_response_level_db)
    assert threshold.fitted_db == pytest.approx(truth.true_threshold_db, abs=0.1)
    assert threshold.low_db is not None
    assert threshold.high_db is not None
    assert threshold.low_db == pytest.approx(22.0 - 1.645 * oracle.THRESHOLD_SD_DB - 1.0, abs=0.3)
    assert threshold.high_db >= threshold.value_db
    assert (findings.loss_type.name, findings.loss_type.probabilities["snhl"] > 0.99) == (
        "snhl",
        True,
    )
    assert (findings.analyzer.name, findings.analyzer.version) == ("oracle", "7")
    assert findings.analyzer.sha256 is not None
    assert any("oracle 7" in step for step in findings.processing)


def test_the_denoised_trace_is_the_networks_signal_on_its_clock(
    known: tuple[Case, Findings],
) -> None:
    (series, truth), findings = known
    for found in findings.recordings:
        trace = found.denoised
        own = trace.start_ms + trace.step_ms * np.arange(len(trace.values_uv))
        clean = truth.levels[found.level_db].clean_waveform
        at = np.interp(own, series.recordings[0].time_ms, clean)
        assert np.abs(np.array(trace.values_uv) - at).max() < 0.01


def test_calls_follow_the_rules_of_the_project(known: tuple[Case, Findings]) -> None:
    findings = known[1]
    assert findings.levels[-1].call == "CR"
    assert all(level.call_rule.startswith("UK") for level in findings.levels)
    assert [level.response_probability > 0.5 for level in findings.levels] == [  # type: ignore[operator]
        level.level_db > 22.0 for level in findings.levels
    ]


def test_intervals_between_waves_stand_beside_norms(known: tuple[Case, Findings]) -> None:
    (_, truth), findings = known
    loudest = findings.levels[-1]
    i, v = (truth.levels[loudest.level_db].wave(name).latency_ms for name in ("I", "V"))
    assert i is not None
    assert v is not None
    found = next(one for one in loudest.intervals if one.name == "I-V")
    assert found.estimate.value == pytest.approx(v - i, abs=0.04)
    assert found.flag == "within"


@pytest.mark.parametrize(
    ("true_threshold_db", "status"), [(0.0, "below_range"), (90.0, "no_response")]
)
def test_a_threshold_outside_of_the_tested_levels_is_a_status(
    tmp_path: Path, true_threshold_db: float, status: str
) -> None:
    threshold = ask(tmp_path, case(2, true_threshold_db)).threshold
    assert (threshold.status, threshold.value_db) == (status, None)
    if status == "below_range":
        assert (threshold.low_db, threshold.high_db) == (None, 10.0)
    else:
        assert (threshold.low_db, threshold.high_db) == (70.0, None)


def test_a_threshold_is_stated_in_the_decibels_of_the_files(tmp_path: Path) -> None:
    levels_db = (40, 50, 60, 70, 80, 90)
    one = case(8, 57.0, level_reference="peSPL", levels_db=levels_db)
    findings = ask(tmp_path, one)
    threshold = findings.threshold
    assert findings.analyzer.name == "oracle"
    assert (threshold.value_db, threshold.level_reference) == (60.0, "peSPL")
    assert threshold.fitted_db == pytest.approx(57.0, abs=0.1)


def test_no_threshold_is_named_where_silent_ears_look_alike(tmp_path: Path) -> None:
    def doubt(_keys: Any, tables: dict[str, Any]) -> None:
        # One in ten that there is none, whatever the threshold would be.
        logits = tables["threshold.logits"][:, :-1]
        total = np.log(np.exp(logits).sum(axis=1))
        tables["threshold.logits"][:, -1] = total + np.log(0.1 / 0.9)

    strict, open_ = calibration(silent_from=0.05), calibration()
    assert ask(tmp_path / "a", case(), change=doubt, known=open_).threshold.status == "estimated"
    threshold = ask(tmp_path / "b", case(), change=doubt, known=strict).threshold
    assert threshold.status == "inconclusive"
    assert "silent ears look like this" in threshold.reason


def test_a_silent_series_with_a_sign_of_a_response_is_not_called_silent(tmp_path: Path) -> None:
    def sign(_keys: Any, tables: dict[str, Any]) -> None:
        tables["response.logits"][-1] = oracle.SURE

    threshold = ask(tmp_path, case(2, 90.0), change=sign).threshold
    assert threshold.status == "inconclusive"
    assert "sign" in threshold.reason


def test_an_unsure_class_cannot_be_told(tmp_path: Path) -> None:
    loss = ask(tmp_path, case(), known=calibration(class_temperature=20.0)).loss_type
    assert (loss.name, loss.probability) == ("cannot tell", None)
    assert sum(loss.probabilities.values()) == pytest.approx(1.0)


def test_waves_out_of_order_are_not_all_named(tmp_path: Path) -> None:
    def swap(_keys: Any, tables: dict[str, Any]) -> None:
        tables["latency.logits"][:, [2, 4]] = tables["latency.logits"][:, [4, 2]]
        tables["existence.logits"][:, 2] -= 4.0

    findings = ask(tmp_path, case(), change=swap)
    for level in findings.levels:
        named = [w.latency_ms.value for w in level.waves if w.latency_ms is not None]
        assert named == sorted(named)
    v, iii = (findings.levels[-1].wave(name) for name in ("V", "III"))
    assert v is not None
    assert iii is not None
    assert (v.present, iii.present) == (True, False)


def test_a_pack_that_needs_more_certainty_names_fewer_waves(tmp_path: Path) -> None:
    strict = calibration(existence_above=(0.5, 0.5, 0.5, 0.5, 0.9999))
    level = ask(tmp_path, case(), known=strict).levels[-1]
    present = {w.name: w.present for w in level.waves}
    assert (present["I"], present["V"]) == (True, False)


def test_replicates_are_answered_alone_and_as_a_level(tmp_path: Path) -> None:
    one = case(3, replicates=2)
    findings = ask(tmp_path, one)
    assert len(findings.recordings) == 2 * len(findings.levels)
    assert {level.pooled for level in findings.levels} == {2}
    single, pooled = findings.recordings[-1], findings.levels[-1]
    assert single.residual_noise_nv is not None
    assert pooled.residual_noise_nv is not None
    assert pooled.residual_noise_nv < 0.9 * single.residual_noise_nv


def test_without_halves_the_noise_is_said_to_be_modelled(tmp_path: Path) -> None:
    one = case(4)
    series = one[0].with_recordings(tuple(replace(r, halves=None) for r in one[0]))
    findings = ask(tmp_path, one, series)
    assert findings.analyzer.name == "oracle"
    assert any("noise is modelled" in w for w in findings.warnings)
    assert {level.noise_source for level in findings.levels} == {"model"}


def test_many_series_together_are_answered_as_each_alone(tmp_path: Path) -> None:
    cases = [case(5), case(6, 41.0, replicates=2), case(7, 3.0)]
    pack = oracle.write(tmp_path / "pack", cases, loss=["normal", "snhl", "chl"])
    options = Options(analyzer=str(pack.folder))
    together = analyze_many([one for one, _ in cases], options=options)
    assert together == [analyze(one, options=options) for one, _ in cases]
    assert [f.loss_type.name for f in together] == ["normal", "snhl", "chl"]
