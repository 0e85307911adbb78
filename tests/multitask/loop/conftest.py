from __future__ import annotations

import importlib.util
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from evoscope.multitask.verdict import ending, judge_task

FILE = Path(__file__).parent / "problem.py"


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdicts by 40 resamples: the usual 200 take three quarters of the time of a small run."""
    monkeypatch.setattr(ending, "judge_task", partial(judge_task, resamples=40))


@pytest.fixture(scope="session")
def problem() -> ModuleType:
    spec = importlib.util.spec_from_file_location("multitask_loop_problem", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
