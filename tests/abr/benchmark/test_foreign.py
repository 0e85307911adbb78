"""What is handed to the network as an ear and is none, and when a reader counts as told."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from evoscope.abr.analysis import CLASSICAL, Options, analyze
from evoscope.abr.benchmark.evaluation import Data, Evaluation
from evoscope.abr.benchmark.foreign import (
    INSTEAD,
    NO_DOUBT,
    SPOILT,
    answered,
    as_human,
    doubted,
    each,
    electrocochleogram,
    figures_of,
    named,
    silent,
    table_of,
    withheld,
)
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Series
from evoscope.abr.simulation import simulate_series

LEVELS_DB = (50, 70, 90)


@cache
def ear() -> tuple[Series, np.ndarray]:
    series, truth = simulate_series(true_threshold_db=30, levels_db=LEVELS_DB, seed=1)
    return series, np.array([truth.levels[r.level_db].clean_waveform for r in series])


@cache
def plain() -> Findings:
    found = analyze(ear()[0], options=Options(analyzer=CLASSICAL))
    return found.model_copy(update={"warnings": ()})


def warned(*warnings: str) -> Findings:
    return plain().model_copy(update={"warnings": warnings})


def test_what_is_taken_out_is_the_response_and_leaves_the_halves_agreeing() -> None:
    series, clean = ear()
    for made, was, response in zip(silent(series, clean), series, clean, strict=True):
        assert np.allclose(made.waveform, was.waveform - response, atol=1e-6)
        assert made.halves is not None
        assert np.allclose(made.halves.mean(axis=0), made.waveform, atol=1e-5)


def test_a_nerves_potential_is_early_large_and_alone() -> None:
    series, clean = ear()
    loudest = electrocochleogram(series, clean).at(90)[0]
    at = int(loudest.waveform.argmax())
    assert loudest.time_ms[at] == pytest.approx(1.6, abs=0.2)
    assert loudest.waveform[at] > 2.0
    late = (loudest.time_ms > 4.5) & (loudest.time_ms < 8.0)
    assert np.abs(loudest.waveform[late]).max() < 0.5


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_spoiling_changes_waveforms_and_halves_alike(name: str) -> None:
    (made,) = each([ear()[0]], SPOILT[name])
    for one, was in zip(made, ear()[0], strict=True):
        assert not np.allclose(one.waveform, was.waveform)
        assert one.halves is not None
        if name != "clipped at half":
            # A clipped average is not the average of clipped halves.
            assert np.allclose(
                one.halves.mean(axis=0), one.waveform, atol=1e-4 * np.abs(one.waveform).max()
            )


def test_a_mouse_is_said_to_be_a_human_by_a_system_for_humans() -> None:
    mouse, _ = simulate_series(
        true_threshold_db=30, levels_db=LEVELS_DB, seed=1, species="mouse", sampling_rate_hz=4e4
    )
    assert {(r.subject.species, r.source.format) for r in as_human(mouse)} == {("human", "csv")}


def test_assumptions_and_who_answers_are_no_doubt_in_the_recordings() -> None:
    assert not doubted(warned(*(f"{text} ..." for text in NO_DOUBT), f"{INSTEAD}, not ..."))
    assert doubted(warned("Record 0 at 70 dB looks clipped."))
    assert withheld(warned(f"{INSTEAD}, not the model series: ..."))
    assert not withheld(plain())
    assert named(plain())
    assert not named(warned("The polarity may be inverted."))
    threshold = plain().threshold.model_copy(update={"status": "no_response"})
    silent_ear = plain().model_copy(update={"threshold": threshold})
    assert answered(silent_ear)
    assert not named(silent_ear)


def test_every_kind_has_a_row_of_shares_and_says_how_many() -> None:
    told = warned("Record 0 at 70 dB looks clipped.")
    figures = [
        *figures_of("clipped at half", [told, told, plain(), plain()], is_simulated=True),
        *figures_of("clipped at half", [told, told], is_simulated=False),
        *figures_of("electrocochleogram", [told], is_simulated=True),
    ]
    lines = table_of(Evaluation(pack="p", data=Data(path="d"), commit="c", figures=tuple(figures)))
    assert lines.splitlines()[2:] == [
        "| clipped at half, simulated | 0.500 | 0.000 | 0.500 | 0.500 | 4 |",
        "| clipped at half, real | 1.00 | 0.000 | 0.000 | 0.000 | 2 |",
        "| electrocochleogram, simulated | 1.00 | 0.000 | 0.000 | 0.000 | 1 |",
    ]
