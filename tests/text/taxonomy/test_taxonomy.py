"""A label means one thing everywhere; whoever means another is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from evoscope.runtime import Expected
from evoscope.text.taxonomy import (
    EMOTION_WEIGHTS,
    EMOTIONS,
    EMOTIONS_FINE,
    TAXONOMY,
    TaxonomyError,
    emotion_probabilities,
    has_emotions,
    soft_emotions,
)


def one_hot(*labels: str) -> np.ndarray:
    return np.array([[label in labels for label in EMOTIONS_FINE]], dtype=float)


def named(row: np.ndarray) -> set[str]:
    return {emotion for emotion, there in zip(EMOTIONS, row, strict=True) if there}


def test_sizes_are_the_promised_ones() -> None:
    sizes = {task.name: len(task.labels) for task in TAXONOMY.tasks}
    assert sizes == {
        "emotions": 11, "emotions_fine": 28, "vad": 3, "safety": 5, "style": 6, "intent": 6
    }  # fmt: skip


def test_every_fine_label_is_shared_out_completely() -> None:
    assert set(EMOTION_WEIGHTS) == set(EMOTIONS_FINE)
    for weights in EMOTION_WEIGHTS.values():
        assert set(weights) <= set(EMOTIONS)
        assert sum(weights.values()) == pytest.approx(1.0)


def test_a_text_with_a_fine_label_has_an_emotion() -> None:
    assert has_emotions(np.eye(28)).any(axis=1).all()
    assert has_emotions(np.eye(28)).any(axis=0).all(), "an emotion that nothing feeds"


def test_a_small_share_of_an_emotion_is_not_its_presence() -> None:
    assert named(has_emotions(one_hot("annoyance"))[0]) == {"anger"}
    assert named(has_emotions(one_hot("disapproval"))[0]) == {"anger", "disgust"}
    assert soft_emotions(one_hot("annoyance"))[0][EMOTIONS.index("disgust")] == 0.3


def test_probabilities_of_fine_labels_add_up_without_passing_one() -> None:
    p = emotion_probabilities(np.full((1, 28), 0.9))
    assert (p > 0.5).all()
    assert (p <= 1.0).all()
    # Certain fine labels give what the gold standard says of them.
    for fine in np.eye(28):
        assert (emotion_probabilities([fine]) == has_emotions([fine])).all()


def test_wrong_width_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Found \(1, 27\)"):
        has_emotions(np.zeros((1, 27)))


def test_labels_in_another_order_are_mapped_by_name_and_others_refused() -> None:
    task = TAXONOMY["intent"]
    theirs = sorted(task.labels)
    assert [theirs[j] for j in task.columns(theirs)] == list(task.labels)
    with pytest.raises(TaxonomyError, match="Map them by name"):
        task.columns([*theirs[:-1], "greeting"])


def test_an_artefact_of_another_meaning_is_refused() -> None:
    TAXONOMY.check_stated(TAXONOMY.stated())
    swapped = dataclasses.replace(
        TAXONOMY,
        tasks=tuple(dataclasses.replace(task, labels=task.labels[::-1]) for task in TAXONOMY.tasks),
    )
    assert swapped.sha256 != TAXONOMY.sha256
    with pytest.raises(TaxonomyError, match="sha256"):
        TAXONOMY.check_stated(swapped.stated())


def test_a_pack_can_carry_it() -> None:
    carried = TAXONOMY.carried()
    expected = Expected(
        purpose="text.analysis", taxonomies={name: one.names for name, one in carried.items()}
    )
    assert list(expected.taxonomies) == [task.name for task in TAXONOMY.tasks]


def test_weak_labels_are_named_where_they_are_asked_for() -> None:
    assert TAXONOMY["safety"].weak == ("threatening", "harassment", "self_harm")
    assert TAXONOMY["emotions"].weak == ()
