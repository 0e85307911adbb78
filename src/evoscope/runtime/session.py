"""Running the graphs of a pack: opened at first use, shared by threads, sent to processes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from evoscope.runtime.checks import check_inputs, check_outputs
from evoscope.runtime.engine import Array, Engine, check_agreement
from evoscope.runtime.pack import Pack


class Session:
    """Runs the graphs of a pack.

    A graph is opened when it is first run, once for all threads. A pickled session carries the
    pack's place and hashes, not the opened graphs: a worker process opens its own, and refuses
    a pack that was changed meanwhile.

    Args:
        pack: opened.
        threads: that one call may use. One is right where many recordings are analyzed at the
            same time, and for small graphs always.

    Raises:
        ValueError: threads below 1.
    """

    def __init__(self, pack: Pack, *, threads: int = 1) -> None:
        if threads < 1:
            raise ValueError(f"threads should be 1 or more. Found {threads!r}.")
        self.pack = pack
        self.threads = threads
        self._engines: dict[str, Engine] = {}
        self._opening = threading.Lock()

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Run a graph.

        Args:
            graph: its name in the card.
            inputs: one array per input of the graph, by name; nothing is cast or reshaped.

        Returns:
            One array per output, by name.

        Raises:
            InputError: a name, dtype, shape or value that the card does not allow.
            PackError: no such graph, a file that was changed, or a graph that fails.
        """
        engine = self.open(graph)
        described = self.pack.card.graphs[graph]
        lengths = check_inputs(inputs, described.inputs)
        outputs = engine.run(inputs)
        check_outputs(outputs, described.outputs, lengths, graph)
        return outputs

    def open(self, graph: str) -> Engine:
        """Open a graph now, so that the first call is as fast as the second.

        Raises:
            PackError: no such graph, or its file is not what was written.
        """
        engine = self._engines.get(graph)
        if engine is None:
            with self._opening:
                engine = self._engines.get(graph)
                if engine is None:
                    engine = Engine(self.pack.graph_path(graph), name=graph, threads=self.threads)
                    check_agreement(engine, self.pack.card.graphs[graph])
                    self._engines[graph] = engine
        return engine

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Session, threads=self.threads), (self.pack,)
