"""A contestant beside the best that is possible, on answers made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.limits import Ideal
from evoscope.abr.benchmark.limits.of_cohort import IDEAL_CLASSES
from evoscope.abr.benchmark.protocol import measure, ruler
from evoscope.abr.benchmark.protocol.limits import BEATEN
from evoscope.abr.benchmark.protocol.predict import Predictions
from evoscope.abr.benchmark.tables import Row, beside
from evoscope.abr.simulation.classes import LOSS_CLASSES

from .builders import by_hand


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruler, "RESAMPLES", 10)
        patch.setattr(ruler, "SLICE_RESAMPLES", 2)
        yield


def observer(hand: Predictions, *, error_db: float = 1.0, few_share: float = 0.0) -> Ideal:
    """An observer that is right everywhere, and about thresholds off by a little."""
    recordings = hand.recordings[["series_id", "record"]].assign(
        ideal_response=hand.recordings["found_response"],
        ideal_wave_V=hand.recordings["found_V_probability"],
        ideal_error=0.2,
        bound_latency_ms=np.where(hand.recordings["fmp"] >= 3.1, 0.05, np.nan),
        bound_amplitude_uv=np.where(hand.recordings["fmp"] >= 3.1, 0.02, np.nan),
    )
    classes = pd.DataFrame(
        {
            column: (hand.recordings["loss_type"] == name).astype(float)
            for column, name in zip(IDEAL_CLASSES, LOSS_CLASSES, strict=True)
        }
    )
    series = hand.series[["series_id"]].assign(
        ideal_lowest_db=hand.series["lowest_response_level_db"] + error_db,
        ideal_threshold_db=hand.series["true_threshold_db"] + error_db,
    )
    return Ideal(
        recordings=pd.concat([recordings, classes], axis=1),
        series=series,
        ears=pd.concat([hand.ears[["patient_id", "ear", "view"]], classes], axis=1),
        median_ess=80.0,
        few_share=few_share,
    )


def figures_of(hand: Predictions, ideal: Ideal) -> dict[tuple[str, str, str], Figure]:
    found = measure(hand, simulated=True, seed=1, ideal=ideal)
    return {(f.task, f.metric, f.slice): f for f in found}


def test_who_answers_like_the_observer_is_at_the_limit() -> None:
    hand = by_hand(120)
    found = figures_of(hand, observer(hand))
    assert found["existence.V", "auc_below_ideal", "all"].value == 0.0
    assert found["class.ear", "over_ideal", "all"].value == 1.0
    assert found["class.recording", "over_ideal", "all"].value == 1.0
    for key in (
        ("detection", "auc", "all"),
        ("detection", "auc", "fmp=3.1+"),
        ("existence.V", "f1", "all"),
        ("class.ear", "macro_f1", "all"),
    ):
        assert found[key].limit == found[key].value == 1.0, key


def test_a_limit_that_is_beaten_is_not_shown_as_one() -> None:
    hand = by_hand(120)
    blind = observer(hand)
    wrong = blind.recordings.assign(ideal_response=1.0 - blind.recordings["ideal_response"])
    found = figures_of(hand, replace(blind, recordings=wrong))
    beaten = found["detection", "auc", "all"]
    assert beaten.beats_limit
    assert BEATEN in beaten.note
    assert "(estimate, beaten)" in beside([Row(beaten, None)], others="classical")
    met = found["existence.V", "auc", "all"]
    assert not met.beats_limit
    assert BEATEN not in met.note


def test_errors_are_beaten_by_smaller_ones() -> None:
    hand = by_hand(120)
    hand.series["found_threshold_db"] = hand.series["lowest_response_level_db"] + 1.0
    better, worse = (figures_of(hand, observer(hand, error_db=error)) for error in (2.0, 0.5))
    assert better["threshold", "mae_db", "all"].beats_limit
    assert not worse["threshold", "mae_db", "all"].beats_limit


def test_errors_are_counted_in_those_of_the_observer() -> None:
    hand = by_hand(120)
    hand.series["found_threshold_db"] = hand.series["lowest_response_level_db"] + 6.0
    found = figures_of(hand, observer(hand, error_db=2.0))
    assert found["threshold", "mae_over_ideal", "all"].value == pytest.approx(3.0)
    assert found["threshold", "mae_db", "step=5"].limit == pytest.approx(2.0)
    assert found["threshold", "mae_db", "truth=true_threshold_db"].limit == pytest.approx(2.0)
    assert found["threshold", "mae_db", "truth=true_threshold_db step=5"].limit == pytest.approx(2)
    # 0.2 of noise of 4, where the answer leaves 0.4.
    assert found["denoise", "mse_over_noise", "all"].limit == pytest.approx(0.05)
    assert found["denoise", "mse_over_linear", "fmp=1-10"].limit == pytest.approx(0.4)


def test_latencies_are_counted_in_bounds_where_the_response_is_clear() -> None:
    hand = by_hand(120)
    hand.recordings["found_V_latency_ms"] += 0.2
    hand.recordings.loc[hand.recordings["fmp"] < 3.1, "found_V_latency_ms"] += 5.0
    found = figures_of(hand, observer(hand))["latency.V", "rmse_over_crlb", "fmp=3.1+"]
    assert found.value == pytest.approx(4.0)
    assert "0.050 ms" in found.note


def test_a_class_of_a_few_patients_has_no_limit_and_says_why() -> None:
    hand = by_hand(120)
    rare = hand.ears["loss_type"] == "neuropathy"
    for frame in (hand.ears, hand.recordings):
        frame.loc[rare & (frame["patient_id"] > "P20"), "loss_type"] = "normal"
    found = figures_of(hand, observer(hand))
    assert found["class.ear", "over_ideal", "all"].value is None
    assert "neuropathy" in found["class.ear", "over_ideal", "all"].note
    assert "enriched" in found["class.ear", "over_ideal", "all"].note
    assert found["class.ear", "macro_f1", "all"].limit is None
    assert found["class.ear", "accuracy", "all"].limit is not None


def test_few_matching_ears_are_said() -> None:
    hand = by_hand(60)
    found = figures_of(hand, observer(hand, few_share=0.5))
    assert "few matching ears" in found["threshold", "mae_over_ideal", "all"].note


def test_each_view_of_an_ear_stands_beside_the_limit_of_its_own() -> None:
    hand = by_hand(200)
    blind = hand.ears.assign(view="pair", found_class="normal")
    both = replace(hand, ears=pd.concat([hand.ears, blind], ignore_index=True))
    alone = observer(hand)
    # From the pair the observer knows everything, from alternating averages nothing.
    nothing = alone.ears.assign(**dict.fromkeys(IDEAL_CLASSES, 0.2))
    ears = pd.concat([alone.ears.assign(view="pair"), nothing], ignore_index=True)
    found = figures_of(both, replace(alone, ears=ears))
    assert found["class.ear", "macro_f1", "polarity=pair"].limit == 1.0
    assert (found["class.ear", "macro_f1", "polarity=alternating"].limit or 0.0) < 0.3
    assert found["class.ear", "macro_f1", "polarity=alternating"].value == 1.0
    # Over everything each ear counts once, in the view that tells most.
    assert found["class.ear", "macro_f1", "all"].limit == 1.0
    assert found["class.ear", "accuracy", "all"].n == 200
    assert found["class.ear", "accuracy", "all"].value == pytest.approx(0.2)


def test_a_recording_that_was_not_shown_alone_has_no_class() -> None:
    hand = by_hand(200)
    asked = hand.recordings.index < 60
    hand.recordings["found_class"] = hand.recordings["found_class"].where(asked, None)
    found = figures_of(hand, observer(hand))
    assert found["class.recording", "accuracy", "all"].n == 60
    assert "60 of 200" in found["class.recording", "accuracy", "all"].note
