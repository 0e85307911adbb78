"""How fast a text pack answers, beside the same network in PyTorch.

``python -m evoscope.text.learning.speed PACK -o benchmarks/results`` writes ``text_speed.json``.
One thread, medians. PyTorch and the pack take turns in one process, so that a ratio means something
on a busy machine; times of the processor stand beside those of the clock for the same reason.
Memory is the peak of a process of its own, as Linux states it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from evoscope.measure.results import commit_of, write_text
from evoscope.runtime import open_pack
from evoscope.text.analysis import TextEngine
from evoscope.text.analysis.contract import (
    BACKBONE,
    PURPOSE_DELTA,
    TOKENIZER,
    NeededBackbone,
    reading_of,
    spelling_of,
)
from evoscope.text.analysis.engine import pack_folder
from evoscope.text.analysis.ngrams import ngram_numbers
from evoscope.text.authored import authored_texts
from evoscope.text.backbones import Tokens, find_backbone, padded
from evoscope.text.cleaning import clean
from evoscope.text.learning.encoder import load_encoder
from evoscope.text.learning.linear import Linear
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.settings import NetworkSettings

TOKENS = 11
"""Of a short message, special ones included."""
BATCHES = (1, 32)
_TEXTS = 192
_FIRST = """
import json, sys, time
from pathlib import Path
began = time.perf_counter(), time.process_time()
from evoscope.text.analysis import TextEngine
engine = TextEngine(sys.argv[1], precision=sys.argv[2])
engine.analyze("what a day it is, thank you all so much")
ended = time.perf_counter(), time.process_time()
def resident():
    # getrusage would say how large the process was that started this one.
    rows = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) / 1024 for row in rows if row.startswith("VmHWM"))
first = resident()
engine.analyze(["what a day it is, thank you all so much"] * 512)
unwanted = [one for one in ("torch", "transformers", "onnx", "sklearn") if one in sys.modules]
print(json.dumps({"wall_s": ended[0] - began[0], "cpu_s": ended[1] - began[1],
                  "first_mb": first, "after_512_texts_mb": resident(), "unwanted": unwanted}))
"""
Times = dict[str, float]


def measure(model: str | Path, *, repeats: int = 9) -> dict[str, Any]:
    """Measure a pack.

    Args:
        model: folder of a pack that stands on an encoder, or ``default``.
        repeats: of every measurement.

    Raises:
        PackError: no model, or one that cannot be run.
        ValueError: a pack that was put together, of which PyTorch cannot make the network.
    """
    torch.set_num_threads(1)
    path = pack_folder(model)
    engine = TextEngine(path)
    exact = TextEngine(path, precision="float32")
    network = in_torch(path)
    texts = short_texts(_TEXTS, Tokens(engine.pack.read(TOKENIZER).decode(), longest=4 * TOKENS))
    rivals: dict[str, Callable[[Sequence[str]], object]] = {
        "int8": engine.scores,
        "float32": exact.scores,
        "pytorch": network,
    }
    per_text: dict[str, list[Times]] = {}
    for size in BATCHES:
        chosen = texts if size > 1 else texts[: _TEXTS // 3]
        for work in rivals.values():
            _in_batches(work, chosen, size)  # the first call allocates
        for _ in range(repeats):
            for name, work in rivals.items():
                took = _in_batches(work, chosen, size)
                per_text.setdefault(f"{name} batch {size}", []).append(took)
    one_by_one = [_timed(partial(engine.analyze, text), 1) for text in texts]
    many = [_timed(partial(engine.analyze, texts), len(texts)) for _ in range(repeats)]
    starts = [first_answer(path) for _ in range(min(5, repeats))]
    figures: dict[str, float] = {
        "texts_per_s": 1.0 / _median(many, "wall_s"),
        "texts_per_cpu_s": 1.0 / _median(many, "cpu_s"),
        "p50_ms": 1e3 * _median(one_by_one, "wall_s"),
        "p50_cpu_ms": 1e3 * _median(one_by_one, "cpu_s"),
        "cold_start_s": _median(starts, "wall_s"),
        "cold_start_cpu_s": _median(starts, "cpu_s"),
        "rss_mb": max(one["first_mb"] for one in starts),
        "rss_after_512_texts_mb": max(one["after_512_texts_mb"] for one in starts),
    }
    for size in BATCHES:
        for name in ("int8", "float32"):
            for clock in ("wall_s", "cpu_s"):
                ratios = [
                    slow[clock] / fast[clock]
                    for slow, fast in zip(
                        per_text[f"pytorch batch {size}"],
                        per_text[f"{name} batch {size}"],
                        strict=True,
                    )
                ]
                key = f"{name}_over_pytorch_batch_{size}" + ("" if clock == "wall_s" else "_cpu")
                figures[key] = statistics.median(ratios)
    return {
        "pack": engine.model.model_dump(),
        "commit": commit_of(Path(__file__).parent),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, torch {torch.__version__}",
        "load_average": os.getloadavg()[0],
        "threads": 1,
        "tokens": TOKENS,
        "repeats": repeats,
        "unwanted_imports": starts[0]["unwanted"],
        "figures": figures,
        "texts_per_s": {
            name: {clock: 1.0 / _median(runs, f"{clock}_s") for clock in ("wall", "cpu")}
            for name, runs in per_text.items()
        },
    }


def in_torch(path: Path) -> Callable[[Sequence[str]], object]:
    """Return the network of a pack in PyTorch, from texts to numbers, in float32.

    Its heads are not those that were trained: their time does not depend on what they learned.

    Args:
        path: of a pack that stands on an encoder.

    Raises:
        ValueError: a pack that was put together.
    """
    pack = open_pack(path)
    if pack.card.purpose != PURPOSE_DELTA:
        raise ValueError(
            "The pack should be the one that training wrote. Found one that was put together "
            f"with its encoder: {path}. Name the other."
        )
    needed = NeededBackbone.model_validate_json(pack.read(BACKBONE))
    reading = reading_of(pack)
    files = find_backbone(needed.name)
    settings = NetworkSettings.model_validate(pack.card.training.settings["network"])
    network = TextNetwork(load_encoder(files), settings)
    if settings.linear is not None:
        network.linear = Linear(settings.buckets, share=settings.linear.share)
    network.eval()
    tokens = Tokens(files.tokenizer.read_text("utf-8"), longest=reading.longest)
    spelling = spelling_of(pack)

    def answer(texts: Sequence[str]) -> object:
        cleaned = [spelling.mended(clean(text)) for text in texts]
        ids, present = padded(tokens(cleaned), padding=reading.padding)
        inputs = {"tokens": torch.from_numpy(ids), "present": torch.from_numpy(present)}
        if reading.buckets:
            grams = [ngram_numbers(text, buckets=reading.buckets) for text in cleaned]
            inputs["ngrams"] = torch.from_numpy(padded(grams, padding=0)[0])
        with torch.inference_mode():
            return network(**inputs)

    return answer


def short_texts(count: int, tokens: Tokens) -> list[str]:
    """Return messages of about eleven tokens, from the written set: the same ones everywhere.

    Args:
        count: how many.
        tokens: cuts them.
    """
    every = sorted({clean(one.text) for one in authored_texts()})
    length = dict(zip(every, map(len, tokens(every)), strict=True))
    return sorted(every, key=lambda text: abs(length[text] - TOKENS))[:count]


def first_answer(path: Path, *, precision: str = "int8") -> Any:
    """Start a new process that answers once: seconds from the import, memory, what it imported."""
    ran = subprocess.run(
        [sys.executable, "-c", _FIRST, str(path), precision],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return json.loads(ran.stdout)


def _in_batches(work: Callable[[Sequence[str]], object], texts: Sequence[str], size: int) -> Times:
    def every() -> None:
        for start in range(0, len(texts), size):
            work(texts[start : start + size])

    return _timed(every, len(texts))


def _timed(work: Callable[[], object], texts: int) -> Times:
    """Seconds a text, by the clock and of the processor."""
    began = time.perf_counter(), time.process_time()
    work()
    ended = time.perf_counter(), time.process_time()
    return {"wall_s": (ended[0] - began[0]) / texts, "cpu_s": (ended[1] - began[1]) / texts}


def _median(runs: Sequence[Times], clock: str) -> float:
    return statistics.median(one[clock] for one in runs)


def main() -> None:
    """Write ``text_speed.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", nargs="?", default="default", help="folder of a text pack")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder")
    parser.add_argument("--repeats", type=int, default=9, help="of every measurement")
    asked = parser.parse_args()
    found = measure(asked.pack, repeats=asked.repeats)
    write_text(json.dumps(found, indent=1) + "\n", asked.output / "text_speed.json")
    for name, value in found["figures"].items():
        print(f"{name:36} {value:10.4g}")


if __name__ == "__main__":
    main()
