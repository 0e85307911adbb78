"""Single trials are read when asked for, and no more than asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evoscope.abr.recording import Epochs

TRIALS = np.arange(70, dtype=np.float32).reshape(7, 10)


def epochs(**changes: Any) -> Epochs:
    fields: dict[str, Any] = {
        "n_trials": 7,
        "n_samples": 10,
        "sampling_rate_hz": 20_000.0,
        "onset_sample": 2.0,
        "loader": lambda which: TRIALS[which],
    }
    return Epochs(**(fields | changes))


def test_making_epochs_reads_nothing() -> None:
    def loader(which: slice) -> Any:
        raise AssertionError(f"read {which}")

    assert epochs(loader=loader).n_trials == 7


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_blocks_hold_every_trial_once_in_order(size: int) -> None:
    blocks = list(epochs().blocks(size))
    assert np.array_equal(np.concatenate(blocks), TRIALS)
    assert max(len(b) for b in blocks) <= size


def test_a_slice_reads_that_slice() -> None:
    assert np.array_equal(epochs().load(slice(2, 4)), TRIALS[2:4])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n_trials": 0}, r"n_trials should be at least 1\. Found 0"),
        ({"n_samples": 0}, r"n_samples should be at least 1\. Found 0"),
        ({"sampling_rate_hz": -1.0}, "sampling_rate_hz should be a positive"),
        ({"inverted": np.zeros(6, dtype=bool)}, r"inverted should be of shape \(7,\).*\(6,\)"),
    ],
)
def test_epochs_that_cannot_be_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        epochs(**changes)
