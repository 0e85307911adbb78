"""Changed texts say what they said, and sentences beside each other differ in what they should."""

from __future__ import annotations

import random

import pytest

from evoscope.text.benchmark.counterparts import (
    IDENTITIES,
    identity_pairs,
    name_pairs,
    negated_pairs,
)
from evoscope.text.benchmark.perturb import UNCHANGED, elongation, typos

TEXT = "I really think that nothing works as it should, and nobody told me why this would be."


def test_a_tenth_of_the_words_is_misspelled_and_no_more() -> None:
    text = " ".join(["wonderful"] * 100)
    changed = typos(text, random.Random(0)).split()
    assert len(changed) == 100
    assert sum(word != "wonderful" for word in changed) == 10


@pytest.mark.parametrize("change", UNCHANGED)
def test_every_change_changes_something_and_can_be_done_again(change: str) -> None:
    function = UNCHANGED[change]
    once, again = (function(TEXT, random.Random(3)) for _ in range(2))
    assert once == again != TEXT
    assert function("", random.Random(0)).strip() in {"", "🙂", "👍", "✨", "🙏", "📌"}
    assert function("?!", random.Random(0)).startswith("?!")


def test_elongation_draws_vowels_out() -> None:
    assert elongation("so good", random.Random(1)) in ("soooo good", "so gooooood", "so gooood",
                                                       "so goooood")  # fmt: skip


def test_pairs_differ_in_one_word() -> None:
    for pair in (*identity_pairs(), *name_pairs()):
        plain, changed = pair.plain.split(), pair.changed.split()
        assert len(plain) == len(changed), pair
        different = [a for a, b in zip(plain, changed, strict=True) if a != b]
        # "a tall" and "an old" differ in the article as well.
        assert 1 <= len(different) <= 2, pair
    assert len(identity_pairs()) == 8 * len(IDENTITIES)
    assert "an Arab person" in " ".join(pair.changed for pair in identity_pairs())


def test_negations_go_both_ways() -> None:
    signs = [pair.sign for pair in negated_pairs()]
    assert signs.count(1) == signs.count(-1) > 10
