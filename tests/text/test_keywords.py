"""A list of words never finds one inside of another."""

from __future__ import annotations

import pytest

from evoscope.text.benchmark import swearing
from evoscope.text.keywords import word_pattern


@pytest.mark.parametrize(
    "text",
    ["Hello", "shell", "classic bass", "Scunthorpe", "hell's bells", "assess_me", "cocktail"],
)
def test_words_inside_of_words_are_not_found(text: str) -> None:
    assert not word_pattern(["hell", "ass", "cunt", "cock"]).search(text)


@pytest.mark.parametrize("text", ["HELL!", "(hell)", "go to hell.", "hell\u2014no"])
def test_whole_words_are_found(text: str) -> None:
    assert word_pattern(["hell"]).search(text)


def test_phrases_cross_any_space_and_marks_are_literal() -> None:
    assert word_pattern(["shut up"]).search("Shut \n up now")
    assert not word_pattern(["a.b"]).search("axb")
    with pytest.raises(ValueError, match="at least one word"):
        word_pattern([" "])


def test_our_list_swears_only_where_there_is_swearing() -> None:
    texts = ["assembly of classes", "the Dickens novel", "what a jerk", "STUPID thing"]
    assert swearing(texts).tolist() == [0.0, 0.0, 1.0, 1.0]
