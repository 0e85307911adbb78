"""Trains the members of an ensemble, one run each, and loads them again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from evoscope.multitask.batch import Source
from evoscope.multitask.ensemble.ensemble import Ensemble
from evoscope.multitask.loop.training import load_model
from evoscope.multitask.making import ModelMaker, make_and_train, make_model
from evoscope.multitask.recipe import Recipe
from evoscope.multitask.tasks.task import Task

MEMBERS = "ensemble.json"


def train_ensemble(
    makers: Mapping[str, ModelMaker],
    tasks: Sequence[Task],
    training: Source,
    validation: Source | None,
    recipe: Recipe,
    *,
    folder: str | Path,
    seeds: Sequence[int] = (0, 1, 2, 3, 4),
    resume: bool = False,
    facts: Mapping[str, str] | None = None,
) -> Ensemble:
    """Train a model of every architecture with every seed, and let them answer as one.

    Args:
        makers: name of an architecture -> what makes it.
        tasks: what is asked; they are fitted to the training labels.
        training: rows to learn from.
        validation: rows to evaluate on after every epoch.
        recipe: how; its seed is replaced.
        folder: holds the run ``<name>-seed<seed>`` of every member, and ``ensemble.json``.
        seeds: of the members of one architecture: first weights and all that is drawn.
        resume: load members that are finished, go on with one that is not.
        facts: what checkpoints should remember of the data.

    Raises:
        ValueError: no members, a seed twice, and as `train` does.
        TypeError: makers without names.
        KeyboardInterrupt: interrupted from outside; resume it.
    """
    if not isinstance(makers, Mapping):
        raise TypeError(
            "makers should map names of architectures to what makes them, as in {'wide': make}. "
            f"Found a {type(makers).__name__}."
        )
    if not makers or not seeds or len(set(seeds)) < len(seeds):
        raise ValueError(
            "an ensemble should have architectures and different seeds. "
            f"Found {list(makers)} and {list(seeds)}."
        )
    folder = Path(folder)
    members = []
    for name, make in makers.items():
        for seed in seeds:
            own = recipe.model_copy(update={"seed": seed})
            trained = make_and_train(
                make,
                tasks,
                training,
                validation,
                own,
                folder=folder / member_folder(name, seed),
                resume=resume,
                facts=facts,
            )
            members.append(trained)
    for task, fitted in zip(tasks, members[0].tasks.values(), strict=True):
        task.load_state_dict(fitted.state_dict())
        task.to(next(members[0].model.parameters()).device)
    listed = {"architectures": list(makers), "seeds": list(seeds)}
    (folder / MEMBERS).write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    return Ensemble([member.model for member in members], tasks).eval()


def load_ensemble(
    folder: str | Path, makers: Mapping[str, ModelMaker], tasks: Sequence[Task], recipe: Recipe
) -> Ensemble:
    """Load what `train_ensemble` trained, on the CPU; the tasks take what they learned then.

    Args:
        folder: of the ensemble.
        makers: at least the architectures it has.
        tasks: what is asked.
        recipe: handed to the makers.

    Raises:
        ValueError: no ensemble in the folder, or one of other architectures.
    """
    path = Path(folder) / MEMBERS
    if not path.exists():
        raise ValueError(f"{folder} should hold a whole ensemble. Found no {MEMBERS} in it.")
    listed = json.loads(path.read_text(encoding="utf-8"))
    unknown = sorted(set(listed["architectures"]) - set(makers))
    if unknown:
        raise ValueError(
            f"makers should make every architecture of {folder}. Found none for {unknown}."
        )
    members = []
    for name in listed["architectures"]:
        for seed in listed["seeds"]:
            model = make_model(makers[name], recipe)
            load_model(Path(folder) / member_folder(name, seed), model, tasks)
            members.append(model)
    return Ensemble(members, tasks).eval()


def member_folder(architecture: str, seed: int) -> str:
    """Name the folder of a member's run.

    Example:
        >>> member_folder("wide", 3)
        'wide-seed3'
    """
    return f"{architecture}-seed{seed}"
