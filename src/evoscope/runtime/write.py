"""Writing a model pack: whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from evoscope.runtime.card import Card
from evoscope.runtime.engine import Engine, check_agreement
from evoscope.runtime.errors import PackError
from evoscope.runtime.manifest import CARD, check_files, graph_file, sealed, stamp, unsealed
from evoscope.runtime.pack import Pack, open_pack


def write_pack(
    folder: str | Path,
    graphs: Mapping[str, bytes],
    card: Card,
    *,
    attached: Mapping[str, bytes] | None = None,
    overwrite: bool = False,
) -> Pack:
    """Write a model pack; the same content gives the same pack, byte for byte.

    One form, a folder: the card opens in an editor and shows in a diff, a graph opens in any ONNX
    viewer, and there is no archive whose names or sizes could lie. A reader finds the old pack or
    the new one; only between two renames, where one replaces the other, none. When writing
    fails, the old pack is there, unchanged.

    Args:
        folder: of the pack; its parent is made where there is none.
        graphs: content of the ONNX files, by the names in the card, weights inside.
        card: says of the graphs what they say of themselves.
        attached: further files by plain name, ``.json``, ``.safetensors`` or ``.txt``: the
            weights that training can go on from, a vocabulary.
        overwrite: replace a pack that is there. Anything else is never replaced.

    Returns:
        The pack, read back and verified.

    Raises:
        PackError: card and graphs disagree, something is in the way, or the disk refuses.
    """
    target = Path(folder).resolve()
    _check_target(target, overwrite=overwrite)
    _check_graphs(graphs, card)
    content = {graph_file(name): graph for name, graph in graphs.items()}
    _check_apart(content, attached or {})
    content |= attached or {}
    sealed_card = sealed(card, {name: stamp(data) for name, data in content.items()})
    # Before anything is written: a name that is a path must not become a file.
    check_files(unsealed(sealed_card, CARD))
    try:
        _write(target, content | {CARD: sealed_card})
    except OSError as error:
        raise PackError(
            f"{target} should be writable.", f"Found {error}.", "Free some space or choose another."
        ) from error
    return open_pack(target)


def _check_graphs(graphs: Mapping[str, bytes], card: Card) -> None:
    if graphs.keys() != card.graphs.keys():
        raise PackError(
            f"Graphs should be those of the card, {sorted(card.graphs)}.",
            f"Found {sorted(graphs)}.",
            "Describe every graph in the card, and give every graph that it describes.",
        )
    for name, content in graphs.items():
        check_agreement(Engine(content, name=name, threads=1), card.graphs[name])


def _check_apart(graphs: Mapping[str, bytes], attached: Mapping[str, bytes]) -> None:
    both = sorted(graphs.keys() & attached.keys())
    if both:
        raise PackError(
            "Attached files should not be named as a graph.", f"Found {both}.", "Rename them."
        )


def _check_target(target: Path, *, overwrite: bool) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (target / CARD).is_file():
        raise PackError(
            "The folder of a new pack should be new, empty or a pack.",
            f"Found {target}, which is something else.",
            "Choose another folder: nothing that is not a pack is replaced.",
        )
    if not overwrite:
        raise PackError(
            "The folder of a new pack should be new or empty.",
            f"Found a pack in {target}.",
            "Choose another folder, or replace it: overwrite=True.",
        )


def _write(target: Path, content: Mapping[str, bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.writing-", dir=target.parent))
    try:
        new = beside / "new"
        new.mkdir()  # not the temporary folder itself: that one is private
        for name, data in content.items():
            _write_through(new / name, data)
        open_pack(new)  # what does not open must not replace what does
        _install(new, target, old=beside / "old")
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _install(new: Path, target: Path, *, old: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise


def _write_through(path: Path, content: bytes) -> None:
    """Write and wait for the disk: after a power cut a renamed file must not be empty."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
