"""Copies in haste say the same in other letters, and bring their labels along."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from evoscope.text.learning.hasty import hasty, with_hasty

from .tiny import tiny_corpus

TEXTS = tuple(f"Could you open window number {i}, or is it too cold?" for i in range(40))


def test_copies_follow_the_texts_with_their_labels() -> None:
    corpus = replace(tiny_corpus("train", rows=40), texts=TEXTS)
    (found,) = with_hasty([corpus], {"tiny": 2})
    assert len(found) == 120
    assert found.texts[:40] == TEXTS
    assert not set(TEXTS) & set(found.texts[40:])
    assert len(set(found.texts[40:])) > 70  # copies slip each in its own way
    for task in corpus.targets:
        np.testing.assert_array_equal(found.targets[task], np.tile(corpus.targets[task], (3, 1)))
    assert with_hasty([corpus], {"tiny": 2})[0].texts == found.texts


def test_a_corpus_that_is_not_named_stays_as_it_is() -> None:
    corpus = tiny_corpus("train", rows=4)
    assert with_hasty([corpus], {}) == (corpus,)
    with pytest.raises(ValueError, match=r"\['tiny'\]. Found \['other'\]"):
        with_hasty([corpus], {"other": 1})


def test_half_the_copies_have_no_marks_and_no_word_is_lost() -> None:
    rng = random.Random(0)
    copies = [hasty(TEXTS[0], rng) for _ in range(200)]
    bare = [one for one in copies if "?" not in one and "," not in one]
    assert 60 < len(bare) < 140
    words = len(TEXTS[0].split())
    assert {len(one.split()) for one in copies} == {words, words + 1}  # an emoji at the end


def test_some_copies_draw_words_out_and_some_end_in_an_emoji() -> None:
    rng = random.Random(0)
    copies = [hasty("Could you open the window", rng) for _ in range(200)]
    assert 20 < sum("oooo" in one or "eeee" in one or "iiii" in one for one in copies) < 60
    assert 30 < sum(not one[-1].isalpha() for one in copies) < 70
    # Of what is added, no picture stands for a label by coming with it alone.
    assert len({one[-1] for one in copies if not one[-1].isalpha()}) > 15


def test_what_is_only_marks_stays_a_text() -> None:
    assert {hasty("?!", random.Random(i))[:2] for i in range(9)} == {"?!"}
