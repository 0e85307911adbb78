"""Encoders beside each other as they would run: loading, memory, throughput, and what they know."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import onnx
import torch
from torch import Tensor, nn

from evoscope.multitask.heads.pooling import MeanPooling
from evoscope.text.analysis.assemble import quantized
from evoscope.text.analysis.contract import PRESENT, TOKENS, Precision
from evoscope.text.analysis.fewer_nodes import in_fewer_nodes
from evoscope.text.backbones import Backbone, BackboneError, BackboneFiles, find_backbone
from evoscope.text.benchmark.figures import Figure
from evoscope.text.benchmark.frozen import POOLED, Frozen, Tell, probe_qualities
from evoscope.text.learning.compare import SEE_FOLDER, known_backbone
from evoscope.text.learning.encoder import Encoder, load_encoder, random_encoder
from evoscope.text.learning.export import traced

BATCHES = (1, 8, 32)
LENGTH = 11
"""Tokens of a short message, special ones included."""
PRECISIONS: tuple[Precision, ...] = ("float32", "int8")
_REPEATS = 7
_MEASURE = """
import json, statistics, sys, time
from pathlib import Path
import numpy as np
import onnxruntime
path, length, repeats, vocabulary = sys.argv[1], *map(int, sys.argv[2:5])
batches = [int(one) for one in sys.argv[5:]]
def peak():
    # getrusage would say how large the process was that started this one.
    rows = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) / 1024 for row in rows if row.startswith("VmHWM"))
before = peak()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.log_severity_level = 3
began = time.perf_counter()
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
load = time.perf_counter() - began
rng, found = np.random.default_rng(0), {}
for size in batches:
    tokens = rng.integers(5, vocabulary, (size, length))
    given = {"tokens": tokens, "present": np.ones_like(tokens)}
    session.run(None, given)
    took = []
    for _ in range(repeats):
        began = time.perf_counter(), time.process_time()
        session.run(None, given)
        took.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    wall, cpu = (size / statistics.median(column) for column in zip(*took))
    found[str(size)] = {"texts_per_s": wall, "texts_per_cpu_s": cpu}
print(json.dumps({"load_s": load, "memory_mb": peak() - before, "throughput": found}))
"""


@dataclass(frozen=True)
class Running:
    """An encoder in one precision, in ONNX Runtime on one thread, in a process of its own.

    Attributes:
        precision: of its weights.
        file_mb: of its graph.
        load_s: to open it.
        memory_mb: that opening and running it took.
        throughput: texts of eleven tokens a second, by batch size: of the clock and of the
            processor.
        quality: what a linear probe on its vectors reaches, by corpus; empty with random weights.
    """

    precision: Precision
    file_mb: float
    load_s: float
    memory_mb: float
    throughput: dict[str, dict[str, float]]
    quality: dict[str, Figure]


@dataclass(frozen=True)
class FullyCompared:
    """One encoder.

    Attributes:
        name, repository, licence: of it.
        weights: ``pretrained``, or ``random`` where they are not on this disk.
        parameters: how many numbers it has.
        running: in float32 and int8.
    """

    name: str
    repository: str
    licence: str
    weights: str
    parameters: int
    running: tuple[Running, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the row of a comparison file."""
        return asdict(self)


def compare_fully(
    names: Sequence[str],
    *,
    data: str | Path | None = None,
    probes: bool = True,
    tell: Tell = lambda _what, _done, _of: None,
) -> Iterator[FullyCompared]:
    """Measure encoders one after the other, each precision in a process of its own.

    Each is given as soon as it is measured: the next may take minutes.

    Args:
        names: of `BACKBONES`, their repositories, or folders.
        data: folder of the corpora; default: ``text/`` in ``EVOSCOPE_REALDATA``.
        probes: also fit linear probes on what they say of texts (minutes).
        tell: called with what is done now, and how many of how many texts were read for it.

    Raises:
        BackboneError: an encoder that is not known.
        CorpusError: corpora are not there.
        ImportError: transformers or scikit-learn is not installed.
    """
    for name in names:
        yield _compared(name, data, probes, tell)


class _Pooled(nn.Module):
    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder, self.pooling = encoder, MeanPooling()

    def forward(self, tokens: Tensor, present: Tensor) -> Tensor:
        return cast("Tensor", self.pooling(self.encoder(tokens, present), present > 0))


def _compared(name: str, data: str | Path | None, probes: bool, tell: Tell) -> FullyCompared:
    files, known, encoder = _encoder(name)
    shown = known.name if known else Path(name).name
    vocabulary = encoder.vocabulary
    running: list[Running] = []
    with tempfile.TemporaryDirectory() as folder:
        tell(f"{shown}: writing its graph", 0, 0)
        exact = in_fewer_nodes(_graph(encoder), onnx)
        parameters = sum(p.numel() for p in encoder.parameters())
        del encoder
        for precision in PRECISIONS:
            tell(f"{shown}, {precision}: loading, memory, throughput", 0, 0)
            model = exact if precision == "float32" else quantized(exact, onnx)
            path = Path(folder) / f"{precision}.onnx"
            onnx.save(model, path)
            found = _measured(path, vocabulary)
            quality: dict[str, Figure] = {}
            if probes and files is not None:
                quality = probe_qualities(
                    Frozen(
                        path.read_bytes(),
                        files.tokenizer.read_text("utf-8"),
                        padding=files.padding,
                    ),
                    folder=data,
                    tell=partial(_told, tell, f"{shown}, {precision}, a probe on its vectors"),
                )
            running.append(
                Running(
                    precision=precision,
                    file_mb=path.stat().st_size / 2**20,
                    load_s=found["load_s"],
                    memory_mb=found["memory_mb"],
                    throughput=found["throughput"],
                    quality=quality,
                )
            )
    return FullyCompared(
        name=shown,
        repository=known.repository if known else "",
        licence=known.licence if known else SEE_FOLDER,
        weights="random" if files is None else "pretrained",
        parameters=parameters,
        running=tuple(running),
    )


def _told(tell: Tell, what: str, corpus: str, done: int, of: int) -> None:
    tell(f"{what}: {corpus}", done, of)


def _encoder(name: str) -> tuple[BackboneFiles | None, Backbone | None, Encoder]:
    """The weights where they are on this disk, else random ones of the published shape."""
    if Path(name).is_dir():
        files = find_backbone(name)
        return files, None, load_encoder(files)
    known = known_backbone(name)
    try:
        files = find_backbone(known.name)
    except BackboneError:
        return None, known, random_encoder(known)
    return files, known, load_encoder(files)


def _graph(encoder: Encoder) -> Any:
    tokens = torch.full((2, 7), 5)
    axes = {0: "n", 1: "length"}
    return traced(
        _Pooled(encoder),
        (tokens, torch.ones_like(tokens)),
        [TOKENS, PRESENT],
        [POOLED],
        {TOKENS: axes, PRESENT: axes, POOLED: {0: "n"}},
    )


def _measured(path: Path, vocabulary: int) -> Any:
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path), str(LENGTH), str(_REPEATS), str(vocabulary),
         *map(str, BATCHES)],
        check=True, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    return json.loads(ran.stdout)
