"""A model pack, opened and ready to read series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from evoscope.abr.analysis.learned.calibration import Calibration
from evoscope.abr.analysis.learned.contract import CALIBRATION, EXPECTED, GRAPH, described
from evoscope.abr.analysis.learned.inputs import network_inputs
from evoscope.abr.analysis.options import SHIPPED
from evoscope.abr.encoding import Encoded
from evoscope.abr.findings import Analyzer
from evoscope.runtime import Graph, Pack, PackError, Session, open_pack, shipped
from evoscope.runtime.engine import Array
from evoscope.runtime.manifest import CARD

SHIPPED_PACK = "series"
"""Name of the shipped pack's folder."""
SHIPPED_BY = "evoscope.abr"
# Recordings in a call. Those of all series in a call are compared with one another before those of
# other series are left out: with many, each costs more (`evoscope bench speed`).
_ROWS = 24


@dataclass(frozen=True, eq=False)
class Reader:
    """Runs the network of a pack on series.

    Attributes:
        session: on the pack.
        calibration: what the pack knows of its own answers.
        samples: length of a recording that the graph was exported for; ``None``: any.
    """

    session: Session
    calibration: Calibration
    samples: int | None

    @property
    def analyzer(self) -> Analyzer:
        """Who answers."""
        pack = self.session.pack
        return Analyzer(name=pack.card.name, version=pack.card.version, sha256=pack.sha256)

    @property
    def title(self) -> str:
        """Name and version, as they are said."""
        return f"{self.session.pack.card.name} {self.session.pack.card.version}"

    def read(self, series: Sequence[Encoded]) -> list[dict[str, Array]]:
        """Run the network; whole series of one length share a call.

        Samples that are later than any the network has seen are left out.

        Returns:
            For every series the inputs and outputs of its rows, by name.
        """
        found: list[dict[str, Array]] = []
        for batch in _batches(series):
            longest = min(batch[0].waveforms.shape[1], self.calibration.domain.samples)
            inputs = network_inputs(batch, samples=self.samples or longest)
            whole = inputs | self.session.run(GRAPH, inputs)
            first = 0
            for one in batch:
                found.append({name: a[first : first + len(one)] for name, a in whole.items()})
                first += len(one)
        return found


def open_reader(pack: Pack) -> Reader:
    """Make a reader of an opened pack.

    Raises:
        PackError: made for something else, without a calibration, or with another graph.
    """
    EXPECTED.check(pack.card)
    label = f"Pack {pack.card.name} {pack.card.version}"
    graph = pack.card.graphs.get(GRAPH)
    length = graph.inputs[0].shape[-1] if graph else None
    if graph is None or length is None or _ports(graph) != _ports(described(length)):
        raise PackError(
            f"{label} should have a graph {GRAPH!r} with the inputs and outputs of this version.",
            f"Found {sorted(pack.card.graphs)}, "
            f"{[t.name for g in pack.card.graphs.values() for t in (*g.inputs, *g.outputs)]}.",
            "Train it again with this version of Evoscope.",
        )
    if CALIBRATION not in pack.manifest.files:
        raise PackError(
            f"{label} should hold a {CALIBRATION}.",
            "Found none.",
            "Without it nothing it says has an interval: write it with fit_calibration.",
        )
    try:
        calibration = Calibration.model_validate_json(pack.read(CALIBRATION))
    except ValidationError as error:
        first = error.errors()[0]
        raise PackError(
            f"{CALIBRATION} of {label} should follow its schema.",
            f"Found {'.'.join(str(part) for part in first['loc'])}: {first['msg']}",
            "Write the pack with this version of Evoscope.",
        ) from None
    return Reader(Session(pack), calibration, length if isinstance(length, int) else None)


def reader_of(name: str) -> Reader:
    """Open the pack of a name: a folder, or ``default`` for the shipped one.

    It is kept open, until a pack is written in its place.

    Raises:
        PackError: no such pack, or one that is damaged or made for something else.
    """
    folder = Path(_shipped() if name == SHIPPED else name).resolve()
    try:
        written = (folder / CARD).stat().st_mtime_ns
    except OSError:
        written = 0  # what is wrong with it is said when it is opened
    return _kept(folder, written)


@lru_cache(maxsize=4)
def _kept(folder: Path, _written: int) -> Reader:
    return open_reader(open_pack(folder))


def _shipped() -> str:
    try:
        return str(shipped(SHIPPED_PACK, package=SHIPPED_BY))
    except PackError as error:
        raise PackError(
            "The 'default' analyzer should be a model pack inside of Evoscope.",
            "Found that this version ships no model pack.",
            "Name the folder of one, or 'classical', the analyzer that is shipped.",
        ) from error


def _ports(graph: Graph) -> list[tuple[object, ...]]:
    """What a graph takes and gives, whatever its card says of it in words."""
    return [(t.name, t.dtype, t.shape) for t in (*graph.inputs, *graph.outputs)]


def _batches(series: Sequence[Encoded]) -> Iterator[list[Encoded]]:
    batch: list[Encoded] = []
    for one in series:
        length = one.waveforms.shape[1]
        full = sum(map(len, batch)) + len(one) > _ROWS
        if batch and (full or batch[0].waveforms.shape[1] != length):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch
