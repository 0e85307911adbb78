"""What a frozen encoder says of texts, computed once and kept on the disk."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from evoscope.multitask.heads.pooling import MeanPooling
from evoscope.multitask.optimisation.precision import Precision, PrecisionName
from evoscope.text.learning.encoder import Encoder
from evoscope.text.learning.source import TextSource

_AT_ONCE = 64


def pooled_texts(
    encoder: Encoder,
    source: TextSource,
    *,
    encoder_sha256: str,
    longest: int,
    precision: PrecisionName = "float32",
    cache: Path | None = None,
    advance: Callable[[int], None] = lambda _texts: None,
) -> Float[Tensor, "n width"]:
    """Mean over the tokens of what a frozen encoder says of each text.

    Args:
        encoder: run in evaluation mode.
        source: of the texts.
        encoder_sha256: hash of its weights: part of the name that a result is kept under.
        longest: tokens that are read of a text: another part; so is the precision.
        precision: of the pass.
        cache: folder that keeps results; ``None`` keeps none.
        advance: called with the texts read since the last call.
    """
    made = f"mean {encoder_sha256} {longest} {precision}"
    kept = None if cache is None else cache / f"{key_of(source, made)}.npy"
    if kept is not None and kept.is_file():
        found = np.load(kept, allow_pickle=False)
        if found.shape == (len(source), encoder.width):
            return torch.from_numpy(found)
    device = next(encoder.parameters()).device
    answer = torch.empty(len(source), encoder.width)
    was_training = encoder.training
    encoder.eval()
    with torch.no_grad(), Precision(precision, device).autocast():
        for rows in torch.split(source.kinds.argsort(stable=True), _AT_ONCE):
            inputs = source.batch(rows, torch.Generator()).to(device).inputs
            states = encoder(inputs["tokens"], inputs["present"])
            answer[rows] = MeanPooling()(states.float(), inputs["present"] > 0).cpu()
            advance(len(rows))
    encoder.train(was_training)
    if kept is not None:
        _keep(kept, answer)
    return answer


def key_of(source: TextSource, made: str) -> str:
    """Name what was made of these texts.

    Args:
        source: of the texts.
        made: everything else that it depends on.
    """
    found = hashlib.sha256(made.encode())
    for row in source.rows:
        found.update(hashlib.sha256(row.tobytes()).digest())
    return found.hexdigest()[:32]


def _keep(path: Path, values: Tensor) -> None:
    """Write beside, then rename: who reads finds the whole file, or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, values.numpy())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
