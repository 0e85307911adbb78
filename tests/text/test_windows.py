"""Long texts are read to their end, and their length alone raises no score."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoscope.text.windows import cut, put_together


def one(_: str) -> int:
    return 1


@given(st.lists(st.sampled_from(["a", "bcd", "end.", "x" * 90]), max_size=60), st.integers(3, 20))
def test_windows_fit_and_leave_no_word_out(words: list[str], budget: int) -> None:
    text = " ".join(words)
    windows = cut(text, budget=budget, overlap=budget // 3, most=10_000)
    assert all(window.tokens <= budget for window in windows)
    read = np.zeros(len(text), dtype=bool)
    for window in windows:
        read[window.start : window.end] = True
    assert all(read[i] for i, character in enumerate(text) if character != " ")


def test_windows_end_with_sentences_where_they_can() -> None:
    text = "one two three four. five six seven eight."
    assert [text[w.start : w.end] for w in cut(text, budget=5, overlap=0, length=one)] == [
        "one two three four.",
        "five six seven eight.",
    ]


def test_neighbours_overlap() -> None:
    text = " ".join(str(i) for i in range(100))
    windows = cut(text, budget=10, overlap=4, length=one)
    assert all(b.start < a.end for a, b in pairwise(windows))


def test_blank_has_no_window_and_short_has_one() -> None:
    assert cut("   ") == ()
    assert len(cut("hello")) == 1


@pytest.mark.parametrize("text", ["x" * 1_000_000, "word " * 200_000])
def test_a_megabyte_gives_a_bounded_number_of_windows_from_start_to_end(text: str) -> None:
    start = time.process_time()
    windows = cut(text)
    assert time.process_time() - start < 5.0
    assert len(windows) == 64
    assert windows[0].start == 0
    assert windows[-1].end == len(text.rstrip())


def test_more_overlap_than_window_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap under half"):
        cut("a b", budget=4, overlap=3)


@pytest.mark.parametrize("how", ["mean", "peak"])
def test_a_text_said_twice_scores_as_said_once(how: str) -> None:
    scores = [[0.1, 0.7], [0.3, 0.2]]
    once = put_together(scores, [5, 7], how=how)  # type: ignore[arg-type]
    twice = put_together(scores * 2, [5, 7] * 2, how=how)  # type: ignore[arg-type]
    assert once == pytest.approx(twice)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=64))
def test_the_peak_lies_between_the_mean_and_the_largest(scores: list[float]) -> None:
    rows, weights = [[s] for s in scores], [1] * len(scores)
    (mean,), (peak,) = (put_together(rows, weights, how=how) for how in ("mean", "peak"))
    assert mean - 1e-9 <= peak <= max(scores) + 1e-9


def test_one_threat_in_a_long_text_is_not_drowned() -> None:
    rows = [[0.95]] + [[0.02]] * 29
    assert put_together(rows, [120] * 30, how="mean")[0] < 0.1
    assert put_together(rows, [120] * 30, how="peak")[0] > 0.5


def test_nothing_to_put_together_is_refused() -> None:
    with pytest.raises(ValueError, match="a weight for each window"):
        put_together(np.empty((0, 3)), [], how="mean")
