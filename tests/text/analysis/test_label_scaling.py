"""Every label is scaled by its own numbers, and what is told of it stays on its scale."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.measure import sigmoid, softmax
from evoscope.text.analysis.calibration import (
    Calibration,
    ClassScale,
    LabelScaling,
    plain_calibration,
)
from evoscope.text.analysis.findings import HIGH, LOW, rounded
from evoscope.text.taxonomy import TAXONOMY


def uneven() -> Calibration:
    """Another temperature and bias for each label of each task."""
    rng = np.random.default_rng(0)
    labels = {
        task.name: LabelScaling(
            temperature=tuple(rng.uniform(0.5, 2.0, len(task.labels))),
            bias=tuple(rng.normal(size=len(task.labels))),
            threshold=(0.5,) * len(task.labels),
        )
        for task in TAXONOMY.tasks
        if task.kind == "labels"
    }
    bias = tuple(rng.normal(size=len(TAXONOMY["intent"].labels)))
    return Calibration(
        labels=labels,
        intent=ClassScale(temperature=1.7, bias=bias),
        vad=(1.0, 2.0, 3.0),
        learned={},
    )


def outputs(rows: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    found = {
        f"{task.name}.logits": rng.normal(0, 3, (rows, len(task.labels))).astype(np.float32)
        for task in TAXONOMY.tasks
        if task.kind != "numbers"
    }
    found["vad.mean"] = rng.normal(0.5, 0.6, (rows, 3)).astype(np.float32)
    found["vad.log_variance"] = rng.normal(-2, 1, (rows, 3)).astype(np.float32)
    return found


@pytest.mark.parametrize("rows", [1, 5])
def test_a_label_is_scaled_by_its_own_temperature_and_bias(rows: int) -> None:
    calibration, given = uneven(), outputs(rows)
    scores = calibration.scores(given)
    assert list(scores) == [task.name for task in TAXONOMY.tasks]
    for name, fitted in calibration.labels.items():
        logits = given[f"{name}.logits"].astype(np.float64)
        assert np.array_equal(scores[name], sigmoid(logits / fitted.temperature + fitted.bias))
    logits = given["intent.logits"].astype(np.float64)
    wanted = softmax(logits / calibration.intent.temperature + calibration.intent.bias)
    assert np.array_equal(scores["intent"], wanted)
    assert scores["vad"].min() >= 0.0
    assert scores["vad"].max() <= 1.0


def test_a_score_is_told_in_six_digits_and_an_interval_within_its_scale() -> None:
    scores = uneven().scores(outputs(2))
    scores["safety"] = np.array([[-1e-9, 1.0 + 1e-9, 0.12345678, 0.5, 0.0]] * 2)
    half = np.array([[0.25, 2.0, 0.0]] * 2)
    rows = rounded(scores, half)
    assert rows["safety"][1] == [0.0, 1.0, 0.123457, 0.5, 0.0]
    for low, middle, high in zip(rows[LOW][0], rows["vad"][0], rows[HIGH][0], strict=True):
        assert 0.0 <= low <= middle <= high <= 1.0
    assert (rows[LOW][0][1], rows[HIGH][0][1]) == (0.0, 1.0)


def test_without_widths_there_are_no_intervals() -> None:
    plain = plain_calibration({})
    assert plain.half_widths(outputs(1)) is None
    assert not {LOW, HIGH} & set(rounded(plain.scores(outputs(1)), None))
