"""What the frozen layers of an encoder say of every token, computed once and kept on the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from evoscope.multitask.optimisation.precision import Precision, PrecisionName
from evoscope.text.learning.embedded import key_of
from evoscope.text.learning.encoder import Encoder
from evoscope.text.learning.source import TextSource

_AT_ONCE = 64


class TokenStates:
    """States of the tokens of texts, one text after the other.

    Args:
        values: ``(tokens of all texts, width)``, in half precision; may be mapped from a file.
        lengths: tokens of each text.

    Example:
        >>> states = TokenStates(np.ones((3, 2), np.float16), [1, 2])
        >>> found, present = states.batch([0, 1])
        >>> tuple(found.shape), present.tolist()
        ((2, 2, 2), [[1, 0], [1, 1]])
    """

    def __init__(self, values: NDArray[np.float16], lengths: Sequence[int]) -> None:
        self._values = values
        self._ends = np.cumsum(lengths)

    def batch(self, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """States ``(n, length, width)`` of some texts, zeros where there is no token; and where."""
        parts = [self._values[self._start(i) : self._ends[i]] for i in rows]
        longest = max(len(part) for part in parts)
        states = np.zeros((len(parts), longest, self._values.shape[1]), dtype=np.float32)
        present = np.zeros((len(parts), longest), dtype=np.int64)
        for i, part in enumerate(parts):
            states[i, : len(part)] = part
            present[i, : len(part)] = 1
        return torch.from_numpy(states), torch.from_numpy(present)

    def _start(self, row: int) -> int:
        return int(self._ends[row - 1]) if row else 0


def token_states(
    encoder: Encoder,
    source: TextSource,
    *,
    layers: int,
    encoder_sha256: str,
    longest: int,
    precision: PrecisionName,
    cache: Path,
    advance: Callable[[int], None] = lambda _texts: None,
) -> TokenStates:
    """Run the lower layers of an encoder over every text, or find what they said before.

    Kept in half precision: 0.8 kB a token of 384 numbers, mapped and not read into memory.

    Args:
        encoder: run in evaluation mode.
        source: of the texts.
        layers: that are run, counted from the tokens.
        encoder_sha256: hash of its weights: part of the name that a result is kept under.
        longest: tokens that are read of a text: another part; so are layers and precision.
        precision: of the pass.
        cache: folder that keeps results.
        advance: called with the texts read since the last call.
    """
    lengths = source.lengths
    kept = (
        cache / f"{key_of(source, f'states {layers} {encoder_sha256} {longest} {precision}')}.npy"
    )
    shape = (sum(lengths), encoder.width)
    if kept.is_file():
        found = np.load(kept, mmap_mode="r", allow_pickle=False)
        if found.shape == shape:
            return TokenStates(found, lengths)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        beside = Path(folder) / "states.npy"
        _write(beside, shape, encoder, source, layers, precision, advance)
        beside.replace(kept)
    return TokenStates(np.load(kept, mmap_mode="r", allow_pickle=False), lengths)


def _write(
    path: Path,
    shape: tuple[int, int],
    encoder: Encoder,
    source: TextSource,
    layers: int,
    precision: PrecisionName,
    advance: Callable[[int], None],
) -> None:
    values = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
    ends = np.cumsum(source.lengths)
    device = next(encoder.parameters()).device
    was_training = encoder.training
    encoder.eval()
    with torch.no_grad(), Precision(precision, device).autocast():
        for rows in torch.split(source.kinds.argsort(stable=True), _AT_ONCE):
            inputs = source.batch(rows, torch.Generator()).to(device).inputs
            states = encoder.lower(inputs["tokens"], inputs["present"], layers=layers)
            for i, text in zip(rows.tolist(), states.half().cpu().numpy(), strict=True):
                start = ends[i - 1] if i else 0
                values[start : ends[i]] = text[: ends[i] - start]
            advance(len(rows))
    encoder.train(was_training)
    values.flush()
