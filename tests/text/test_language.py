"""Who writes another language is told so; who writes English, however badly, is left alone."""

from __future__ import annotations

import os

import pytest

from evoscope.text.corpora import VARIABLE, load
from evoscope.text.language import guess_language

ENGLISH = [
    "I can't believe you did that to me!",
    "omg im so tired of this",
    "Please send me the report by Friday.",
    "u r the best thx",
    "The weather in Istanbul is lovely, isn't it?",
    "He said 'bonjour' to me",
    "what time does the meeting start",
]
OTHERS = [
    ("Je ne sais pas pourquoi je suis si triste aujourd'hui", "fr"),
    ("Ich habe keine Ahnung, was ich machen soll", "de"),
    ("No sé qué hacer con mi vida", "es"),
    ("Non so cosa fare della mia vita", "it"),
    ("Bugün çok mutluyum çünkü seni gördüm", "tr"),
    ("Ik weet niet wat ik moet doen", "nl"),
    ("Eu não sei o que fazer com isso", "pt"),
    ("Jag vet inte vad jag ska göra med det här", "sv"),
    ("Nie wiem co mam z tym zrobić", "pl"),
    ("Saya tidak tahu apa yang harus dilakukan", "id"),
    ("今日はとても嬉しいです", "ja"),
    ("나는 오늘 정말 행복해요", "ko"),
    ("我今天很高兴", "zh"),
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_not_warned_of(text: str) -> None:
    assert guess_language(text).warning == ""


@pytest.mark.parametrize(("text", "code"), OTHERS)
def test_other_languages_are_named_and_warned_of(text: str, code: str) -> None:
    found = guess_language(text)
    assert found.code == code
    assert found.name in found.warning


def test_a_script_of_many_languages_is_named_as_a_script() -> None:
    assert "Cyrillic script" in guess_language("Я не знаю, что делать").warning


@pytest.mark.parametrize("text", ["", "ok", "Sam!", "\U0001f600\U0001f600", "12345", "Ahmed Demir"])
def test_what_is_of_no_language_is_left_undecided(text: str) -> None:
    found = guess_language(text)
    assert found.english is None
    assert found.warning == ""


@pytest.mark.realdata
@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} is not set")
@pytest.mark.parametrize("name", ["goemotions", "olid", "emobank"])
def test_real_english_is_hardly_ever_warned_of(name: str) -> None:
    texts = load(name, "dev").texts
    warned = [text for text in texts if guess_language(text).warning]
    assert len(warned) <= 0.002 * len(texts), warned[:5]
