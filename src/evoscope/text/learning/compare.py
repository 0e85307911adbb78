"""Encoders beside each other: size, shape, and how fast they are on this machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch

from evoscope.text.backbones import BACKBONES, Backbone
from evoscope.text.backbones.locate import BackboneError, named
from evoscope.text.learning.encoder import random_encoder

TOKENS = 11
"""Of a short message, special ones included."""
_TIMES = 3


@dataclass(frozen=True)
class Compared:
    """One encoder.

    Attributes:
        name, repository, licence, languages: of it.
        parameters, width, depth: of its shape.
        texts_per_second: median of three batches, on one thread, by PyTorch, with random weights:
            the time does not depend on what they are.
        batch_size, tokens: of those batches.
    """

    name: str
    repository: str
    licence: str
    languages: str
    parameters: int
    width: int
    depth: int
    texts_per_second: float
    batch_size: int
    tokens: int
    weights: str = "random"

    def to_dict(self) -> dict[str, object]:
        """Return the row of a comparison file."""
        return asdict(self)


def compare_backbones(names: Sequence[str] = (), *, batch_size: int = 32) -> list[Compared]:
    """Measure encoders, one after the other, on one thread.

    Args:
        names: of `BACKBONES`, or their repositories; default: all.
        batch_size: texts that go through together.

    Raises:
        BackboneError: an encoder that is not known.
    """
    chosen = [known_backbone(name) for name in names or BACKBONES]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [_compared(backbone, batch_size) for backbone in chosen]
    finally:
        torch.set_num_threads(threads)


def known_backbone(name: str) -> Backbone:
    """Return an encoder by its name or repository.

    Raises:
        BackboneError: not known.
    """
    found = named(name)
    if found is None:
        raise BackboneError(f"A backbone should be one of {sorted(BACKBONES)}. Found {name!r}.")
    return found


def _compared(backbone: Backbone, batch_size: int) -> Compared:
    encoder = random_encoder(backbone).eval()
    tokens = torch.randint(5, backbone.vocabulary, (batch_size, TOKENS))
    present = torch.ones_like(tokens)
    seconds = []
    with torch.no_grad():
        encoder(tokens, present)  # the first call allocates
        for _ in range(_TIMES):
            began = time.perf_counter()
            encoder(tokens, present)
            seconds.append(time.perf_counter() - began)
    return Compared(
        name=backbone.name,
        repository=backbone.repository,
        licence=backbone.licence,
        languages=backbone.languages,
        parameters=sum(p.numel() for p in encoder.parameters()),
        width=backbone.width,
        depth=backbone.depth,
        texts_per_second=batch_size / statistics.median(seconds),
        batch_size=batch_size,
        tokens=TOKENS,
    )
