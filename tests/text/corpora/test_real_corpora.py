"""The published corpora, where they are: sizes, masks, and no text in two parts."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from evoscope.text.corpora import (
    VARIABLE,
    Corpus,
    corpus_names,
    heads_table,
    load,
    load_training,
    source,
)
from evoscope.text.corpora.parts import text_key

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} is not set"),
    pytest.mark.timeout(300),
]

DEV_ROWS = {
    "goemotions": 5426, "emobank": 999, "semeval2018_affect": 7724, "olid": 13240,
    "toxic_spans": 690, "clinc150": 3100, "dialogue_acts": 3743,
}  # fmt: skip


@pytest.fixture(scope="module")
def dev() -> dict[str, Corpus]:
    return {name: load(name, "dev") for name in corpus_names()}


@pytest.fixture(scope="module")
def train() -> dict[str, Corpus]:
    return {corpus.source.name: corpus for corpus in load_training()}


def test_dev_parts_are_whole(dev: dict[str, Corpus]) -> None:
    assert {name: len(dev[name]) for name in DEV_ROWS} == DEV_ROWS


def test_what_may_be_trained_on_is_what_is_returned(train: dict[str, Corpus]) -> None:
    assert set(train) == {name for name in corpus_names() if source(name).may_train}
    assert {"olid", "semeval2018_affect", "dialogue_acts"}.isdisjoint(train)


def test_no_text_of_a_dev_part_is_trained_on(
    dev: dict[str, Corpus], train: dict[str, Corpus]
) -> None:
    held_out = {text_key(text) for corpus in dev.values() for text in corpus.texts}
    for name, corpus in train.items():
        shared = [text for text in corpus.texts if text_key(text) in held_out]
        # Cleaning twice may still bring a few together; whole texts it may not.
        assert len(shared) <= 1e-3 * len(corpus), (name, shared[:3])


def test_targets_are_shares(dev: dict[str, Corpus]) -> None:
    for corpus in dev.values():
        for task, known in corpus.known.items():
            values = corpus.targets[task][known]
            assert ((values >= 0.0) & (values <= 1.0)).all()
            assert np.isnan(corpus.targets[task][~known]).all()


def test_the_false_alarm_set_is_mostly_harmless(dev: dict[str, Corpus]) -> None:
    assert dev["wiki_context_toxicity"].targets["safety"][:, 0].mean() < 0.03


def test_the_table_of_the_docs_is_the_one_of_the_readers(
    dev: dict[str, Corpus], train: dict[str, Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What has been read here already: reading every corpus again takes longest of all.
    read = {"dev": dev, "train": train}
    monkeypatch.setattr(
        "evoscope.text.corpora.heads.load", lambda name, split, **_: read[split][name]
    )
    page = Path(__file__).parents[3] / "docs" / "text-corpora.md"
    assert heads_table() in page.read_text(encoding="utf-8")
