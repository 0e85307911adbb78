"""An enriched cohort measured as the clinic that it was made from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from evoscope.abr.benchmark.protocol import measure, ruler
from evoscope.abr.benchmark.protocol.mix import CLINIC_MIX, clinic_mix, copies, is_enriched

from .builders import by_hand


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruler, "RESAMPLES", 4)
        patch.setattr(ruler, "SLICE_RESAMPLES", 2)
        yield


def test_everyone_is_taken_as_often_as_the_weight_asks_for_give_or_take_one() -> None:
    rng = np.random.default_rng(1)
    weight = rng.gamma(0.5, 1.0, 300)
    taken = copies(weight, rng)
    assert taken.sum() == weight.size
    assert np.abs(taken - weight * weight.size / weight.sum()).max() < 1.0
    mean = np.mean([copies(weight[:6], np.random.default_rng(k)) for k in range(4000)], axis=0)
    np.testing.assert_allclose(mean, 6.0 * weight[:6] / weight[:6].sum(), atol=0.04)


def test_the_mix_of_the_clinic_weighs_what_is_rare_there_less() -> None:
    hand = by_hand(400)
    # Right about half of the patients, who make up nine tenths of the clinic.
    frequent = hand.recordings["patient_id"].str[1:].astype(int) % 2 == 0
    hand.recordings["weight"] = np.where(frequent, 1.8, 0.2)
    hand.recordings.loc[~frequent, "found_class"] = "cannot tell"
    found = {(f.task, f.metric, f.slice): f for f in measure(hand, simulated=True, seed=1)}
    assert found["class.recording", "accuracy", "all"].value == pytest.approx(0.5)
    assert found["class.recording", "accuracy", CLINIC_MIX].value == pytest.approx(0.9, abs=0.01)
    assert "drawn by weight" in found["class.recording", "accuracy", CLINIC_MIX].note
    # The same cases in the same mix: nobody else's threshold, and all tables alike.
    mixed = clinic_mix(hand, seed=1)
    assert len(mixed.recordings) == len(mixed.series) == len(mixed.ears) == 400


def test_an_ordinary_cohort_is_measured_once() -> None:
    hand = by_hand(40)
    assert not is_enriched(hand)
    assert not any(f.slice == CLINIC_MIX for f in measure(hand, simulated=True, seed=1))
