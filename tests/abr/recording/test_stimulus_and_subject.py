"""Words outside the vocabulary and impossible numbers never enter."""

from __future__ import annotations

from typing import Any

import pytest

from evoscope.abr.recording import Subject

from .builders import stimulus

BAD_STIMULI: list[tuple[dict[str, Any], list[str]]] = [
    ({"kind": "noise"}, ["kind", "'click', 'tone', 'chirp', 'unknown'", "'noise'"]),
    ({"level_reference": "HL"}, ["level_reference", "'nHL', 'SPL', 'peSPL', 'unknown'", "'HL'"]),
    ({"polarity": "both"}, ["polarity", "'alternating'", "'both'"]),
    ({"transducer": "ER-3A"}, ["transducer", "'insert'", "'ER-3A'"]),
    ({"level_db": float("nan")}, ["level_db", "finite", "nan"]),
    ({"level_db": 2000.0}, ["level_db", "-60 and 200", "2000"]),
    ({"rate_hz": 0.0}, ["rate_hz", "positive", "0.0"]),
    ({"duration_ms": -1.0}, ["duration_ms", "positive", "-1.0"]),
    ({"masking_db": float("inf")}, ["masking_db", "finite", "inf"]),
    ({"tube_delay_ms": 11.0}, ["tube_delay_ms", "0 and 10", "11.0"]),
    ({"kind": "tone"}, ["frequency_hz", "stated for a tone", "None"]),
    ({"frequency_hz": 1000.0}, ["frequency_hz", "None for a click", "1000.0"]),
    ({"kind": "tone", "frequency_hz": -4.0}, ["frequency_hz", "positive", "-4.0"]),
]
BAD_SUBJECTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"ear": "R"}, ["ear", "'left', 'right', 'both', 'unknown'", "'R'"]),
    ({"species": "Mus"}, ["species", "'human', 'mouse'", "'Mus'"]),
    ({"sex": "F"}, ["sex", "'female', 'male', 'unknown'", "'F'"]),
    ({"age_years": 131.0}, ["age_years", "0 and 130", "131"]),
    ({"age_years": float("nan")}, ["age_years", "nan"]),
    ({"age_weeks": -30.0}, ["age_weeks", "-20", "-30"]),
]


@pytest.mark.parametrize(("changes", "said"), BAD_STIMULI)
def test_a_stimulus_no_device_plays_is_refused(changes: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(ValueError, match="should be") as error:
        stimulus(**changes)
    for part in said:
        assert part in str(error.value)


@pytest.mark.parametrize(("changes", "said"), BAD_SUBJECTS)
def test_a_subject_nobody_is_is_refused(changes: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(ValueError, match="should be") as error:
        Subject(id="P1", **changes)
    for part in said:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({}, "click"),
        ({"kind": "tone", "frequency_hz": 500.0}, "0.5 kHz tone"),
        ({"kind": "chirp", "frequency_hz": 2000.0}, "2 kHz chirp"),
        ({"kind": "chirp"}, "chirp"),
        ({"kind": "unknown"}, "unknown stimulus"),
    ],
)
def test_a_stimulus_is_called_what_a_person_calls_it(changes: dict[str, Any], label: str) -> None:
    assert stimulus(**changes).label == label


def test_newborns_and_preterms_have_an_age() -> None:
    assert Subject(id="NICU", age_years=0.0, age_weeks=-6.0).age_weeks == -6.0
