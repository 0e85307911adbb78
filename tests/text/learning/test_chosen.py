"""A run learns from as many texts of a corpus as its recipe says, and from none without a label."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from evoscope.text.learning.chosen import chosen_texts, judged_texts

from .tiny import tiny_corpus


def unlabelled(rows: int, of: int):  # type: ignore[no-untyped-def]
    corpus = tiny_corpus("train", rows=of, tasks=("safety",))
    known = corpus.known["safety"].copy()
    known[:rows] = False
    texts = tuple(f"text {i}" for i in range(of))
    return replace(corpus, texts=texts, known={"safety": known})


def test_texts_without_a_label_are_left_out() -> None:
    (found,) = chosen_texts([unlabelled(4, 10)], {})
    assert found.texts == tuple(f"text {i}" for i in range(4, 10))
    assert chosen_texts([unlabelled(10, 10)], {}) == ()


def test_fewer_are_drawn_and_more_come_again() -> None:
    corpus = unlabelled(0, 10)
    (few,) = chosen_texts([corpus], {"tiny": 4})
    assert len(set(few.texts)) == 4
    (again,) = chosen_texts([corpus], {"tiny": 4})
    assert again.texts == few.texts
    (many,) = chosen_texts([corpus], {"tiny": 25})
    assert set(Counter(many.texts).values()) == {2, 3}
    np.testing.assert_array_equal(many.targets["safety"].shape, (25, 5))


def test_a_corpus_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"\['tiny'\]. Found \['other'\]"):
        chosen_texts([unlabelled(0, 3)], {"other": 2})


def test_epochs_are_judged_on_some_of_each() -> None:
    assert [len(one) for one in judged_texts([unlabelled(0, 10)], 3)] == [3]
    assert [len(one) for one in judged_texts([unlabelled(2, 10)], None)] == [8]
    assert [len(one) for one in judged_texts([unlabelled(2, 10)], 20)] == [8]
