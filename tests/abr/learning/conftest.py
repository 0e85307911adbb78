"""Runs end with verdicts that no test here reads: these are of few resamples."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from evoscope.multitask.verdict import ending, judge_task


@pytest.fixture(scope="session", autouse=True)
def _few_resamples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # The usual 200 take most of the time of a small run.
        patch.setattr(ending, "judge_task", partial(judge_task, resamples=2))
        yield
