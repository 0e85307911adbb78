"""Teachers: several networks on frozen encoders, whose mean answer another one also learns from.

An ensemble is better than its members and too slow to ship; a network that imitates it is not
(Hinton et al. 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from evoscope.multitask import Distilled, Ensemble, Labels, Recipe, Task, train_ensemble
from evoscope.multitask.freezing import FullFreezing
from evoscope.multitask.loop.evaluate import evaluate
from evoscope.multitask.tasks.fitted import FittedTask
from evoscope.text.backbones import Tokens, find_backbone
from evoscope.text.learning.before import read_before
from evoscope.text.learning.encoder import load_encoder
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.recipe import TextRecipe
from evoscope.text.learning.settings import Distillation
from evoscope.text.learning.source import TextSource

ARCHITECTURE = "teacher"
_AT_ONCE = 256


def teachers(
    recipe: TextRecipe,
    settings: Distillation,
    tasks: Sequence[Task],
    learned_from: TextSource,
    judged_on: TextSource | None,
    *,
    folder: Path,
    resume: bool,
    cache: Path | None,
    advance: Callable[[int], None],
) -> tuple[Ensemble, TextSource]:
    """Train the teachers on what a frozen encoder says of the texts.

    Args:
        recipe: of the network that they will teach: theirs is the same but for the encoder, which
            stays frozen.
        settings: how many, how long, on which encoder.
        tasks: what is asked.
        learned_from: texts, as tokens of the recipe's encoder.
        judged_on: texts that their epochs are judged on.
        folder: of their runs.
        resume: go on where they stopped.
        cache: folder that keeps what the encoder said.
        advance: called with the texts read since the last call.

    Returns:
        the teachers as one, and the texts to learn from as they read them.
    """
    files = find_backbone(settings.backbone or recipe.backbone)
    encoder = load_encoder(files)
    own = recipe.model_copy(
        update={
            "epochs": settings.epochs,
            "freezing": FullFreezing(),
            "rates": recipe.rates.model_copy(update={"layer_decay": 1.0}),
            "network": recipe.network.model_copy(update={"pooling": "mean"}),
            "distillation": None,
        }
    )
    tokens = Tokens(files.tokenizer.read_text("utf-8"), longest=own.network.longest)

    def make(_: Recipe) -> TextNetwork:
        return TextNetwork(encoder, own.network)

    def as_read(source: TextSource) -> TextSource:
        return read_before(
            make(own),
            source.cut_by(tokens, padding=files.padding),
            own,
            encoder_sha256=files.sha256,
            cache=cache,
            advance=advance,
        )

    read = as_read(learned_from)
    members = train_ensemble(
        {ARCHITECTURE: make},
        tasks,
        read,
        None if judged_on is None else as_read(judged_on),
        own,
        folder=folder,
        seeds=tuple(range(settings.teachers)),
        resume=resume,
    )
    return members, read


def taught(tasks: Sequence[Task], settings: Distillation) -> list[Task]:
    """Let every task also learn from what teachers answer."""
    return [
        Distilled(
            cast("FittedTask", task), weight=settings.weight, temperature=settings.temperature
        )
        for task in tasks
    ]


def answers_as_labels(members: Ensemble, tasks: Sequence[Task], source: TextSource) -> Labels:
    """The labels of a source, with the teachers' answers beside them, for every text.

    Args:
        members: the teachers as one.
        tasks: that it was trained on, fitted.
        source: as it reads texts.
    """
    found = evaluate(members, tasks, source, rows=_AT_ONCE).outputs
    targets: dict[str, Tensor] = dict(source.labels.targets)
    present: dict[str, Tensor] = dict(source.labels.present)
    for task in tasks:
        part = cast("FittedTask", task).teacher_part
        answer = found[f"{task.output}.{part}"]
        targets[f"{task.name}.teacher"] = answer
        present[f"{task.name}.teacher"] = torch.ones(len(answer), dtype=torch.bool)
    return Labels(targets, present)
