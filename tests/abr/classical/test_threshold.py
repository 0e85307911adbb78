"""From weighed hypotheses to a threshold: each status where it belongs, and its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evoscope.abr.classical.growth import Growth
from evoscope.abr.classical.level_noise import LevelNoise
from evoscope.abr.classical.threshold import (
    EVIDENCE_PER_LEVEL_MEASURED,
    decide_threshold,
    null_probability,
    response_probability,
)
from evoscope.abr.findings import Threshold

LEVELS_DB = (10.0, 20.0, 30.0, 40.0, 50.0, 60.0)
CERTAIN, HOPELESS = 500.0, -500.0


def growth(
    crossings_db: list[float], *, log_evidence: float = CERTAIN, measured: bool = True
) -> Growth:
    at = np.asarray(crossings_db, dtype=float)
    n = len(LEVELS_DB)
    return Growth(
        crossing_db=at,
        readers_db=np.array([at - 3.0, at, at + 3.0]),
        weight=np.full(at.size, 1 / at.size),
        log_evidence=log_evidence,
        observed_share=np.linspace(-2.0, 0.9, n),
        fitted_share=np.linspace(0.0, 0.9, n),
        noise=LevelNoise(np.ones(30), np.ones(n), measured),
    )


def decide(posterior: Growth | None, **changes: Any) -> Threshold:
    settings: dict[str, Any] = {
        "levels_db": LEVELS_DB,
        "reference": "nHL",
        "residual_nv": 20.0,
        "human": True,
        "last_ms": 15.0,
        "sign_of_response": False,
    }
    return decide_threshold(posterior, **(settings | changes))


def test_the_value_is_the_softest_tested_level_at_which_it_is_visible() -> None:
    found = decide(growth([32.0, 33.0, 34.0]))
    assert found.status == "estimated"
    assert found.value_db == 40.0
    assert found.fitted_db == pytest.approx(33.0)
    assert found.level_reference == "nHL"


@pytest.mark.parametrize("crossing", [12.0, 26.0, 34.9, 44.0, 58.0])
def test_the_interval_contains_the_value_and_the_fit(crossing: float) -> None:
    found = decide(growth([crossing - 1, crossing, crossing + 1]))
    assert found.value_db is not None
    assert found.low_db is not None
    assert found.high_db is not None
    assert found.low_db <= found.value_db <= found.high_db
    assert found.low_db <= crossing <= found.high_db


def test_silence_in_quiet_recordings_is_no_response_above_the_loudest_level() -> None:
    found = decide(growth([30.0], log_evidence=HOPELESS))
    assert (found.status, found.value_db, found.low_db, found.high_db) == (
        "no_response",
        None,
        60.0,
        None,
    )
    assert "60 dB" in found.reason


def test_silence_in_noise_is_not_called_a_silent_ear() -> None:
    found = decide(growth([30.0], log_evidence=HOPELESS), residual_nv=80.0)
    assert found.status == "inconclusive"
    assert "80 nV" in found.reason
    assert "more sweeps" in found.reason
    # Rodent responses are microvolts: the human limit does not apply.
    rodent = decide(growth([30.0], log_evidence=HOPELESS), residual_nv=80.0, human=False)
    assert rodent.status == "no_response"


def test_a_response_at_every_level_is_below_range() -> None:
    found = decide(growth([-15.0, -10.0, -5.0]))
    assert (found.status, found.value_db, found.low_db, found.high_db) == (
        "below_range",
        None,
        None,
        10.0,
    )


def test_a_response_somewhere_is_said_to_be_somewhere() -> None:
    found = decide(growth([-10.0, 5.0, 20.0, 35.0, 50.0]))
    assert found.status == "inconclusive"
    assert "where it begins is not clear" in found.reason


def test_without_a_posterior_the_number_of_levels_is_the_reason() -> None:
    found = decide(None, levels_db=(40.0,))
    assert found.status == "inconclusive"
    assert "Found 1" in found.reason


def test_an_end_a_strict_reader_would_never_reach_is_left_open() -> None:
    posterior = growth([55.0])
    open_ended = replace(posterior, readers_db=np.array([[52.0], [55.0], [np.inf]]))
    found = decide(open_ended)
    assert found.status == "estimated"
    assert found.high_db is None
    assert Threshold.model_validate_json(found.model_dump_json()) == found


def test_the_curve_holds_every_level_as_the_rule_saw_it() -> None:
    curve = decide(growth([30.0])).curve
    assert tuple(p.level_db for p in curve) == LEVELS_DB
    assert min(p.evidence for p in curve) >= -1.0  # noisier than expected, but drawable


def test_more_evidence_makes_silence_less_likely() -> None:
    silent = [null_probability(growth([30.0], log_evidence=e)) for e in (-20.0, 0.0, 5.0, 40.0)]
    assert silent == sorted(silent, reverse=True)
    assert silent[0] > 0.99
    assert silent[-1] < 0.01


def test_a_level_responds_as_surely_as_the_series_and_the_crossing_allow() -> None:
    sure = growth([30.0, 50.0])
    assert response_probability(sure, 20.0) == 0.0
    assert response_probability(sure, 40.0) == pytest.approx(0.5, abs=1e-6)
    assert response_probability(growth([30.0], log_evidence=HOPELESS), 60.0) < 1e-6


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"sign_of_response": True}, "sign of one"),
        ({"last_ms": 5.5}, "end 5.5 ms"),
        ({"residual_nv": 90.0}, "90 nV"),
    ],
)
def test_a_silent_series_that_could_hide_a_response_is_not_called_deaf(
    change: dict[str, Any], why: str
) -> None:
    silent = growth([30.0], log_evidence=-CERTAIN)
    assert decide(silent).status == "no_response"
    doubted = decide(silent, **change)
    assert doubted.status == "inconclusive"
    assert why in doubted.reason


def test_between_absent_and_present_neither_is_said() -> None:
    needed = EVIDENCE_PER_LEVEL_MEASURED * len(LEVELS_DB)
    assert decide(growth([30.0], log_evidence=needed)).status == "inconclusive"
