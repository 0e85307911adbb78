"""The courses of training that the documents describe, written as a recipe writes them."""

from __future__ import annotations

import yaml

from evoscope.multitask.curriculum import Curriculum

SEQUENTIAL = """
phases:
  - {start: 0, tasks: [class]}
  - {start: 21, tasks: [class, signal]}
  - {start: 41, tasks: [class, signal, peak]}
  - {start: 61, tasks: all}
"""

# Epochs 1-20, 21-50 and 51 on, counted from 1 in the document and from 0 here.
IMPROVED = """
phases:
  - start: 0
    tasks: [existence, class]
    dropout: {kind: piecewise, points: [[0, 0.1], [20, 0.2], [50, 0.15]]}
    weight_decay: {kind: linear, start: 0, end: 50, before: 1.0e-4, after: 5.0e-4}
  - start: 20
    tasks: all
    weights:
      latency: {kind: linear, start: 20, end: 50, before: 0.1, after: 1.0}
  - start: 50
    weights: {latency: 1.0}
"""

OPTIMIZED = """
phases:
  - {start: 0, tasks: [signal], switches: {transformer: false}, rate: 0.5}
  - start: 30
    rate: 1.0
    switches: {transformer: {kind: cosine, start: 30, end: 60, before: 0, after: 1}}
  - {start: 60, tasks: [signal, peak]}
  - {start: 100, tasks: all}
"""


def read(text: str) -> Curriculum:
    return Curriculum.model_validate(yaml.safe_load(text))


def test_tasks_join_one_after_another() -> None:
    curriculum = read(SEQUENTIAL)
    tasks = ("class", "signal", "peak", "threshold")
    trained = {
        epoch: sum(curriculum.at(epoch).factors(tasks).values())
        for epoch in (0, 20, 21, 40, 41, 60, 61, 500)
    }
    assert trained == {0: 1, 20: 1, 21: 2, 40: 2, 41: 3, 60: 3, 61: 4, 500: 4}


def test_regression_comes_in_slowly_while_dropout_and_decay_follow_their_own_course() -> None:
    curriculum = read(IMPROVED)
    tasks = ("existence", "class", "latency")
    assert curriculum.at(19).factors(tasks) == {"existence": 1.0, "class": 1.0, "latency": 0.0}
    assert curriculum.at(35).factors(tasks)["latency"] == 0.55
    assert curriculum.at(50).factors(tasks) == dict.fromkeys(tasks, 1.0)
    found = [curriculum.at(epoch).dropout for epoch in (0, 20, 50, 80)]
    assert found == [0.1, 0.2, 0.15, 0.15]
    decay = [curriculum.at(epoch).weight_decay for epoch in (0, 50, 80)]
    assert decay == [1e-4, 5e-4, 5e-4]


def test_transformers_come_in_after_the_warm_up() -> None:
    curriculum = read(OPTIMIZED)
    amounts = [curriculum.at(epoch).switches["transformer"] for epoch in (0, 29, 30, 45, 60, 100)]
    assert [round(amount, 6) for amount in amounts] == [0, 0, 0, 0.5, 1, 1]
    assert [curriculum.at(epoch).rate for epoch in (0, 30, 99)] == [0.5, 1, 1]
    assert [curriculum.at(epoch).phase for epoch in (29, 30, 60, 100)] == [0, 1, 2, 3]


def test_a_recipe_written_out_is_read_back_the_same() -> None:
    """A run keeps its recipe beside it, and resumes from what it kept."""
    for text in (SEQUENTIAL, IMPROVED, OPTIMIZED):
        curriculum = read(text)
        written = yaml.safe_dump(curriculum.model_dump(mode="json"))
        assert read(written) == curriculum
        assert [read(written).at(e) for e in range(0, 120, 11)] == [
            curriculum.at(e) for e in range(0, 120, 11)
        ]
