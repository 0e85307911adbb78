"""The written set teaches what it says, and its dev part has seen nothing of the train part."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from evoscope.text.authored import AuthoredText, authored_texts, templates
from evoscope.text.authored.templates import slot_values
from evoscope.text.benchmark.counterparts import identity_pairs, name_pairs
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
        # Sentences about who people are only say what is not there: real corpora say what is.
        assert one.label in TAXONOMY[one.task].weak or (one.label == "toxic" and not one.present)


def harmless(part: str) -> list[AuthoredText]:
    return [
        one
        for one in authored_texts()
        if one.template.label == "toxic" and one.template.part == part
    ]


@pytest.mark.parametrize(
    "context", ["plain", "warm", "question", "complaint", "news"], ids=lambda name: f"in {name}"
)
def test_words_for_who_people_are_stand_in_every_context(context: str) -> None:
    texts = [one for one in harmless("train") if one.template.kind == f"identity_{context}"]
    said = " | ".join(one.text for one in texts)
    lacking = [word for word in slot_values()["identity"] if f" {word}" not in said]
    # A word that is never in a question is taken for an insult in one.
    assert len(lacking) <= 3
    assert all(set(one.template.absent_too) == {"profane", "threatening", "harassment"}
               for one in texts)  # fmt: skip


def test_what_identity_is_learned_from_is_not_what_it_is_measured_by() -> None:
    measured = {normal_key(pair.changed) for pair in (*identity_pairs(), *name_pairs())}
    assert measured.isdisjoint(normal_key(one.text) for one in authored_texts())


def test_an_article_fits_the_word_after_it() -> None:
    texts = " | ".join(one.text for one in harmless("train"))
    assert re.search(r"\b[Aa] [AEIOaeio]\w+", texts) is None
    assert re.search(r"\b[Aa]n (?![AEIOUaeiou]|hour)\w+", texts) is None


def test_hard_negatives_of_a_crisis_are_the_ones_that_get_mistaken_for_it() -> None:
    kinds = {one.kind for one in templates() if one.label == "self_harm" and not one.present}
    assert {"sadness", "grief", "idiom", "quotation", "reporting", "fiction"} <= kinds
