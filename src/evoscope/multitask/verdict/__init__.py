"""What a run is worth: a verdict computed from its figures and its red flags."""

from evoscope.multitask.verdict.figures import Grouped, TaskVerdict, judge_task
from evoscope.multitask.verdict.result import RESULT, Result, read_result, write_result
from evoscope.multitask.verdict.summary import summary
from evoscope.multitask.verdict.verdict import Outcome, RunVerdict, judge_run

__all__ = [
    "RESULT",
    "Grouped",
    "Outcome",
    "Result",
    "RunVerdict",
    "TaskVerdict",
    "judge_run",
    "judge_task",
    "read_result",
    "summary",
    "write_result",
]
