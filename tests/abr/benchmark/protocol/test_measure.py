"""Figures on predictions made by hand: perfect, shifted, silent, masked, censored, reordered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol import judge, measure, ruler
from evoscope.abr.benchmark.protocol.detection import detection_figures
from evoscope.abr.benchmark.protocol.loss_class import class_figures
from evoscope.abr.benchmark.protocol.predict import Predictions
from evoscope.abr.benchmark.protocol.threshold import threshold_figures
from evoscope.abr.benchmark.protocol.waves import existence, measures
from evoscope.abr.cohort import CLASSES
from evoscope.abr.findings import WAVES, WaveName

from .builders import by_hand

Found = dict[tuple[str, str, str], Figure]


@pytest.fixture(autouse=True, scope="module")
def few_resamples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruler, "RESAMPLES", 20)
        patch.setattr(ruler, "SLICE_RESAMPLES", 4)
        yield


RULER = ruler.Ruler(simulated=True, seed=1)


def keyed(found: Sequence[Figure]) -> Found:
    by_name = {(f.task, f.metric, f.slice): f for f in found}
    assert len(by_name) == len(found), "two figures of one name"
    return by_name


def figures(predictions: Predictions) -> Found:
    return keyed(measure(predictions, simulated=True, seed=1))


@pytest.fixture(scope="module")
def perfect(few_resamples: None) -> Found:
    return figures(by_hand())


def waves(predictions: Predictions, wave: WaveName = "V") -> Found:
    frame = predictions.recordings
    found = existence(frame, wave, "wave", "all", RULER)
    return keyed(found + measures(frame, wave, "wave", "all", RULER))


def thresholds(predictions: Predictions) -> Found:
    return keyed(threshold_figures(predictions.series, RULER))


def classes(predictions: Predictions) -> Found:
    return keyed(class_figures(predictions.ears, predictions.recordings, RULER))


def with_series(predictions: Predictions, **columns: object) -> Predictions:
    return replace(predictions, series=predictions.series.assign(**columns))


def with_recordings(predictions: Predictions, **columns: object) -> Predictions:
    return replace(predictions, recordings=predictions.recordings.assign(**columns))


def value(found: Found, task: str, metric: str, where: str = "all") -> float | None:
    return found[task, metric, where].value


def test_perfect_answers_score_perfectly_everywhere(perfect: Found) -> None:
    found = perfect
    for wave in WAVES:
        assert value(found, f"existence.{wave}", "f1") == 1.0
        assert value(found, f"existence.{wave}", "auc") == 1.0
        assert value(found, f"existence.{wave}", "false_peak_rate") == 0.0
        assert value(found, f"existence.{wave}", "missed_peak_rate") == 0.0
        assert value(found, f"latency.{wave}", "r2") == 1.0
        assert value(found, f"latency.{wave}", "mae_ms") == 0.0
        assert value(found, f"latency.{wave}", "within_0.1ms") == 1.0
        assert value(found, f"latency.{wave}", "coverage_90") == 1.0
        assert value(found, f"amplitude.{wave}", "mae_uv") == 0.0
    assert value(found, "detection", "auc") == 1.0
    assert value(found, "detection", "sensitivity_at_5fpr") == 1.0
    for metric, perfect in (("mae_db", 0.0), ("bias_db", 0.0), ("within_5db", 1.0), ("r2", 1.0)):
        assert value(found, "threshold", metric) == perfect
    assert value(found, "threshold", "status_accuracy") == 1.0
    assert value(found, "threshold", "over_rate") == 0.0
    for task in ("class.ear", "class.recording"):
        assert value(found, task, "accuracy") == 1.0
        assert value(found, task, "macro_f1") == 1.0
        assert value(found, task, "ece") == 0.0
        assert value(found, task, "classes_predicted") == len(CLASSES)


def test_every_perfect_gate_but_the_noise_is_passed(perfect: Found) -> None:
    verdicts = {g.says: g.verdict for g in judge(tuple(perfect.values()))}
    # 10 log10(4 / 0.4) = 10 dB is not more than 10 dB.
    assert verdicts.pop("SNR > 10 dB") == "not passed"
    assert set(verdicts.values()) == {"passed"}


def test_the_trivial_guess_gains_nothing_from_the_analyzer(perfect: Found) -> None:
    mute = with_recordings(
        by_hand(), found_V_present=False, found_V_probability=0.5, found_response=0.0
    )
    poor = waves(mute) | keyed(detection_figures(mute.recordings, RULER))
    for key in (("existence.V", "f1", "all"), ("detection", "auc", "all")):
        assert perfect[key].trivial == poor[key].trivial
        poorest = poor[key].value
        assert poorest is not None
        assert poorest <= (poor[key].trivial or 0.0)
    assert perfect["existence.V", "false_peak_rate", "all"].trivial == 1.0
    assert perfect["class.ear", "accuracy", "all"].trivial == 0.2
    assert perfect["latency.V", "r2", "all"].trivial == 0.0


def test_a_wave_always_called_present_has_a_false_peak_rate_of_one() -> None:
    found = waves(with_recordings(by_hand(), found_V_present=True))
    rate = found["existence.V", "false_peak_rate", "all"]
    assert (rate.value, rate.n) == (1.0, 20)  # of the truly absent, not of all 40


def test_a_shifted_latency_is_off_by_its_shift() -> None:
    hand = by_hand()
    shifted = hand.recordings["wave_V_latency_ms"] + 0.15
    found = waves(with_recordings(hand, found_V_latency_ms=shifted))
    assert value(found, "latency.V", "mae_ms") == pytest.approx(0.15)
    assert value(found, "latency.V", "within_0.1ms") == 0.0
    assert value(found, "latency.V", "within_0.2ms") == 1.0
    assert value(found, "latency.V", "correlation") == pytest.approx(1.0)


def test_waves_not_answered_are_left_out_of_latency_and_counted() -> None:
    hand = by_hand()
    latency = hand.recordings["found_V_latency_ms"].where(hand.recordings.index >= 10)
    found = waves(with_recordings(hand, found_V_latency_ms=latency))
    mae = found["latency.V", "mae_ms", "all"]
    assert (mae.value, mae.n) == (0.0, 15)
    assert "15 of 20 present waves answered" in mae.note


def test_a_latency_stated_for_an_absent_wave_is_no_latency_error() -> None:
    hand = by_hand()
    found = waves(
        with_recordings(hand, found_V_latency_ms=hand.recordings["found_V_latency_ms"].fillna(99.0))
    )
    assert found["latency.V", "mae_ms", "all"] == waves(hand)["latency.V", "mae_ms", "all"]


def test_what_nobody_knows_is_masked_not_counted_as_absent() -> None:
    hand = by_hand()
    unknown = hand.recordings["wave_V_present"].mask(hand.recordings.index < 10)
    found = waves(with_recordings(hand, wave_V_present=unknown, found_V_present=True))
    assert found["existence.V", "f1", "all"].n == 30
    assert found["existence.V", "false_peak_rate", "all"].n == 15


def test_a_cohort_without_truth_has_undefined_figures_and_unmeasured_gates() -> None:
    hand = by_hand()
    nothing = {
        f"wave_{w}_{what}": pd.array([pd.NA] * 40, dtype="boolean") if what == "present" else np.nan
        for w in WAVES
        for what in ("present", "latency_ms", "amplitude_uv")
    }
    hand = with_recordings(
        hand,
        **nothing,
        response_present=pd.array([pd.NA] * 40, dtype="boolean"),
        loss_type=None,
        **dict.fromkeys(("found_error", "raw_error"), np.nan),
    )
    hand = with_series(
        hand,
        loss_type=None,
        lowest_response_level_db=np.nan,
        truth_status="",
        true_threshold_db=1.0,
    )
    hand = replace(hand, ears=hand.ears.assign(loss_type=None))
    found = figures(hand)
    assert value(found, "existence.V", "f1") is None
    assert found["existence.V", "f1", "all"].note
    assert value(found, "existence.V", "f1", "truth=marked") == 1.0
    assert {g.verdict for g in judge(tuple(found.values()))} == {"not measured"}


def test_a_threshold_ten_too_high_is_biased_not_random() -> None:
    hand = by_hand()
    high = hand.series["lowest_response_level_db"] + 10.0
    found = thresholds(with_series(hand, found_threshold_db=high))
    assert value(found, "threshold", "bias_db") == 10.0
    assert value(found, "threshold", "within_5db") == 0.0
    assert value(found, "threshold", "within_10db") == 1.0
    assert value(found, "threshold", "loa_low_db") == 10.0
    assert value(found, "threshold", "correlation") == pytest.approx(1.0)
    assert value(found, "threshold", "mae_db", "truth=marked_threshold_db") == 5.0


def test_within_over_under_and_inconclusive_are_everything() -> None:
    hand = by_hand()
    rng = np.random.default_rng(0)
    wild = hand.series["found_threshold_db"] + rng.normal(0.0, 15.0, 40)
    wild[rng.random(40) < 0.2] = np.nan
    found = thresholds(with_series(hand, found_threshold_db=wild))
    shares = [
        value(found, "threshold", metric)
        for metric in ("within_10db", "over_rate", "under_rate", "inconclusive_rate")
    ]
    assert all(shares)
    assert sum(share or 0.0 for share in shares) == pytest.approx(1.0)


def test_censored_ears_never_enter_a_threshold_error() -> None:
    hand = by_hand()
    censored = hand.series["loss_type"].isin(["total", "neuropathy"])
    absurd = hand.series["found_threshold_db"].where(~censored, -500.0)
    found = thresholds(with_series(hand, found_threshold_db=absurd))
    assert value(found, "threshold", "mae_db") == 0.0
    assert found["threshold", "mae_db", "all"].n == 24
    assert found["threshold", "status_accuracy", "censored=yes"].n == 16
    assert value(found, "threshold", "status_accuracy", "censored=yes") == 1.0


def test_a_number_for_a_dead_ear_is_a_wrong_status() -> None:
    hand = by_hand()
    found = thresholds(with_series(hand, found_status="estimated"))
    assert value(found, "threshold", "status_accuracy", "censored=yes") == 0.5  # total, of both
    assert value(found, "threshold", "status_accuracy", "censored=no") == 1.0


def test_one_sided_intervals_cover_what_lies_beyond_their_end() -> None:
    hand = by_hand()
    true = hand.series["lowest_response_level_db"]
    above = with_series(hand, found_low_db=true, found_high_db=np.nan)
    assert value(thresholds(above), "threshold", "coverage_one_sided") == 1.0
    below = with_series(hand, found_low_db=true + 1.0, found_high_db=np.nan)
    assert value(thresholds(below), "threshold", "coverage_one_sided") == 0.0
    assert thresholds(below)["threshold", "coverage_90", "all"].n == 0, "no interval has two ends"


def test_cannot_tell_is_a_wrong_answer_but_no_class() -> None:
    hand = by_hand()
    half = hand.recordings["found_class"].where(hand.recordings.index < 20, "cannot tell")
    found = classes(with_recordings(hand, found_class=half))
    assert value(found, "class.recording", "abstention_rate") == 0.5
    assert value(found, "class.recording", "accuracy") == 0.5
    # Every class: precision 1, recall 1/2. A sixth class at 0 would make it 5/9.
    assert value(found, "class.recording", "macro_f1") == pytest.approx(2 / 3)


def test_confidence_that_is_not_earned_shows() -> None:
    hand = by_hand()
    sure = {f"found_class_{name}": float(name == "normal") for name in CLASSES}
    found = classes(with_recordings(hand, found_class="normal", **sure))
    assert value(found, "class.recording", "ece") == pytest.approx(0.8)
    assert value(found, "class.recording", "recall.normal") == 1.0
    assert value(found, "class.recording", "recall.chl") == 0.0
    assert value(found, "class.recording", "classes_predicted") == 1.0


def test_denoising_is_measured_against_the_raw_average_and_the_filter(perfect: Found) -> None:
    found = perfect
    assert value(found, "denoise", "mse_over_noise") == pytest.approx(0.1)
    assert found["denoise", "mse_over_noise", "all"].trivial == 1.0  # a flat line
    assert value(found, "denoise", "mse_over_wiener") == pytest.approx(0.5)
    assert found["denoise", "mse_over_wiener", "all"].trivial == pytest.approx(5.0)
    assert value(found, "denoise", "snr_db") == pytest.approx(10.0)
    assert found["denoise", "snr_db", "all"].trivial == pytest.approx(0.0)
    assert value(found, "denoise", "correlation") == pytest.approx(1.0)


def test_figures_do_not_depend_on_the_order_of_the_rows(perfect: Found) -> None:
    hand = by_hand()
    shuffled = Predictions(
        *(
            frame.sample(frac=1.0, random_state=7).reset_index(drop=True)
            for frame in (hand.recordings, hand.series, hand.ears)
        )
    )
    one, other = perfect, figures(shuffled)
    assert one.keys() == other.keys()
    for key, figure in one.items():
        again = other[key]
        for name in ("value", "low", "high", "trivial"):
            assert getattr(figure, name) == pytest.approx(getattr(again, name), abs=1e-9), key
        assert figure.n == again.n


def test_slices_partition_what_they_slice(perfect: Found) -> None:
    found = perfect
    for kind in ("class", "level", "step", "fmp"):
        parts = [f for (t, m, s), f in found.items() if t == "detection" and s.startswith(kind)]
        assert sum(f.n for f in parts if f.metric == "auc") == 40
    assert {s for _, _, s in found if s.startswith("step")} == {"step=5", "step=10"}


def test_every_interval_holds_its_figure_and_every_figure_says_simulated(perfect: Found) -> None:
    for key, figure in perfect.items():
        assert figure.simulated
        if figure.low is not None and figure.high is not None and figure.value is not None:
            assert figure.low <= figure.high, key
