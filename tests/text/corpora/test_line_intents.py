"""Rules label the lines that say what they do, and leave the others alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.text.corpora import load, source
from evoscope.text.corpora.line_intents import line_intent
from evoscope.text.taxonomy import INTENT


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("Well, he never came home.", "statement"),
        ("(laughs) We're leaving in the morning.", "statement"),
        ("- Did she say anything?", "question"),
        ("How can you be so cruel?", "question"),
        ("Can you explain that to me?", "request"),
        ("Sit down, please.", "request"),
        ("Don't tell me you left it there.", "command"),
        ("What a mess!", "expression"),
        ("That's so sad.", "expression"),
        ("Good morning, sir.", "social"),
        ("Hey Barney.", "social"),
    ],
)
def test_a_line_is_labelled_by_its_marks_and_first_words(line: str, intent: str) -> None:
    assert line_intent(line) == intent


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Run!",  # one word may be anything
        "Maybe...",
        "Somewhere over there!",
        "Hey I gotta eat.",
        "I see. Sit down.",  # two sentences do two things
        "I " + "really " * 30 + "mean it.",
    ],
)
def test_what_rules_cannot_tell_is_left_alone(line: str) -> None:
    assert line_intent(line) is None


def test_lines_are_a_weak_corpus_of_the_films_folder_with_few_of_the_common_kinds(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "xed_en"
    folder.mkdir()
    lines = [f"They closed road number {i} ." for i in range(400)]
    lines += [f"Open gate number {i} ." for i in range(100)]
    annotated = "".join(f"{line}\t1\n" for line in lines)
    (folder / "en-annotated.tsv").write_text(annotated, encoding="utf-8")
    (folder / "neu_en.txt").write_text("1\tMaybe ...\n", encoding="utf-8")
    train = load("film_lines", "train", folder=tmp_path)
    assert train.weak
    assert train.known["intent"].all()
    of = np.bincount(train.targets["intent"].argmax(1), minlength=len(INTENT))
    statement, command = INTENT.index("statement"), INTENT.index("command")
    assert set(np.flatnonzero(of)) == {statement, command}
    assert 60 < of[statement] < 130
    assert of[command] > 70
    # A line that is a dev text of the films is none that is trained on.
    dev = set(load("xed_en", "dev", folder=tmp_path).texts)
    assert dev
    assert dev.isdisjoint(train.texts)
    assert source("film_lines").licence == source("xed_en").licence
