"""Encoders are given emoji as words: as pictures, most of them are one unknown token."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.text.backbones import Tokens, find_backbone
from evoscope.text.backbones.emoji import named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gone😭", "gone loudly crying face "),
        ("👍🏿 👍", " thumbs up sign   thumbs up sign "),
        ("♥️", " black heart suit "),
        ("naïve, 5 °C, “fine”", "naïve, 5 °C, “fine”"),
    ],
)
def test_a_picture_becomes_its_name_and_letters_stay(text: str, expected: str) -> None:
    assert named(text) == expected


def test_what_has_no_name_stays() -> None:
    assert named("\U0001faff") == "\U0001faff"


def test_two_emoji_are_not_the_same_tokens(backbone: Path) -> None:
    tokens = Tokens(find_backbone(backbone).tokenizer.read_text("utf-8"), longest=60)
    sad, glad, word = tokens(["a day 😭", "a day 😂", "a day"])
    assert sad != glad
    assert len(sad) > len(word) + 1
    assert tokens.length("😭") == len(sad) - len(word)
