"""Packs that come inside the installed package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from evoscope.runtime.errors import PackError
from evoscope.runtime.manifest import CARD

FOLDER = "packs"
"""Where a package keeps its packs: in a folder of this name, each in a folder of its own."""


def shipped(name: str, *, package: str) -> Path:
    """Find the folder of a pack that a package ships.

    Args:
        name: of the pack's folder.
        package: that ships it, as it is imported.

    Raises:
        PackError: the package ships no such pack, or is not installed as plain files.
    """
    root = files(package) / FOLDER
    if not isinstance(root, Path):
        raise PackError(
            f"{package} should be installed as plain files.",
            f"Found it at {root}.",
            "Install it with pip.",
        )
    found = {one.parent.name: one.parent for one in root.glob(f"*/{CARD}")}
    if name not in found:
        raise PackError(
            f"A shipped pack of {package} should be one of {sorted(found)}.", f"Found {name!r}."
        )
    return found[name]
