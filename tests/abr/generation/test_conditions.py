"""Impossible conditions are refused, with what is possible; rare ones are warned about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evoscope.abr.generation import Generator, Seen, conditions_of
from evoscope.abr.generation.contract import column

from .toy import table

SEEN = Seen.of(table())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"level_db": 300.0}, "level_db should be between 20 and 80. Found 300"),
        ({"age_years": -1.0}, "age_years should be between 0"),
        ({"loss_class": "deaf"}, "one of normal, neuropathy, snhl, total, chl. Found 'deaf'"),
        ({"loss_class": "chl"}, "one of normal, snhl, total, as in training. Found 'chl'"),
        ({"loss_class": "total", "threshold_db": 40.0}, "an ear of this class has none"),
        ({"loss_class": "normal", "threshold_db": 90.0}, "threshold_db of normal should be"),
        ({"frequency_hz": 750.0}, "frequency_hz should be one of 0"),
        ({"species": "mouse"}, "species should be one of human"),
        ({"rate_hz": 20.0}, "rate_hz should be left out: it was not known in training"),
        ({"loudness": 3.0}, "conditions should be among age_years"),
        ({"level_db": [20.0, 40.0]}, "one value, or one for each of 3 recordings"),
    ],
)
def test_the_impossible_is_refused_with_what_is_possible(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says.replace(".", r"\.")):
        conditions_of(3, given, seen=SEEN)


def test_a_rare_class_is_drawn_with_a_warning() -> None:
    found = conditions_of(2, {"loss_class": "snhl", "level_db": 60.0}, seen=SEEN)
    assert len(found.warnings) == 1
    assert "snhl near 60 dB is rare" in found.warnings[0]
    assert not conditions_of(2, {"loss_class": "normal"}, seen=SEEN).warnings


def test_an_unusual_age_is_drawn_with_a_warning() -> None:
    (warning,) = conditions_of(1, {"age_years": 59.9}, seen=SEEN).warnings
    assert "age_years 59.9 is rare" in warning


def test_what_is_left_out_is_left_to_chance() -> None:
    found = conditions_of(3, {"loss_class": ["normal", None, "total"]}, seen=SEEN)
    numbers = found.table[:, column("loss_class")]
    assert numbers[0] == 0.0
    assert np.isnan(numbers[1])
    assert numbers[2] == 3.0
    assert np.isnan(found.table[:, column("level_db")]).all()


def test_warnings_reach_the_user(toy: Generator) -> None:
    assert toy.generate(1, {"loss_class": "snhl"}).warnings
