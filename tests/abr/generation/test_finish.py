"""What a diffusion cannot draw exactly is finished as training recordings say, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.generation.finish import REACH_MS, Finish, nearest_peaks
from evoscope.runtime import Card

TIME = np.arange(200) / 15.0


def bumps(at: np.ndarray, size: float = 0.3) -> np.ndarray:
    """One smooth peak per row."""
    return size * np.exp(-(((TIME - at[:, None]) / 0.5) ** 2))


def test_peaks_are_found_between_samples() -> None:
    at = np.linspace(2.0, 9.0, 50)
    found = nearest_peaks(bumps(at), TIME, at[:, None] + 0.2)
    assert np.abs(found[:, 0] - at).max() < 2e-3


def test_of_two_peaks_the_nearer_is_taken_and_silence_has_none() -> None:
    two = bumps(np.array([4.0])) + bumps(np.array([7.0]))
    waves = np.concatenate([two, np.zeros((1, 200))])
    latency = np.array([[4.9, 6.2, np.nan]] * 2)
    found = nearest_peaks(waves, TIME, latency)
    assert np.allclose(found[0], [4.0, 7.0, np.nan], atol=0.01, equal_nan=True)
    assert np.isnan(found[1]).all()


def learned(off_ms: float, silent: int) -> Finish:
    at = np.linspace(4.0, 8.0, 100)
    waves = bumps(at, 0.2)
    waves[:silent] = 0.0
    present = np.ones((100, 1), dtype=bool)
    present[:silent] = False
    return Finish.fit(waves, TIME, present, (at + off_ms)[:, None])


def test_marks_are_moved_only_where_marks_learned_from_are_on_peaks() -> None:
    assert learned(0.01, 0).reach_ms == REACH_MS
    assert learned(0.2, 0).reach_ms == 0.0
    at = np.array([5.0])
    marks = np.array([[5.2]])
    assert learned(0.01, 0).marks(bumps(at), TIME, marks)[0, 0] == pytest.approx(5.0, abs=2e-3)
    assert learned(0.2, 0).marks(bumps(at), TIME, marks)[0, 0] == 5.2
    assert learned(0.01, 0).marks(bumps(at), TIME, marks + 0.2)[0, 0] == pytest.approx(5.4)


def test_silence_is_drawn_only_where_it_was_learned() -> None:
    assert learned(0.0, 0).silent_below_uv == 0.0
    finish = learned(0.0, 20)
    waves = np.stack([np.full(200, 0.9), np.full(200, 1.1)]) * finish.silent_below_uv
    drawn = finish.silence(waves)
    assert finish.silent_below_uv > 0.01
    assert not drawn[0].any()
    assert (drawn[1] == waves[1]).all()


def test_a_card_keeps_it() -> None:
    finish = Finish(0.004, 0.3)
    card = Card.model_construct(constants=finish.constants())
    assert Finish.of_card(card) == finish
