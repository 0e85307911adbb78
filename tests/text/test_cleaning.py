"""Whatever is sent, the model reads the same text in training and at inference."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoscope.text.cleaning import MAX_CHARACTERS, clean, normal_key


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        (" \t\n ", ""),
        ("I &lt;3 you &amp;amp; her", "I <3 you & her"),
        ("a < b and c > d", "a < b and c > d"),
        ("<b>so</b><br/>what<script>", "so what"),
        ("<3 <name> stays", "<3 <name> stays"),
        ("see https://x.org/a?b=c, ok", "see url ok"),
        ("thanks for the &lt;url&gt; link", "thanks for the url link"),
        ("RT @bob_1: hi @ann!", "RT @user: hi @user!"),
        ("mail me@home.org", "mail me@home.org"),
        ("nooooooo!!!!!!!", "nooo!!!"),
        ("hahahahahaha", "hahaha"),
        ("1000000 and 555-5555", "1000000 and 555-5555"),
        ("it\u2019s \u201cfine\u201d", 'it\'s "fine"'),
        ("\uff28ello \U0001d4ea", "Hello a"),
        ("a\x00b\x07\u200bc\ufeff", "abc"),
        ("k\u200dill", "kill"),
        ("\ud83d\ude00 \ud83d", "\U0001f600 \ufffd"),
        ("\U0001f600" * 10_000, "\U0001f600" * 3),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("e" + "\u0301" * 50, "\u00e9\u0301\u0301"),
    ],
)
def test_what_is_sent_and_what_is_read(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize(
    ("bad", "hint"), [(None, "Leave out rows"), (b"x", "Decode"), (3, "Pass a str")]
)
def test_what_is_no_text_is_refused_with_a_hint(bad: object, hint: str) -> None:
    with pytest.raises(TypeError, match=hint):
        clean(bad)


@pytest.mark.parametrize(
    "unit", ["ab cd ", "&lt;", "@http://", "\u0301", "\ud800", "\ufdfa", "<a "]
)
def test_a_megabyte_is_read_in_a_moment(unit: str) -> None:
    start = time.process_time()
    found = clean(unit * (1_000_000 // len(unit)))
    assert time.process_time() - start < 4.0
    assert len(found) <= MAX_CHARACTERS


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_text_comes_out_printable_and_encodable(raw: str) -> None:
    found = clean(raw)
    found.encode("utf-8")
    assert found == " ".join(found.split())
    assert "\x00" not in found


def test_copies_share_a_key_and_smileys_do_not() -> None:
    assert normal_key("Thank you!!") == normal_key("thank  YOU")
    assert normal_key(":)") != normal_key(":(")
