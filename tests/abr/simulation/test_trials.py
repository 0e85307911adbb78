"""Single trials: their average is the response, their polarities differ by the microphonic."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.simulation import get_profile, simulate_trials
from evoscope.abr.simulation.clinic_ear import Microphonic

from .ears import PLAIN, ear, responses

ADULT = get_profile("adult")


def test_trials_average_to_the_response() -> None:
    trials = simulate_trials(PLAIN, ADULT, level_db=80.0, n_trials=6000, seed=0).load()
    clean = responses(PLAIN, 80.0, rate_hz=21.1).at(ADULT.time_ms)[0]
    assert np.corrcoef(trials.mean(axis=0), clean)[0, 1] > 0.9
    assert trials.std() == pytest.approx(np.hypot(1.6, 0.8), rel=0.3)


def test_polarities_differ_by_twice_the_microphonic() -> None:
    cm = Microphonic(peak_uv=0.4, frequency_hz=1500.0, decay_ms=1.5)
    epochs = simulate_trials(
        ear(microphonic=cm), ADULT, level_db=90.0, n_trials=4000, seed=0, stimulus="click"
    )
    assert epochs.inverted is not None
    trials = epochs.load()
    odd = (trials[~epochs.inverted].mean(axis=0) - trials[epochs.inverted].mean(axis=0)) / 2
    early = (ADULT.time_ms > 0.0) & (ADULT.time_ms < 2.0)
    assert np.abs(odd[early]).max() > 0.15
    assert odd[~early].std() < 0.1


@pytest.mark.parametrize(
    ("wrong", "message"), [({"level_db": 200.0}, "-20 and 120 dB"), ({"n_trials": 1}, "at least 2")]
)
def test_trials_that_cannot_be_are_refused(wrong: dict[str, float], message: str) -> None:
    arguments = {"level_db": 60.0, "n_trials": 10, "seed": 0, **wrong}
    with pytest.raises(ValueError, match=message):
        simulate_trials(PLAIN, ADULT, **arguments)  # type: ignore[arg-type]
