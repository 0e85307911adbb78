"""The baselines learn from words, and say so where a package is missing."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from evoscope.text.benchmark import (
    Tfidf,
    better_profanity,
    crossed_tfidf_labels,
    list_figures,
    nrc_emotions,
    profanity_probability,
    rivals,
    tfidf_baseline,
    tfidf_classes,
    tfidf_labels,
    tfidf_numbers,
    vader_valence,
)
from evoscope.text.corpora import load
from evoscope.text.taxonomy import EMOTIONS

GOOD = ["what a lovely day", "lovely lovely people", "such a lovely walk"] * 4
BAD = ["what an awful day", "awful awful noise", "such an awful smell"] * 4
TRUE = np.array([1.0] * 12 + [0.0] * 12)


def test_a_label_is_learned_and_one_that_is_unknown_is_not_made_up() -> None:
    features = Tfidf(GOOD + BAD)
    true = np.column_stack([TRUE, np.full(24, np.nan), np.ones(24)])
    known = ~np.isnan(true)
    answer = tfidf_labels(features, true, known, ["lovely", "awful"])
    assert answer[0, 0] > 0.8 > 0.2 > answer[1, 0]
    assert answer[:, 1].tolist() == [0.5, 0.5]
    assert answer[:, 2].tolist() == [1.0, 1.0]


def test_shares_and_numbers_are_learned_by_ridge() -> None:
    features = Tfidf(GOOD + BAD)
    shares = np.where(TRUE == 1.0, 0.9, 0.2)[:, None]
    known = np.ones(shares.shape, dtype=bool)
    high, low = tfidf_labels(features, shares, known, ["lovely", "awful"])[:, 0]
    assert 1.0 >= high > 0.6 > 0.5 > low >= 0.0
    numbers = tfidf_numbers(features, 10.0 * shares, ["lovely", "awful"])[:, 0]
    assert numbers[0] > numbers[1] + 2.0


def test_classes_add_up_to_one_and_the_right_one_is_first() -> None:
    index = np.array([0] * 12 + [1] * 11 + [-1])
    shares = tfidf_classes(Tfidf(GOOD + BAD), index, 2, ["lovely", "awful"])
    assert shares.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert shares.argmax(axis=1).tolist() == [0, 1]


def test_a_corpus_for_evaluation_is_answered_by_its_other_half() -> None:
    answer = crossed_tfidf_labels(
        GOOD + BAD, TRUE[:, None], np.ones((24, 1), dtype=bool), np.arange(24)
    )
    assert answer[:12].min() > answer[12:].max()


def test_the_written_set_can_be_learned_from_words_but_not_fully() -> None:
    figures = {(f.task, f.metric, f.slice): f for f in tfidf_baseline("authored")}
    intent = figures["intent", "macro_f1", "all"]
    assert intent.trivial is not None
    assert intent.found.value is not None
    # Above guessing; and hard enough that a list of words does not do.
    assert intent.trivial + 0.2 < intent.found.value < 0.95
    assert figures["safety", "auc", "label=self_harm"].found.value > 0.6  # type: ignore[operator]


def test_a_slow_list_reads_a_sample_and_the_others_all(monkeypatch: pytest.MonkeyPatch) -> None:
    dev = load("authored", "dev")
    read: dict[str, int] = {}

    def counted(name: str, columns: int):  # type: ignore[no-untyped-def]
        def answer(texts):  # type: ignore[no-untyped-def]
            read[name] = len(texts)
            return np.zeros((len(texts), columns))

        return answer

    lists = {
        name: ("safety", ("threatening", "self_harm"), counted(name, 2))
        for name in ("slow", "fast")
    }
    monkeypatch.setattr(rivals, "LISTS", lists)
    monkeypatch.setattr(rivals, "SAMPLED", {"slow": 100})
    figures, lacking = list_figures(dev)
    assert read == {"slow": 100, "fast": len(dev)}
    assert not lacking
    n = {name: max(one.found.n for one in found) for name, found in figures.items()}
    assert n["slow"] < n["fast"]


@pytest.mark.parametrize(
    ("baseline", "module"),
    [
        (vader_valence, "vaderSentiment"),
        (nrc_emotions, "nrclex"),
        (profanity_probability, "profanity_check"),
        (better_profanity, "better_profanity"),
    ],
)
def test_a_list_that_is_not_installed_says_what_to_install(baseline, module) -> None:  # type: ignore[no-untyped-def]
    if find_spec(module) is None:
        with pytest.raises(ImportError, match="pip install"):
            baseline(["fine"])
        return
    answer = baseline(["this is shit, I am so angry", "a lovely happy day with friends"])
    if baseline is vader_valence:
        assert answer[0] < 0.5 < answer[1]
    elif baseline is nrc_emotions:
        assert answer[1, EMOTIONS.index("joy")] > 0.0
    else:
        assert answer[0] > answer[1]
