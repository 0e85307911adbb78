"""A slip of the fingers reads as what was meant; what is known, and what is no word, stays."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoscope.text.backbones import Spelling

WORDS = ("so", "happy", "hope", "the", "this", "great", "cool", "better", "letter", "oops")
KNOWN = Spelling(WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("haappy, hapy, hpapy and HAPPT!", "happy, happy, happy and happy!"),
        ("soooo coool, coooooool", "so cool, cool"),
        ("hapyyyyy", "happy"),  # drawn out, and a slip
        ("lettter bettter", "letter better"),
        ("bbetter fetter", "better better"),  # the commoner of two
        ("Great HOPE", "Great HOPE"),
        ("Hapyy, said Mr Hapyy, Hapyy. Hapyy?", "happy, said Mr Hapyy, Hapyy. happy?"),  # a name
        ("teh thi os", "the thi os"),  # short: too many words are near
        ("@hapyy #hapyy hapyy.com/hapyy hap-py hapyy's user_hapyy hapyy2", None),
        ("unknowable aaaargh", "unknowable argh"),
        ("naïvve été", None),
    ],
)
def test_what_is_read(text: str, expected: str | None) -> None:
    assert KNOWN.mended(text) == (text if expected is None else expected)


@given(st.text(alphabet="aehlopsty .'!", max_size=60))
def test_mended_twice_is_mended_once(text: str) -> None:
    once = KNOWN.mended(text)
    assert KNOWN.mended(once) == once


def test_it_is_the_commonest_word_one_slip_away() -> None:
    rng = random.Random(0)
    words = list({"".join(rng.choices("abc", k=rng.randint(3, 6))) for _ in range(60)})
    spelling = Spelling(words)
    changed = 0
    for _ in range(300):
        # No letter thrice in a row: that is not a slip.
        written = "".join(rng.choices("abc", k=5))
        if written in words or any(3 * one in written for one in "abc"):
            continue
        near = [word for word in words if distance(written, word) == 1]
        assert spelling.mended(written) == (near[0] if near else written)
        changed += bool(near)
    assert changed > 30


def distance(a: str, b: str) -> int:
    """Letters left out, put in, replaced, or swapped with the next (optimal string alignment)."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(b) + 1)]
             for i in range(len(a) + 1)]  # fmt: skip
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            same = a[i - 1] == b[j - 1]
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (not same)
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]
