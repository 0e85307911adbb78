"""The table compares like with like: what is not answered is neither hidden nor an error."""

from __future__ import annotations

import pytest

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.peers.cases import Case, Dataset, clinic_trials
from evoscope.abr.benchmark.peers.contest import (
    NAMES,
    PEAKS,
    PEERS,
    RESAMPLED,
    Answer,
    Answers,
    answer_all,
)
from evoscope.abr.benchmark.peers.figures import figures_of
from evoscope.abr.benchmark.peers.resampled import resampled_threshold
from evoscope.abr.benchmark.peers.table import peers_table
from evoscope.abr.findings import Threshold

from .builders import heard_from, silent


def said(status: str, value_db: float | None = None) -> Threshold:
    return Threshold.model_validate(
        {
            "status": status,
            "value_db": value_db,
            "level_reference": "SPL",
            "method": "m",
            "criterion": 1.0,
            "evidence_name": "e",
        }
    )


def case(truth_db: float | None, group: str) -> Case:
    series = heard_from(50.0, trials=4) if truth_db is not None else silent(seed=1, trials=4)
    return Case(group, series, truth_db, (None,) * len(series))


def figures(thresholds: list[Threshold], truths: list[float | None]) -> dict[str, Figure]:
    cases = tuple(case(truth, str(i)) for i, truth in enumerate(truths))
    none = (None,) * len(cases[0].series)
    answers = Answers(tuple(Answer(t, none) for t in thresholds), 2.0, False)
    found = figures_of(Dataset("d", cases, True), "evoscope", answers)
    return {f.metric: f for f in found}


def test_what_is_not_answered_is_outside_and_no_error() -> None:
    got = figures(
        [said("estimated", 50.0), said("estimated", 60.0), said("inconclusive")],
        [50.0, 50.0, 50.0],
    )
    assert got["median_ae_db"].value == 5.0
    assert got["median_ae_db"].n == 2
    assert got["within_10db"].value == pytest.approx(2 / 3)
    assert got["answered"].value == pytest.approx(2 / 3)
    assert got["bias_db"].value == 5.0


def test_a_threshold_named_in_silence_is_counted() -> None:
    got = figures(
        [said("estimated", 50.0), said("estimated", 60.0), said("no_response")],
        [50.0, None, None],
    )
    assert got["named_in_silence"].value == 0.5
    assert got["named_in_silence"].n == 2


def test_everybody_answers_trials_and_the_table_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    few = lambda case: resampled_threshold(case.series, splits=3)  # noqa: E731 -- 500 take long
    monkeypatch.setitem(PEERS, RESAMPLED, few)  # type: ignore[arg-type]
    data = clinic_trials(ears=2, trials=40, levels_db=(0.0, 20.0, 40.0, 60.0, 80.0), seed=3)
    rows = []
    for name in NAMES:
        found = answer_all(data, name)
        assert found is not None, name
        rows += figures_of(data, name, found)
    table = peers_table(rows)
    assert all(f"| {name} |" in table for name in NAMES)
    assert "| a trivial guess |" in table


def test_trials_carry_the_polarity_and_the_truth() -> None:
    data = clinic_trials(ears=3, trials=8, levels_db=(0.0, 90.0), seed=3)
    for one in data.cases:
        loud = one.series.recordings[-1]
        assert loud.epochs is not None
        assert loud.epochs.inverted is not None
        assert loud.waveform == pytest.approx(loud.epochs.load().mean(axis=0), abs=1e-5)
        assert one.truth_db in (None, 0.0, 90.0)


def test_who_needs_human_norms_is_left_out_of_mice() -> None:
    data = Dataset("mice", (case(50.0, "m"),), True)
    assert answer_all(data, PEAKS) is None
