"""One trace judged: noise, call and what to do next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evoscope.abr.classical.detection import Detection, detect, noise_window
from evoscope.abr.findings import Estimate, Wave

from .builders import TIME_MS, halves, prepared, single

CLEAN = np.exp(-0.5 * ((TIME_MS - 6.0) / 0.5) ** 2)


def wave_v(size_uv: float) -> tuple[Wave, ...]:
    size = Estimate(value=size_uv)
    return (Wave(name="V", probability=0.9, present=True, amplitude_uv=size),)


def judge(size_uv: float, noise_uv: float, **changes: Any) -> Detection:
    rng = np.random.default_rng(changes.pop("seed", 1))
    make = changes.pop("make", halves)
    parts = make(size_uv * CLEAN, noise_uv, rng)
    settings: dict[str, Any] = {
        "modelled_nv": None,
        "response_probability": 0.5,
        "waves": wave_v(size_uv) if size_uv else (),
        "sweeps": 1000,
        "child": False,
    }
    return detect(parts, prepared([60.0], [parts]), **(settings | changes))


def test_a_large_wave_in_little_noise_is_clear_and_one_may_stop() -> None:
    found = judge(0.5, 0.02)
    assert found.call.call == "CR"
    assert (found.more_sweeps, found.stopping) == (0, "clear response: stop")
    assert found.test is not None
    assert found.test.p_value < 0.01
    assert found.residual_nv == pytest.approx(20.0, rel=0.3)


def test_nothing_in_little_noise_is_absent() -> None:
    calls = [judge(0.0, 0.01, seed=seed, response_probability=0.01).call.call for seed in range(10)]
    assert calls.count("RA") >= 8  # the test is wrong once in twenty
    assert "CR" not in calls


def test_nothing_in_much_noise_is_inconclusive_and_says_how_many_sweeps() -> None:
    found = judge(0.0, 0.08)
    assert found.call.call == "INC"
    assert found.more_sweeps is not None
    # (80 / 40)^2 times the sweeps there are.
    assert found.more_sweeps == pytest.approx(3000, rel=0.6)
    assert "more sweeps to reach 40 nV" in found.stopping


def test_children_are_held_to_20_nv() -> None:
    adult, child = judge(0.0, 0.08), judge(0.0, 0.08, child=True)
    assert child.more_sweeps is not None
    assert adult.more_sweeps is not None
    assert child.more_sweeps > 3 * adult.more_sweeps
    assert "20 nV" in child.stopping


def test_sweeps_that_are_not_known_are_not_computed_with() -> None:
    found = judge(0.0, 0.08, sweeps=None)
    assert found.more_sweeps is None
    assert "40 nV" in found.stopping


def test_noise_that_is_modelled_is_called_so_and_gives_no_p_value() -> None:
    found = judge(0.5, 0.02, make=single, modelled_nv=25.0, response_probability=0.99)
    assert (found.noise_source, found.residual_nv, found.test) == ("model", 25.0, None)
    assert found.call.call == "CR"
    assert "not measured" in found.call.rule
    assert found.more_sweeps is None


def test_noise_nobody_knows_is_none() -> None:
    found = judge(0.5, 0.02, make=single)
    assert (found.noise_source, found.residual_nv, found.snr_db) == ("none", None, None)


def test_snr_rises_by_6_db_when_the_response_doubles() -> None:
    one, two = judge(0.5, 0.02).snr_db, judge(1.0, 0.02).snr_db
    assert one is not None
    assert two is not None
    assert two - one == pytest.approx(6.0, abs=0.7)


def test_noise_is_taken_near_the_response_window_and_inside_the_recording() -> None:
    ready = prepared([60.0], [halves(CLEAN, 0.1, np.random.default_rng(0))])
    found = noise_window(ready)
    assert found.start <= ready.window.start
    assert ready.window.stop <= found.stop <= TIME_MS.size
