"""The pages about the engine room say what is true: examples run, recipes load, names exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score, r2_score

import evoscope.multitask as room
from evoscope.multitask import (
    Classification,
    Head,
    MultiTaskModel,
    Recipe,
    Search,
    evaluate,
    flags,
    freezing,
    heads,
    losses,
    tasks,
    weighting,
)
from evoscope.multitask.flags import RedFlags
from evoscope.multitask.heads import Start
from evoscope.multitask.search.settings import check_ranges

ROOT = Path(__file__).parents[2]
README, PAGE = ROOT / "README.md", ROOT / "docs" / "multitask.md"
MOST_LINES = 30


def section() -> str:
    return README.read_text(encoding="utf-8").split("## The engine room\n")[1].split("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def block(language: str) -> str:
    (found,) = blocks(section(), language)
    return found


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    printed: list[str] = []
    names: dict[str, Any] = {"__name__": "readme", "print": lambda x: printed.append(str(x))}
    with pytest.MonkeyPatch.context() as patch, torch.random.fork_rng():
        patch.chdir(tmp_path_factory.mktemp("readme"))
        exec(compile(block("python"), "README.md", "exec"), names)
    return names | {"printed": printed}


def test_the_example_is_short() -> None:
    assert len(block("python").splitlines()) <= MOST_LINES


def test_it_says_what_the_page_says(ran: dict[str, Any]) -> None:
    assert ran["printed"] == block("text").splitlines()


def test_every_task_is_far_above_knowing_nothing(ran: dict[str, Any]) -> None:
    rows = ran["rows"][1200:]
    outputs = evaluate(ran["model"], ran["tasks"], rows).outputs
    for name in ("digit", "odd"):
        known = rows.labels.present[name]
        true = rows.labels.targets[name][known].numpy()
        called = outputs[f"{name}.logits"].argmax(1)[known].numpy()
        majority = np.full(len(true), np.bincount(true).argmax())
        trivial = f1_score(true, majority, average="macro", zero_division=0)
        assert f1_score(true, called, average="macro") > trivial + 0.4
    known = rows.labels.present["ink"]
    ink = outputs["ink.mean"].squeeze(1)[known].numpy()
    assert r2_score(rows.labels.targets["ink"][known].numpy(), ink) > 0.8


def test_most_labels_are_missing(ran: dict[str, Any]) -> None:
    shares = {task: mask.float().mean().item() for task, mask in ran["known"].items()}
    assert shares["digit"] < 0.12
    assert sum(shares.values()) / len(shares) < 0.5


def test_the_recipe_and_the_search_of_the_page_load() -> None:
    recipe, search = blocks(PAGE.read_text(encoding="utf-8"), "yaml")
    loaded = Recipe.parse(recipe)
    assert loaded.curriculum.at(21).weights == {"ink": 0.5}
    assert loaded.red_flags.apart is None
    check_ranges(Search.parse(search), loaded)


def test_a_head_of_ones_own_is_written_as_the_page_says() -> None:
    (source,) = blocks(PAGE.read_text(encoding="utf-8"), "python")
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(source, "multitask.md", "exec"), names)
    head = names["Nearest"](4, 3)
    assert isinstance(head, Head)
    model = MultiTaskModel(torch.nn.Identity(), {"kind": head})
    model.start_at("kind", Start(torch.tensor([5.0, 0.0, 0.0]), torch.ones(())))
    task = Classification("kind", ["a", "b", "c"])
    answer = task.predict(model(input=torch.zeros(2, 4)))["label"]
    assert answer.tolist() == [0, 0]


def test_names_of_the_page_exist() -> None:
    text = PAGE.read_text(encoding="utf-8").split("## Where the old names went")
    old = {"MultiTaskLoss", "EarlyStopping"}
    classes = {
        name
        for name in re.findall(r"`(?:@)?([A-Z][A-Za-z]+)[`(]", "".join(text))
        if name not in old and name != "NaN"
    }
    places = (room, flags, tasks, heads, losses, freezing, weighting)
    missing = [name for name in classes if not any(hasattr(p, name) for p in places)]
    assert missing == []
    assert len(classes) > 25
    named = set(re.findall(r"flags? ((?:`\w+`(?:, )?)+)", text[1]))
    flagged = {name for found in named for name in re.findall(r"`(\w+)`", found)}
    assert flagged
    assert flagged <= set(RedFlags.model_fields)
