"""The loop: epochs, steps, evaluations. Everything else hangs on it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn

from evoscope.multitask.adaptation import Penalty
from evoscope.multitask.batch import Source, kinds_of, sizes_of
from evoscope.multitask.callback import Callback, EpochResult
from evoscope.multitask.loop.evaluate import Evaluation, evaluate
from evoscope.multitask.loop.interrupt import Interrupt, interruptible
from evoscope.multitask.loop.place import Place, joined
from evoscope.multitask.loop.run import COMPLETED, Run
from evoscope.multitask.loop.start import conclude, prepare
from evoscope.multitask.loop.step import label_weights, share, step
from evoscope.multitask.loop.training import Training
from evoscope.multitask.recipe import Recipe
from evoscope.multitask.sampling import batches as sampled
from evoscope.multitask.seeds import generator
from evoscope.multitask.tasks.task import Task
from evoscope.multitask.verdict.ending import give_verdict


def train(
    model: nn.Module,
    tasks: Sequence[Task],
    training: Source,
    validation: Source | None,
    recipe: Recipe,
    *,
    folder: str | Path,
    callbacks: Sequence[Callback] = (),
    penalties: Sequence[Penalty] = (),
    start_heads: bool = True,
    resume: bool = False,
    facts: Mapping[str, str] | None = None,
) -> Run:
    """Train a model for its tasks; it ends with the weights worth keeping.

    Tasks learn scale and baseline from the training labels, heads begin there. A step is one
    gradient of ``recipe.rows_per_step`` rows, whatever the memory and however many processes
    ``torchrun`` started. What is drawn depends on seed, epoch and step alone: a resumed run goes on
    to the same result as one that was never interrupted, bit for bit on a CPU.

    Args:
        model: maps a batch's inputs to named outputs, as `MultiTaskModel` does; moved to the
            recipe's device.
        tasks: what is asked.
        training: rows to learn from.
        validation: rows to evaluate on after every epoch.
        recipe: how.
        folder: where the run is written; empty or absent, unless it is resumed.
        callbacks: what else hangs on the loop.
        penalties: what else is minimised beside the tasks' losses, such as `Coral`.
        start_heads: let heads begin at the centre and spread of the training labels; off, they go
            on with the weights and scales they have, as in fine-tuning.
        resume: go on from the folder's checkpoint; begin where it has none yet.
        facts: what a checkpoint should remember of the data, such as hashes; a run is not resumed
            with others.

    Raises:
        ValueError: tasks of the same name, labels that are impossible, a folder in use, a recipe
            that this machine or this data cannot serve, a checkpoint of another run.
        MemoryError: a single row does not fit.
    """
    with joined(recipe.device) as place, interruptible() as interrupt, _own_randomness(place):
        run = prepare(
            model,
            tasks,
            training,
            validation,
            recipe,
            place=place,
            folder=Path(folder),
            callbacks=callbacks,
            penalties=penalties,
            start_heads=start_heads,
            resume=resume,
            facts=facts or {},
        )
        result: EpochResult | None = None
        try:
            for callback in run.callbacks:
                callback.on_start(run)
            while not run.ended:
                result = _epoch(run, training, validation, interrupt) or result
            conclude(run)
        except BaseException as error:
            run.leave(f"failed: {type(error).__name__}: {error}")
            raise
        finally:
            for callback in run.callbacks:
                callback.on_end(run)
            verdict = give_verdict(run, validation)
            run.close()
    return run.summary(result, verdict)


def _epoch(
    run: Training, training: Source, validation: Source | None, interrupt: Interrupt
) -> EpochResult | None:
    """Run an epoch, or what is left of it; nothing comes of one that ended early."""
    progress, recipe = run.progress, run.recipe
    began = time.monotonic() - progress.seconds
    if not progress.batch:
        for callback in run.callbacks:
            callback.on_epoch_start(run, progress.epoch)
    run.begin_epoch()
    order = generator(recipe.seed, "order", progress.epoch)
    batches = list(
        sampled(
            recipe.sampling,
            training.labels,
            len(training),
            recipe.rows_per_step,
            order,
            sizes_of(training),
            kinds_of(training),
        )
    )
    while progress.batch < len(batches):
        batch = share(run, training, batches[progress.batch])
        weights, asked_to_leave = label_weights(run, batch, asked=bool(interrupt.name))
        if asked_to_leave:
            run.leave(f"interrupted: {interrupt.name or 'another process'}")
            return None
        done = progress.epoch + progress.batch / len(batches)
        rows = len(batches[progress.batch])
        result = step(run, batch, weights, epoch=done, rows=rows)
        progress.count(result.losses, weights)
        progress.seconds = time.monotonic() - began
        for callback in run.callbacks:
            callback.on_step(run, result)
        if progress.ended:
            return None
        run.save_if_due()
    found = _evaluated(run, validation)
    finished = EpochResult(
        epoch=progress.epoch,
        seconds=time.monotonic() - began,
        train_losses=progress.mean_losses(),
        validation_losses=found.losses if found else {},
        metrics=found.metrics if found else {},
        trivial=found.trivial if found else {},
        diversity=found.diversity if found else {},
    )
    finished = run.place.agree(finished)
    run.weighting.after_epoch(finished.train_losses)
    for callback in run.callbacks:
        callback.on_epoch(run, finished)
    run.keep_if_best(finished)
    progress.next_epoch()
    if progress.epoch >= recipe.epochs and not progress.ended:
        progress.ended = COMPLETED
    run.save_if_due()
    return finished


def _evaluated(run: Training, validation: Source | None) -> Evaluation | None:
    """Evaluate the model that is judged, and let the tasks see it."""
    if validation is None:
        return None
    found = evaluate(
        run.judged_model,
        list(run.tasks.values()),
        validation,
        rows=run.progress.micro_batch,
        seed=run.recipe.seed,
        precision=run.precision,
    )
    for task in run.tasks.values():
        task.after_epoch(found.outputs, found.labels)
        run.place.same_start(task)
    return found


@contextmanager
def _own_randomness(place: Place) -> Iterator[None]:
    """Leave torch's random state as it was found."""
    devices = [place.device] if place.device.type == "cuda" else []
    with torch.random.fork_rng(devices):
        yield
