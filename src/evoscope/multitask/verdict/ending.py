"""How a run ends: the weights that were kept are judged, and the verdict is written and shown."""

from __future__ import annotations

from copy import deepcopy

from evoscope.multitask.batch import Source
from evoscope.multitask.flags.flag import Flag, Raised
from evoscope.multitask.loop.evaluate import Evaluation, evaluate
from evoscope.multitask.loop.log import as_json
from evoscope.multitask.loop.terminal import TERMINAL
from evoscope.multitask.loop.training import Training
from evoscope.multitask.verdict.figures import Grouped, TaskVerdict, judge_task
from evoscope.multitask.verdict.result import Result, write_result
from evoscope.multitask.verdict.summary import summary
from evoscope.multitask.verdict.verdict import RunVerdict, judge_run


def give_verdict(run: Training, validation: Source | None) -> RunVerdict | None:
    """Judge a run that is about to close; writes ``result.json``, a line of the log, a summary.

    A run that failed or was interrupted is judged by its flags alone.

    Args:
        run: has the weights that were kept.
        validation: rows to judge on.

    Returns:
        the verdict; ``None`` in processes that do not write.
    """
    if not run.place.writes:
        return None
    found: Evaluation | None = None
    if validation is not None and not run.left:
        found = evaluate(
            run.model,
            list(run.tasks.values()),
            validation,
            rows=run.progress.micro_batch,
            seed=run.recipe.seed,
            precision=run.precision,
        )
    grouped = isinstance(validation, Grouped)
    verdict = judge_run(run.ended, _judged(run, found, validation) if found else {}, _raised(run))
    result = Result(
        verdict=verdict,
        epochs=run.progress.epoch,
        steps=run.progress.step,
        best_epoch=run.best_epoch,
        facts=run.facts,
        metrics=found.metrics if found else {},
        trivial=found.trivial if found else {},
        resampled="groups" if grouped else "rows",
    )
    write_result(run.folder, result)
    run.say("verdict", f"verdict: {verdict}", outcome=verdict.outcome, tasks=as_json(verdict.tasks))
    TERMINAL.print(summary(verdict))
    return verdict


def _judged(run: Training, found: Evaluation, validation: Source | None) -> dict[str, TaskVerdict]:
    groups = validation.groups if isinstance(validation, Grouped) else None
    return {
        name: judge_task(
            deepcopy(task).to("cpu"), found.outputs, found.labels, groups, seed=run.recipe.seed
        )
        for name, task in run.tasks.items()
    }


def _raised(run: Training) -> list[Raised]:
    return [raised for flag in run.callbacks if isinstance(flag, Flag) for raised in flag.raised]
