"""The files of an encoder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

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
