"""The goals on real recordings: a change that loses one of them must not pass unseen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evoscope.abr.benchmark.protocol.contestants import contestant
from evoscope.abr.benchmark.real import READINGS, ROOT
from evoscope.abr.benchmark.real_sets import (
    Labelled,
    human_clicks,
    human_tones,
    mouse_arf,
    mouse_trials,
)
from evoscope.abr.benchmark.real_thresholds import analyze_all, threshold_figures
from evoscope.abr.benchmark.real_waves import click_latency_figures, tone_wave_figures

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        not os.environ.get("EVOSCOPE_REALDATA"),
        reason="EVOSCOPE_REALDATA should name the folder of real recordings",
    ),
]


def folder() -> Path:
    return Path(os.environ["EVOSCOPE_REALDATA"]) / "abr"


def by_metric(cases: list[Labelled]) -> dict[str, float]:
    figures = threshold_figures(
        cases, analyze_all(cases, contestant("default")), dataset="d", goals={}
    )
    return {f.metric: f.value for f in figures if f.value is not None}


def test_human_clicks_reach_their_goals() -> None:
    cases = human_clicks(folder())
    findings = analyze_all(cases, contestant("default"))
    got = {f.metric: f.value for f in threshold_figures(cases, findings, dataset="d", goals={})}
    assert got["within_5db"] == 1.0
    assert got["widest_interval_db"] is not None
    assert got["widest_interval_db"] <= 15.0
    latency = {f.metric: f.value for f in click_latency_figures(cases, findings)}
    assert latency["largest_error_ms"] is not None
    assert latency["largest_error_ms"] <= 0.15


def test_mouse_averages_reach_their_goals() -> None:
    got = by_metric(mouse_arf(folder()))
    assert got["mae_db"] <= 5.0
    assert got["within_5db"] >= 0.65
    assert got["within_10db"] >= 0.88


def test_mouse_trials_reach_their_goals() -> None:
    got = by_metric(mouse_trials(folder()))
    assert got["mae_db"] <= 4.5
    assert got["within_10db"] >= 7 / 8


def test_human_tones_reach_their_goals() -> None:
    cases = human_tones(folder(), ROOT / READINGS)
    findings = analyze_all(cases, contestant("default"))
    got = {f.metric: f.value for f in threshold_figures(cases, findings, dataset="d", goals={})}
    assert got["within_10db"] == 1.0
    waves = {f.metric: f.value for f in tone_wave_figures(cases, findings)}
    assert waves["ears_with_wave_v_at_80db"] == 1.0
