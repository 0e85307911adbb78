"""One step: a batch's gradient, clipped, applied and read."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from evoscope.multitask.batch import Batch, Labels, Source
from evoscope.multitask.callback import StepResult
from evoscope.multitask.loop.accumulate import Sums, accumulate, memory_ran_out
from evoscope.multitask.loop.training import Training
from evoscope.multitask.optimisation.optimiser import set_rates
from evoscope.multitask.seeds import generator, seed_layers


def share(run: Training, training: Source, rows: Tensor) -> Batch:
    """Make this process's part of a batch."""
    place, progress = run.place, run.progress
    draws = generator(run.recipe.seed, "batch", progress.epoch, progress.batch, place.rank)
    own = place.share(rows)
    if len(own):
        return _moved(training.batch(own, draws), place.device)
    # More processes than rows: one row without labels keeps this one in step with the others.
    batch = training.batch(rows[:1], draws)
    absent = {task: torch.zeros_like(mask) for task, mask in batch.labels.present.items()}
    return _moved(Batch(batch.inputs, Labels(batch.labels.targets, absent)), place.device)


def _moved(batch: Batch, device: torch.device) -> Batch:
    # Not even a no-op where it is there already: checking its labels again takes its time.
    return batch if all(x.device == device for x in batch.inputs.values()) else batch.to(device)


def label_weights(run: Training, batch: Batch, *, asked: bool) -> tuple[dict[str, float], bool]:
    """Label weight of every task in the whole batch, and whether any process was asked to leave.

    Both are known before the first micro-batch runs, and cost one message between processes.
    """
    found = [task.weight(batch.labels) for task in run.tasks.values()]
    found.append(torch.full_like(found[0], asked))
    *weights, leave = run.place.sum(torch.stack(found)).tolist()
    return dict(zip(run.tasks, weights, strict=True)), bool(leave)


def step(
    run: Training, batch: Batch, weights: Mapping[str, float], *, epoch: float, rows: int
) -> StepResult:
    """Take one step of the optimiser.

    Args:
        run: in progress.
        batch: this process's rows.
        weights: task -> label weight of the whole batch.
        epoch: epochs done, with their fraction.
        rows: of the whole batch, over all processes.
    """
    progress, recipe, scaler = run.progress, run.recipe, run.precision.scaler
    values = run.phase
    factors = values.factors(run.tasks)
    present = {name: weight for name, weight in weights.items() if weight > 0 < factors[name]}
    rate = recipe.schedule.factor(epoch, recipe.epochs) * progress.rate * values.rate
    decay = recipe.optimiser.weight_decay if values.weight_decay is None else values.weight_decay
    rates = set_rates(run.optimizer, rate, decay)
    task_weights = {name: factors[name] * w.detach() for name, w in run.weighting.weights().items()}
    sums = _gradient(run, batch, present, factors, rows)
    run.labels = batch.labels
    norms: Mapping[str, Tensor] = {}
    if present or run.penalties:
        run.place.sum_gradients(run.trained)
        scaler.unscale_(run.optimizer)
        norms = run.gradients.clip()
        scaler.step(run.optimizer)
        scaler.update()
        run.optimizer.zero_grad(set_to_none=True)
        if run.average:
            run.average.update(run.model, progress.step)
    result = _read(run, sums, present, task_weights, norms, rates)
    run.weighting.after_step(result.losses)
    return result


def _gradient(
    run: Training,
    batch: Batch,
    present: Mapping[str, float],
    factors: Mapping[str, float],
    rows: int,
) -> Sums:
    """Gradient of the batch, in micro-batches that are halved until they fit into memory."""
    progress, place = run.progress, run.place
    while True:
        now = (run.recipe.seed, progress.epoch, progress.batch, place.rank)
        seed_layers(place.device, "layers", *now)
        try:
            return accumulate(
                run.model,
                {name: run.tasks[name] for name in present},
                run.weighting,
                batch,
                micro_batch=progress.micro_batch,
                divisors=present,
                factors=factors,
                penalize=place.rank == 0,
                precision=run.precision,
                penalties=run.penalties,
                rows=rows,
                draws=generator("penalties", *now),
            )
        except (RuntimeError, MemoryError) as error:
            if not memory_ran_out(error):
                raise
        run.halve_micro_batch(len(batch))


def _read(
    run: Training,
    sums: Sums,
    divisors: Mapping[str, float],
    task_weights: Mapping[str, Tensor],
    norms: Mapping[str, Tensor],
    rates: Mapping[str, float],
) -> StepResult:
    """Read a step's figures from the device, all at once: each reading waits for it."""
    mine = torch.stack([sums.loss, *sums.totals.values(), *sums.parts.values()])
    same = [x.to(mine) for x in (*task_weights.values(), *norms.values())]
    numbers = iter(torch.cat([run.place.sum(mine), torch.stack(same)]).tolist())
    loss = next(numbers)
    return StepResult(
        epoch=run.progress.epoch,
        step=run.progress.step,
        loss=loss,
        losses={name: next(numbers) / divisors[name] for name in sums.totals},
        parts={f"{name}.{part}": next(numbers) / divisors[name] for name, part in sums.parts},
        weights={name: next(numbers) for name in task_weights},
        label_weights={name: divisors[name] for name in sums.totals},
        gradient_norms={name: next(numbers) for name in norms},
        learning_rates=rates,
    )
