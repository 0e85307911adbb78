"""Personal data that has a form goes; what only looks like it stays."""

from __future__ import annotations

import time
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoscope.text.privacy import scrub


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to ann.lee+news@mail.example.org!", "EMAIL"),
        ("card 4111 1111 1111 1111 please", "CARD"),
        ("pay to GB82 WEST 1234 5698 7654 32 is mine", "IBAN"),
        ("pay to TR330006100519786457841326", "IBAN"),
        ("call +90 (532) 123 45 67 now", "PHONE"),
        ("call 020 7946 0958", "PHONE"),
        ("from 192.168.0.12 it came", "IP"),
        ("from 2001:db8::8a2e:370:7334 it came", "IP"),
        ("https://x.org/reset?token=abc123", "URL"),
        ("https://ann:secret@x.org/", "URL"),
        ("thanks @ann_lee", "HANDLE"),
    ],
)
def test_each_kind_is_replaced_once_and_counted(text: str, kind: str) -> None:
    found = scrub(text, method="rules")
    assert found.text.count(f"[{kind}]") == 1
    assert found.counts == {kind: 1}
    assert not any(character.isdigit() for character in found.text)


@pytest.mark.parametrize(
    "text",
    [
        "order 4111 1111 1111 1112 of 1999",
        "born 1999-12-31, or 31.12.1999",
        "the score was 3-2 in 2024",
        "version 1.2.3",
        "std::vector and :: and face",
        "see https://example.org/news",
        "a @ b, 5 @ 10",
        "it cost 1500 euros",
    ],
)
def test_what_is_nobodys_data_stays(text: str) -> None:
    found = scrub(text, method="rules")
    assert found.text == text
    assert found.counts == {}


def test_words_after_an_account_stay() -> None:
    assert scrub("GB82 WEST 1234 5698 7654 32 IS MINE", method="rules").text == "[IBAN] IS MINE"


@given(st.text(max_size=60))
def test_any_text_can_be_scrubbed_and_scrubbing_is_final(text: str) -> None:
    once = scrub(text, method="rules").text
    assert scrub(once, method="rules").text == once


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "AB12 ", "AB12AAAA", "a", "a@", "a.", "http://a", "@", ":", "f:", "(1-"]
)
def test_a_text_made_to_be_slow_is_not(unit: str) -> None:
    start = time.process_time()
    scrub(unit * (50_000 // len(unit)), method="rules")
    assert time.process_time() - start < 3.0


@pytest.mark.skipif(find_spec("presidio_analyzer") is not None, reason="Presidio is installed")
def test_presidio_asked_for_and_missing_is_said() -> None:
    assert scrub("a@b.org").method == "rules"
    with pytest.raises(ImportError, match="method='rules'"):
        scrub("a@b.org", method="presidio")


class _Found:
    def __init__(self, kind: str, start: int, end: int) -> None:
        self.entity_type, self.start, self.end = kind, start, end


class _Engine:
    def analyze(self, *, text: str, language: str) -> list[_Found]:
        assert language == "en"
        whole = text.index("Ann Lee")
        return [_Found("PERSON", whole + 4, whole + 7), _Found("PERSON", whole, whole + 7)]


def test_names_that_presidio_finds_go_once_and_the_rules_still_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("evoscope.text.privacy._engine", _Engine)
    found = scrub("Ask Ann Lee, ann@x.org", method="presidio")
    assert found.text == "Ask [PERSON], [EMAIL]"
    assert found.counts == {"PERSON": 1, "EMAIL": 1}
    assert found.method == "presidio"
