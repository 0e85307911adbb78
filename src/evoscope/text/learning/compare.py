"""Encoders beside each other: size, shape, and how fast they are on this machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from evoscope.text.backbones import BACKBONES, Backbone, BackboneError, find_backbone
from evoscope.text.backbones.locate import named
from evoscope.text.learning.encoder import Encoder, load_encoder, random_encoder

SEE_FOLDER = "see its folder"
"""Licence and languages of an encoder that is not known."""

TOKENS = 11
"""Of a short message, special ones included."""
_TIMES = 3


@dataclass(frozen=True)
class Compared:
    """One encoder.

    Attributes:
        name, repository, licence, languages: of it.
        parameters, width, depth: of its shape.
        texts_per_second: median of three batches, on one thread, by PyTorch.
        batch_size, tokens: of those batches.
        weights: ``random`` of those that are known: the time does not depend on what they are;
            ``pretrained`` of a folder.
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
        names: of `BACKBONES`, their repositories, or folders; default: all that are known.
        batch_size: texts that go through together.

    Raises:
        BackboneError: an encoder that is not known.
        ValueError: a folder with none in it.
    """
    chosen = [name if Path(name).is_dir() else known_backbone(name) for name in names or BACKBONES]
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


def _compared(chosen: Backbone | str, batch_size: int) -> Compared:
    if isinstance(chosen, str):
        files = find_backbone(chosen)
        encoder, weights, known = load_encoder(files), "pretrained", None
        name = files.name
    else:
        encoder, weights, known = random_encoder(chosen), "random", chosen
        name = chosen.name
    texts_per_second = _speed(encoder.eval(), batch_size)
    return Compared(
        name=name,
        repository=known.repository if known else "",
        licence=known.licence if known else SEE_FOLDER,
        languages=known.languages if known else SEE_FOLDER,
        parameters=sum(p.numel() for p in encoder.parameters()),
        width=encoder.width,
        depth=len(list(encoder.layers())),
        texts_per_second=texts_per_second,
        batch_size=batch_size,
        tokens=TOKENS,
        weights=weights,
    )


def _speed(encoder: Encoder, batch_size: int) -> float:
    tokens = torch.randint(5, encoder.vocabulary, (batch_size, TOKENS))
    present = torch.ones_like(tokens)
    seconds = []
    with torch.no_grad():
        encoder(tokens, present)  # the first call allocates
        for _ in range(_TIMES):
            began = time.perf_counter()
            encoder(tokens, present)
            seconds.append(time.perf_counter() - began)
    return batch_size / statistics.median(seconds)
