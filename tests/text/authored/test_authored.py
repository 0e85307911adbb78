"""The written set teaches what it says, and its dev part has seen nothing of the train part."""

from __future__ import annotations

from collections import Counter

import pytest

from evoscope.text.authored import authored_texts, templates
from evoscope.text.cleaning import clean, normal_key
from evoscope.text.taxonomy import INTENT, TAXONOMY, WEAKLY_SUPERVISED

HEADS = [label for task in ("safety", "style") for label in WEAKLY_SUPERVISED[task]]


@pytest.mark.parametrize("part", ["train", "dev"])
@pytest.mark.parametrize("label", HEADS)
def test_each_head_has_as_much_against_it_as_for_it(label: str, part: str) -> None:
    mine = [one for one in templates() if one.label == label and one.part == part]
    present = sum(one.present for one in mine)
    assert len(mine) >= 38
    assert 0.4 <= present / len(mine) <= 0.6
    assert len({one.kind for one in mine if not one.present}) >= 5


@pytest.mark.parametrize("part", ["train", "dev"])
def test_every_intent_is_there_equally_often(part: str) -> None:
    counts = Counter(one.label for one in templates() if one.task == "intent" and one.part == part)
    assert set(counts) == set(INTENT)
    assert len(set(counts.values())) == 1


def test_no_template_and_no_text_is_in_both_parts() -> None:
    keys: dict[str, set[str]] = {"train": set(), "dev": set()}
    for one in authored_texts():
        keys[one.template.part].add(normal_key(clean(one.text)))
    shared = keys["train"] & keys["dev"]
    assert shared == set()


def test_filling_in_is_the_same_every_time_and_leaves_no_slot() -> None:
    first, second = authored_texts(), authored_texts()
    assert first == second
    assert not [one.text for one in first if "{" in one.text or "}" in one.text]


def test_labels_are_of_the_taxonomy_and_of_heads_that_are_called_weak() -> None:
    for one in templates():
        assert one.label in TAXONOMY[one.task].weak


def test_hard_negatives_of_a_crisis_are_the_ones_that_get_mistaken_for_it() -> None:
    kinds = {one.kind for one in templates() if one.label == "self_harm" and not one.present}
    assert {"sadness", "grief", "idiom", "quotation", "reporting", "fiction"} <= kinds
