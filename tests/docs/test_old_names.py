"""The table of old names leads to things that exist."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "old_names.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and "there | here" not in line
]
NEW = sorted({name for row in ROWS for name in re.findall(r"`(evoscope\.[\w.]+)`", row[1])})


def find(name: str) -> object:
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)


@pytest.mark.parametrize("name", NEW)
def test_a_new_name_can_be_imported(name: str) -> None:
    assert find(name) is not None


def test_every_old_name_leads_somewhere() -> None:
    assert len(ROWS) > 50
    assert [row for row in ROWS if len(row) != 2 or not row[1]] == []
    assert len(NEW) > 40


def test_recipes_of_the_table_ship() -> None:
    from evoscope.abr.learning.cvae import load_cvae_recipe
    from evoscope.abr.learning.training import shipped_recipes
    from evoscope.text.learning import shipped_recipes as shipped_text_recipes

    named = {
        name
        for row in ROWS
        for found in re.findall(r"recipes? (`\w+`(?:, `\w+`)*)", row[1])
        for name in re.findall(r"`(\w+)`", found)
    }
    assert {"improved", "optimized", "emergency", "cvae_reference"} <= named
    load_cvae_recipe("cvae_reference")
    assert named <= {*shipped_recipes(), *shipped_text_recipes(), "cvae_reference"}


def test_fields_and_flags_of_the_table_exist() -> None:
    from evoscope.abr.learning.unet import UNetConfig
    from evoscope.multitask import RedFlags

    (fields,) = [row[1] for row in ROWS if "fields `" in row[1]]
    (flags,) = [row[1] for row in ROWS if "flags `" in row[1]]
    for text, settings in ((fields, UNetConfig), (flags, RedFlags)):
        names = set(re.findall(r"`([a-z_0-9]+)`", text))
        assert names
        assert names <= set(settings.model_fields)
