"""A response outside its window is never found: the window must hold the latest one."""

from __future__ import annotations

import pytest

from evoscope.abr.averaging import response_window_ms
from evoscope.abr.recording import Stimulus

CLICK = Stimulus(kind="click", level_db=60)


def tone(frequency_hz: float) -> Stimulus:
    return Stimulus(kind="tone", level_db=60, frequency_hz=frequency_hz)


def test_human_click() -> None:
    # Wave V of a newborn near threshold: 9.3 ms (Gorga 1989), its trough a millisecond later.
    assert response_window_ms(CLICK, human=True) == (1.0, 15.0)


@pytest.mark.parametrize(("frequency_hz", "start_ms"), [(500, 6.0), (1000, 5.0), (4000, 1.25)])
def test_human_tone_leaves_out_the_burst_and_waits_for_slow_responses(
    frequency_hz: float, start_ms: float
) -> None:
    assert response_window_ms(tone(frequency_hz), human=True) == (start_ms, 20.0)


@pytest.mark.parametrize("stimulus", [CLICK, tone(4000), tone(32_000)])
def test_rodent_answers_early_to_all(stimulus: Stimulus) -> None:
    assert response_window_ms(stimulus, human=False) == (1.0, 9.5)


@pytest.mark.parametrize("frequency_hz", [125, 500, 8000, 16_000])
def test_window_never_starts_in_the_artefact_nor_after_wave_v(frequency_hz: float) -> None:
    start_ms, stop_ms = response_window_ms(tone(frequency_hz), human=True)
    assert 1.0 <= start_ms <= 6.0 < stop_ms
