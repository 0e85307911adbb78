"""A recipe is found by its name or its file, and what is not found is said with what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.multitask import Recipe
from evoscope.multitask.named_recipes import recipe_by_name, recipe_names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "slow.yaml").write_text("epochs: 90\n")
    (tmp_path / "fast.yaml").write_text("epochs: 2\nbatch_size: 16\n")
    return tmp_path


def test_a_recipe_is_known_by_its_name(folder: Path) -> None:
    assert recipe_names(folder) == ("fast", "slow")
    found = recipe_by_name(Recipe, "fast", ("epochs=3",), folder=folder)
    assert (found.epochs, found.batch_size) == (3, 16)


@pytest.mark.parametrize("ending", [".yaml", ".yml"])
def test_a_recipe_of_ones_own_is_a_file_anywhere(folder: Path, ending: str) -> None:
    own = folder.parent / f"own{ending}"
    own.write_text("epochs: 7\n")
    assert recipe_by_name(Recipe, str(own), (), folder=folder).epochs == 7


def test_what_is_not_found_is_said_with_what_there_is(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"one of fast, slow, or a file .* Found 'fasst'"):
        recipe_by_name(Recipe, "fasst", (), folder=folder)
    with pytest.raises(ValueError, match=r"a file that exists. Found no gone.yaml"):
        recipe_by_name(Recipe, "gone.yaml", (), folder=folder)
