from __future__ import annotations

import pytest

from evoscope.abr.cohort import CENSORED, CLASSES, DISPLAY_TR, SEVERITY, parse_class

DOTLESS = "\N{LATIN SMALL LETTER DOTLESS I}"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("İTİK", "chl"),
        ("itik", "chl"),
        ("ITIK", "chl"),
        ("İtik ", "chl"),
        (f"{DOTLESS}tik", "chl"),
        ("i̇ti̇k", "chl"),  # what str.lower() makes of the dotted capital
        ("SNİK", "snhl"),
        ("snik", "snhl"),
        ("NÖROPATİ", "neuropathy"),
        ("nöropati", "neuropathy"),
        ("NOROPATI", "neuropathy"),
        ("Total", "total"),
        ("Normal", "normal"),
        ("SNHL", "snhl"),
        ("chl", "chl"),
    ],
)
def test_a_label_typed_on_any_keyboard_lands_in_its_class(word: str, expected: str) -> None:
    assert parse_class(word) == expected


@pytest.mark.parametrize("word", ["", "mixed", "sensorineural", "norma", "0", "SN"])
def test_a_word_that_is_no_class_is_not_guessed(word: str) -> None:
    with pytest.raises(ValueError, match=r"should be one of normal \(NORMAL\), neuropathy"):
        parse_class(word)


def test_display_names_come_back_to_their_ids() -> None:
    assert tuple(parse_class(DISPLAY_TR[name]) for name in CLASSES) == CLASSES
    assert set(SEVERITY) == set(CLASSES) > CENSORED
