"""What work in parts costs, here and on a cluster: processor time, and time on the wall."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from evoscope.abr.analysis import CLASSICAL, Options
from evoscope.abr.cohort import Grid
from evoscope.abr.generation import open_generator
from evoscope.abr.generation.ears import Request
from evoscope.abr.generation.make import CHUNK, Draw
from evoscope.abr.simulation.make import Made, simulate
from evoscope.abr.simulation.profiles import get_profile
from evoscope.abr.workers import cores
from evoscope.measure.results import commit_of
from evoscope.scale.batches import BATCHES
from evoscope.scale.cluster import cluster
from evoscope.scale.cohorts import AnalyzePatients, Writing
from evoscope.scale.drawn import DRAWN
from evoscope.scale.engines import Engine, each
from evoscope.scale.over import Encoded
from evoscope.scale.rows import ROWS, cut
from evoscope.scale.texts import TEXTS, AnswerTexts, Asked
from evoscope.text.analysis import TextEngine
from evoscope.text.authored import authored_texts

Item = TypeVar("Item")
WORKERS = 2
_SEED = 11
_FEW = 8


@dataclass(frozen=True)
class Sizes:
    """How much work is measured.

    Attributes:
        patients: analyzed. made: simulated. ears: generated. texts: answered.
        empty: parts without work.
    """

    patients: int = 12
    made: int = 64
    ears: int = 128
    texts: int = 512
    empty: int = 200


SIZES = Sizes()
QUICK = Sizes(patients=10, made=32, ears=128, texts=32, empty=20)


class Figures(BaseModel):
    """Fields that a result file has, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Side(Figures):
    """What an engine took.

    Attributes:
        core_seconds: of processor time in those who worked, models being open already.
        wall_seconds: until everything was there.
    """

    core_seconds: float
    wall_seconds: float


class Measured(Figures):
    """One kind of work, by both engines.

    Attributes:
        unit: what is counted, in the plural.
        n, parts: how many, in how many parts.
        per_part: how many a part holds in an ordinary run.
        local, ray: what each engine took.
        same: whether all parts have the same bits.
        bytes_in, bytes_out: that are read and written for all of them.
        gather_core_seconds: of the one process that puts the parts together, for all of them.
    """

    unit: str
    n: int
    parts: int
    per_part: int
    local: Side
    ray: Side
    same: bool
    bytes_in: int
    bytes_out: int
    gather_core_seconds: float


class Scale(Figures):
    """All that was measured, and where.

    Attributes:
        commit, machine, cores, versions: of code and machine.
        threads: of a worker.
        workers: of the cluster.
        load: of the machine, before and after: more than its cores makes walls meaningless.
        start_seconds: until a cluster of this machine answers.
        empty_parts, empty_core_seconds: parts without work, and the processor time that they took
            the one process that hands them out.
        work: by name.
    """

    commit: str
    machine: str
    cores: int
    versions: dict[str, str]
    threads: int
    workers: int
    load: tuple[float, float]
    start_seconds: float
    empty_parts: int
    empty_core_seconds: float
    work: dict[str, Measured]


@dataclass(frozen=True)
class Timed(Generic[Item]):
    """Work that says what it took: its result, and processor time."""

    work: Callable[[Item], bytes]

    def __call__(self, numbered: tuple[int, Item]) -> tuple[int, bytes, float]:
        """Do the work on an item."""
        number, item = numbered
        began = time.process_time()
        content = self.work(item)
        return number, content, time.process_time() - began


def measure(sizes: Sizes, tell: Callable[[str], None]) -> Scale:
    """Measure every kind of work by both engines, some minutes long.

    Args:
        sizes: how much.
        tell: called with what is being measured.

    Raises:
        ClusterError: Ray is not installed.
    """
    before, began = os.getloadavg()[0], time.perf_counter()
    with cluster(workers=WORKERS), TemporaryDirectory() as folder:
        start_seconds = time.perf_counter() - began
        tell("parts without work")
        list(each(_nothing, range(8), engine="ray"))
        empty = time.process_time()
        list(each(_nothing, range(sizes.empty), engine="ray"))
        empty = time.process_time() - empty
        work = {}
        for name, one in _WORK.items():
            tell(name)
            work[name] = one(Path(folder), sizes)
    return Scale(
        commit=commit_of(Path.cwd()),
        machine=f"{platform.system()} {platform.machine()}",
        cores=cores(),
        versions={name: version(name) for name in ("ray", "numpy", "onnxruntime")},
        threads=1,
        workers=WORKERS,
        load=(before, os.getloadavg()[0]),
        start_seconds=start_seconds,
        empty_parts=sizes.empty,
        empty_core_seconds=empty,
        work=work,
    )


def _both(
    work: Callable[[Item], bytes],
    items: Sequence[Item],
    *,
    unit: str,
    n: int,
    per_part: int,
    bytes_in: int,
    warm: Item,
    gather: Callable[[list[bytes]], object],
) -> Measured:
    timed = Timed(work)
    sides: dict[str, Side] = {}
    made: list[list[bytes]] = []
    engines: tuple[Engine, ...] = ("local", "ray")
    for engine in engines:
        # Models are opened, and modules imported, by everyone who works.
        list(each(timed, [(0, warm)] * (2 * WORKERS), engine=engine))
        began = time.perf_counter()
        found = sorted(each(timed, list(enumerate(items)), engine=engine), key=lambda one: one[0])
        wall = time.perf_counter() - began
        sides[engine] = Side(core_seconds=sum(one[2] for one in found), wall_seconds=wall)
        made.append([one[1] for one in found])
    contents = made[0]
    gathered = time.process_time()
    gather(contents)
    return Measured(
        unit=unit,
        n=n,
        parts=len(items),
        per_part=per_part,
        local=sides["local"],
        ray=sides["ray"],
        same=made[0] == made[1],
        bytes_in=bytes_in,
        bytes_out=sum(map(len, contents)),
        gather_core_seconds=time.process_time() - gathered,
    )


def _analyze(folder: Path, sizes: Sizes, *, options: Options) -> Measured:
    path = folder / "clinic.parquet"
    if not path.exists():
        simulate(path, patients=sizes.patients, seed=_SEED)
    items = cut(path, at_least=64)

    def gather(contents: list[bytes]) -> None:
        with TemporaryDirectory(dir=folder) as where, Writing(Path(where)) as writing:
            for content in contents:
                writing.add(json.loads(content)["files"])

    return _both(
        AnalyzePatients(options),
        items,
        unit="recordings",
        n=sum(map(len, items)),
        per_part=ROWS,
        bytes_in=path.stat().st_size,
        warm=cut(path, at_least=1)[0],
        gather=gather,
    )


def _simulate(_folder: Path, sizes: Sizes) -> Measured:
    grid = Grid(n_samples=200, sampling_rate_hz=15_000.0, onset_sample=14.6, provenance={})
    made = Made(get_profile("clinic"), sizes.made, _SEED, "alternating", False, grid)
    items = range(0, sizes.made, made.patients)
    recordings = sum(batch.num_rows for first in items for batch in made(first))
    return _both(
        Encoded(made, BATCHES.encode),
        items,
        unit="recordings",
        n=recordings,
        per_part=recordings // len(items),
        bytes_in=0,
        warm=sizes.made - 1,
        gather=lambda contents: [BATCHES.decode(one) for one in contents],
    )


def _generate(_folder: Path, sizes: Sizes) -> Measured:
    asked = Request({"loss_class": "snhl"}, (60.0,))
    draw = Draw(open_generator("diffusion"), asked, apart=sizes.ears)
    items = [range(first, first + CHUNK) for first in range(0, sizes.ears, CHUNK)]
    return _both(
        Encoded(draw, DRAWN.encode),
        items,
        unit="recordings",
        n=sizes.ears,
        per_part=CHUNK,
        bytes_in=0,
        warm=range(_FEW),
        gather=lambda contents: [DRAWN.decode(one) for one in contents],
    )


def _answer(_folder: Path, sizes: Sizes) -> Measured:
    every = [one.text for one in authored_texts() if one.template.part == "dev"]
    texts = [every[i] for i in np.random.default_rng(_SEED).permutation(len(every))[: sizes.texts]]
    asked = Asked(
        model="default",
        precision="int8",
        threads=1,
        batch_size=32,
        highlight=False,
        scrub=False,
        sha256=TextEngine().model.sha256,
    )
    return _both(
        AnswerTexts(asked),
        [tuple(texts[i : i + sizes.texts // 2]) for i in (0, sizes.texts // 2)],
        unit="texts",
        n=len(texts),
        per_part=TEXTS,
        bytes_in=sum(len(one.encode()) + 1 for one in texts),
        warm=tuple(texts[:_FEW]),
        gather=lambda contents: [json.loads(one) for one in contents],
    )


def _nothing(_item: Any) -> None:
    return None


_WORK: dict[str, Callable[[Path, Sizes], Measured]] = {
    "analyze": partial(_analyze, options=Options()),
    "analyze, classical": partial(_analyze, options=Options(analyzer=CLASSICAL)),
    "simulate": _simulate,
    "generate": _generate,
    "answer texts": _answer,
}
