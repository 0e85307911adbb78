"""What the encoder of a pack says of texts, as one vector each: what a probe stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.runtime import Pack
from evoscope.runtime.engine import Engine
from evoscope.text.analysis.contract import (
    NGRAMS,
    PRESENT,
    STATES,
    TOKENIZER,
    TOKENS,
    WHOLE,
    reading_of,
    spelling_of,
)
from evoscope.text.backbones import Tokens, padded

_AT_ONCE = 32


class States:
    """Means of the encoder's vectors over the tokens of a text.

    The graph of a pack says what its heads say; here it is told to give its vectors as well.

    Args:
        pack: put together with its encoder.
        threads: that one call may use.

    Raises:
        ImportError: onnx is not installed.
    """

    def __init__(self, pack: Pack, *, threads: int = 1) -> None:
        onnx = import_module("onnx")
        model = onnx.load_from_string(pack.graph(WHOLE))
        # A shape is not stated: quantized graphs say none for what lies inside of them.
        vectors = onnx.helper.make_tensor_value_info(STATES, onnx.TensorProto.FLOAT, None)
        del model.graph.output[:]
        model.graph.output.append(vectors)
        for inner in [one for one in model.graph.input if one.name == NGRAMS]:
            model.graph.input.remove(inner)
        self._engine = Engine(_needed(model).SerializeToString(), name=STATES, threads=threads)
        self._reading = reading_of(pack)
        self._spelling = spelling_of(pack)
        self._tokens = Tokens(pack.read(TOKENIZER).decode("utf-8"), longest=self._reading.longest)

    def __call__(
        self, texts: Sequence[str], advance: Callable[[int], None] = lambda _texts: None
    ) -> NDArray[np.float32]:
        """Read texts that are cleaned, ``(n, width)``; of a long one its beginning.

        Args:
            texts: cleaned.
            advance: called with the texts read since the last call.
        """
        rows = self._tokens([self._spelling.mended(text) for text in texts])
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        found: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(rows)
        for start in range(0, len(order), _AT_ONCE):
            chosen = order[start : start + _AT_ONCE]
            tokens, present = padded([rows[i] for i in chosen], padding=self._reading.padding)
            states = self._engine.run({TOKENS: tokens, PRESENT: present})[STATES]
            weight = present[:, :, None].astype(np.float32)
            mean = (states * weight).sum(1) / weight.sum(1)
            for i, vector in zip(chosen, mean, strict=True):
                found[i] = vector
            advance(len(chosen))
        return np.stack(found)


def _needed(model: Any) -> Any:
    """Leave out of a graph what its outputs do not depend on: the heads."""
    graph = model.graph
    wanted = {one.name for one in graph.output}
    kept = []
    for node in reversed(graph.node):  # nodes stand in the order in which they run
        if wanted & set(node.output):
            kept.append(node)
            wanted |= set(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    used = [one for one in graph.initializer if one.name in wanted]
    del graph.initializer[:]
    graph.initializer.extend(used)
    return model
