from dataclasses import replace

import numpy as np
import pytest

from evoscope.abr.benchmark.limits import (
    KnownSeries,
    Observed,
    decide_classes,
    decide_present,
    known_series,
    observe,
)
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.abr.simulation.patients import simulate_patients
from evoscope.abr.simulation.profiles import get_profile
from evoscope.measure import auc


def pooled(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts)


def test_responses_are_detected_better_than_by_fmp_or_by_level(
    clinic: list[KnownSeries], observed: Observed
) -> None:
    truth = pooled([s.response for s in clinic])
    ideal = auc(pooled([b.response for b in observed.series]), truth).value
    level = auc(pooled([s.level_db for s in clinic]), truth).value
    fmp = auc(pooled([s.fmp for s in clinic]), truth).value
    assert ideal is not None
    assert level is not None
    assert fmp is not None
    assert ideal > max(level, fmp) + 0.02


def test_thresholds_are_told_to_a_few_db(clinic: list[KnownSeries], observed: Observed) -> None:
    true = np.array([s.threshold_db for s in clinic])
    told = np.array([b.threshold_db for b in observed.series])
    known = np.isfinite(true)
    constant = np.abs(true[known] - np.median(true[known])).mean()
    assert np.abs(told - true)[known].mean() < min(4.0, 0.6 * constant)


def test_probabilities_mean_what_they_say(clinic: list[KnownSeries], observed: Observed) -> None:
    # Over all recordings the expected number of responses is the number there is: an observer
    # with a wrong noise or a wrong prior is off by far more than its own standard deviation.
    p, truth = (
        pooled([b.response for b in observed.series]),
        pooled([s.response for s in clinic]),
    )
    # Recordings of a series share its ear: the deviation of each counts with its series.
    by_series = [
        (s.response - b.response).sum() for s, b in zip(clinic, observed.series, strict=True)
    ]
    assert abs(p.sum() - truth.sum()) < 3.0 * np.sqrt(np.square(by_series).sum()) + 1.0
    right = np.array(
        [
            b.classes[LOSS_CLASSES.index(s.loss)]
            for s, b in zip(clinic, observed.series, strict=True)
        ]
    )
    assert right.mean() > 0.8


def test_the_answers_rest_on_many_ears(observed: Observed) -> None:
    assert np.median([b.ess for b in observed.series]) > 20.0


def test_same_seed_same_figures(clinic: list[KnownSeries]) -> None:
    one = clinic[:1]
    runs = [observe(one, get_profile("clinic"), ears=150, draws=32) for _ in range(2)]
    assert runs[0].series[0].threshold_db == runs[1].series[0].threshold_db
    np.testing.assert_array_equal(runs[0].series[0].classes, runs[1].series[0].classes)


def test_silence_at_every_level_is_believed(clinic: list[KnownSeries]) -> None:
    # The half difference is what the average would be without a response.
    loud = max(clinic, key=lambda s: s.level_db.max())
    silent = replace(loud, waveform=loud.half_difference)
    belief = observe([silent], get_profile("clinic"), ears=200, draws=64).series[0]
    assert belief.response[loud.level_db.argmax()] < 0.5
    assert belief.classes[LOSS_CLASSES.index("normal")] < 0.1


def test_an_ear_with_two_stimuli_is_judged_by_both() -> None:
    series: list[KnownSeries] = []
    for columns in simulate_patients("clinic", patients=300, seed=7, count=14):
        found = known_series(columns)
        names = [s.ear_id for s in found]
        series = [s for s in found if names.count(s.ear_id) > 1][:2]
        if len(series) == 2 and series[0].ear_id == series[1].ear_id:
            break
    both = observe(series, get_profile("clinic"), ears=150, draws=64)
    assert list(both.ears) == [series[0].ear_id]
    assert both.ears[series[0].ear_id].sum() == pytest.approx(1.0)
    assert not np.array_equal(both.ears[series[0].ear_id], both.series[1].classes)


def test_rare_classes_are_named_when_they_count_as_much() -> None:
    # Nobody is more likely rare than not, and yet never to say so would cost half the score.
    p = np.array([[0.95, 0.05]] * 40 + [[0.6, 0.4]] * 5)
    assert decide_classes(p)[40:].tolist() == [1] * 5


def test_what_is_called_present_makes_the_most_of_f1() -> None:
    # Calling only what is likelier than not would give up the doubtful: F1 forgives false alarms.
    p = np.array([0.9, 0.45, 0.45, 0.02])
    assert decide_present(p).tolist() == [True, True, True, False]
    assert not decide_present(np.zeros(0)).size


def test_two_processes_believe_as_one(clinic: list[KnownSeries]) -> None:
    one, two = (
        observe(clinic[:3], get_profile("clinic"), ears=120, draws=32, processes=n) for n in (1, 2)
    )
    for a, b in zip(one.series, two.series, strict=True):
        np.testing.assert_array_equal(a.classes, b.classes)
        np.testing.assert_array_equal(a.response, b.response)


def test_another_clock_is_refused(clinic: list[KnownSeries]) -> None:
    short = replace(clinic[0], waveform=clinic[0].waveform[:, :100])
    with pytest.raises(ValueError, match="200 samples"):
        observe([short], get_profile("clinic"))


def test_other_clinics_have_limits_too() -> None:
    # Another clock, another species: what is written for infants' clicks must not be assumed.
    columns = next(simulate_patients("mouse", patients=40, seed=5, count=1))
    one = known_series(columns)[0]
    belief = observe([one], get_profile("mouse"), ears=150, draws=48).series[0]
    assert abs(belief.threshold_db - one.threshold_db) < 15.0
