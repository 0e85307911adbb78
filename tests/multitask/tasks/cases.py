"""One example of every task: how it is made, its labels, and what a model could answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks import (
    BoundedRegression,
    Classification,
    Dense,
    Distilled,
    FittedTask,
    GatedRegression,
    Located,
    MultiLabel,
    Ordinal,
    Regression,
    Task,
)

Outputs = dict[str, Tensor]
CLASSES = ("normal", "neuropathy", "snhl")
WAVES = ("I", "III", "V")


@dataclass(frozen=True)
class Case:
    """A task, and draws of its targets and of a model's answers for some rows."""

    make: Callable[[], Task]
    target: Callable[[int, torch.Generator], Tensor]
    answers: Callable[[int, torch.Generator], Outputs]
    others: Callable[[int, torch.Generator], Outputs] = lambda *_: {}
    """Targets of other tasks that this one reads."""


def classes(rows: int, generator: torch.Generator) -> Tensor:
    return torch.randint(len(CLASSES), (rows,), generator=generator)


def labels_there(rows: int, generator: torch.Generator) -> Tensor:
    return torch.randint(2, (rows, len(WAVES)), generator=generator).float()


def normal(*shape: int, centre: float = 0.0, spread: float = 1.0) -> Callable[..., Tensor]:
    def draw(rows: int, generator: torch.Generator) -> Tensor:
        return centre + spread * torch.randn((rows, *shape), generator=generator)

    return draw


def answer(**parts: Callable[..., Tensor]) -> Callable[[int, torch.Generator], Outputs]:
    return lambda rows, generator: {
        f"t.{part}": draw(rows, generator) for part, draw in parts.items()
    }


def falling(rows: int, generator: torch.Generator) -> Tensor:
    return torch.randn((rows, 2), generator=generator).sort(-1, descending=True).values


LATENCY = {"centre": 5.6e-3, "spread": 3e-4}
"""In seconds."""
LATENCIES = answer(
    mean=normal(3, **LATENCY),
    log_variance=normal(3, centre=-16.0, spread=0.5),
    outlier_logit=normal(3, centre=-3.0),
    auxiliary=normal(3, **LATENCY),
)
AXIS = [4e-3 + 4e-5 * point for point in range(80)]
ONE_NUMBER = answer(mean=normal(1), auxiliary=normal(1))


def threshold(rows: int, generator: torch.Generator) -> Tensor:
    return 100 * torch.rand((rows,), generator=generator)


def distilled(make: Callable[[], FittedTask]) -> Callable[[], Task]:
    return lambda: Distilled(make(), weight=0.5)


CASES = {
    "classification": Case(lambda: Classification("t", CLASSES), classes, answer(logits=normal(3))),
    "classification, everything on": Case(
        lambda: Classification(
            "t", CLASSES, gamma=2.0, class_weights="dynamic", label_smoothing=0.1
        ),
        classes,
        answer(logits=normal(3)),
    ),
    "ordinal": Case(
        lambda: Ordinal("t", CLASSES, class_weights="balanced"), classes, answer(logits=falling)
    ),
    "multi-label": Case(
        lambda: MultiLabel("t", WAVES, gamma=2.0, class_weights="inverse"),
        labels_there,
        answer(logits=normal(3)),
    ),
    "regression, one number": Case(lambda: Regression("t", loss="mse"), normal(), ONE_NUMBER),
    "regression, Huber and auxiliary": Case(
        lambda: Regression("t", auxiliary_weight=0.3), normal(), ONE_NUMBER
    ),
    "regression, likelihood in seconds": Case(
        lambda: Regression("t", columns=WAVES, loss="nll"), normal(3, **LATENCY), LATENCIES
    ),
    "regression, outliers": Case(
        lambda: Regression("t", columns=WAVES, loss="mixture", auxiliary_weight=0.1),
        normal(3, **LATENCY),
        LATENCIES,
    ),
    "bounded": Case(
        lambda: BoundedRegression("t", low=0.0, high=100.0), threshold, answer(mean=threshold)
    ),
    "gated": Case(
        lambda: GatedRegression("t", gate="exists", columns=WAVES),
        normal(3, **LATENCY),
        LATENCIES,
        lambda rows, generator: {"exists": labels_there(rows, generator)},
    ),
    "located": Case(
        lambda: Located("t", axis=AXIS, width=2e-5, gate="exists", columns=WAVES),
        normal(3, **LATENCY),
        answer(logits=normal(3, len(AXIS))),
        lambda rows, generator: {"exists": labels_there(rows, generator)},
    ),
    "located, or beyond the axis": Case(
        lambda: Located("t", axis=[*range(0, 81, 5)], width=5.0, beyond=True),
        threshold,
        answer(logits=normal(18)),
    ),
    "distilled places": Case(
        distilled(lambda: Located("t", axis=[*range(0, 101, 5)], width=5.0)),
        threshold,
        answer(logits=normal(21)),
        lambda rows, generator: {"t.teacher": normal(21)(rows, generator)},
    ),
    "dense": Case(lambda: Dense("t"), normal(2, 7), answer(mean=normal(2, 7))),
    "dense, Huber": Case(lambda: Dense("t", loss="huber"), normal(7), answer(mean=normal(7))),
    "distilled classes": Case(
        distilled(lambda: Classification("t", CLASSES)),
        classes,
        answer(logits=normal(3)),
        lambda rows, generator: {"t.teacher": normal(3)(rows, generator)},
    ),
    "distilled ranks": Case(
        distilled(lambda: Ordinal("t", CLASSES)),
        classes,
        answer(logits=falling),
        lambda rows, generator: {"t.teacher": falling(rows, generator)},
    ),
    "distilled labels": Case(
        distilled(lambda: MultiLabel("t", WAVES)),
        labels_there,
        answer(logits=normal(3)),
        lambda rows, generator: {"t.teacher": normal(3)(rows, generator)},
    ),
    "distilled numbers": Case(
        distilled(lambda: Regression("t")),
        normal(),
        ONE_NUMBER,
        lambda rows, generator: {"t.teacher": normal()(rows, generator)},
    ),
    "distilled signals": Case(
        distilled(lambda: Dense("t")),
        normal(7),
        answer(mean=normal(7)),
        lambda rows, generator: {"t.teacher": normal(7)(rows, generator)},
    ),
}


def draw(case: Case, rows: int, seed: int, share: float = 1.0) -> tuple[Labels, Outputs]:
    """Labels of which about a share is known, masks as fine as the targets, and answers."""
    generator = torch.Generator().manual_seed(seed)
    targets = {"t": case.target(rows, generator)} | case.others(rows, generator)
    answers = case.answers(rows, generator)
    present = {}
    for name, target in targets.items():
        # A teacher's logits are one answer: its mask is by row.
        shape = target.shape[:1] if name == "t.teacher" else target.shape
        present[name] = torch.rand(shape, generator=generator) < share
    return Labels(targets, present), answers


def fitted(case: Case, rows: int = 60) -> Task:
    """The task, fitted on labels of its own."""
    task = case.make()
    task.fit(draw(case, rows, seed=99)[0])
    return task
