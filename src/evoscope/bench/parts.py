"""The benchmarks by name: what each measures, what it writes, what it needs."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

Need = Literal[
    "real recordings",
    "training stack",
    "text encoder",
    "word lists",
    "server",
    "cluster",
    "browser",
    "Parquet",
    "WFDB reader",
]
_MODULES: Mapping[Need, tuple[str, ...]] = {
    "training stack": ("torch",),
    "text encoder": ("tokenizers",),
    "word lists": ("vaderSentiment",),
    "server": ("fastapi", "httpx2", "psutil"),
    "cluster": ("ray",),
    "browser": ("fastapi", "httpx2", "playwright"),
    "Parquet": ("pandas", "pyarrow"),
    "WFDB reader": ("wfdb",),
}
REAL_DATA = "EVOSCOPE_REALDATA"
BY_NAME = "it is run where it is named: it takes hours"


@dataclass(frozen=True)
class Part:
    """One benchmark.

    Attributes:
        name: on the command line.
        says: what it measures, in a line.
        command: what Python runs, from the checkout: ``-m module`` or a script.
        results: files it writes in ``benchmarks/results``.
        minutes: processor time on the two-core machine of the published figures, roughly.
        needs: what it cannot run without.
        takes: files of the checkout that it is made of, which hours of other commands make.
        hours: whether it runs only where it is named.
        quick: arguments that make it a matter of a minute; ``None`` where it has no such form.
        quick_needs: what that form cannot run without.
    """

    name: str
    says: str
    command: tuple[str, ...]
    results: tuple[str, ...]
    minutes: float
    needs: tuple[Need, ...] = ()
    takes: tuple[str, ...] = ()
    hours: bool = False
    quick: tuple[str, ...] | None = None
    quick_needs: tuple[Need, ...] = ()

    def missing(self, root: Path, *, quick: bool = False) -> tuple[str, ...]:
        """What it needs, and this machine or checkout lacks."""
        if quick:
            return tuple(need for need in self.quick_needs if not _there(need))
        return (
            *(need for need in self.needs if not _there(need)),
            *(path for path in self.takes if not (root / path).exists()),
        )


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return ("-m", f"evoscope.{name}", *arguments)


_QUICK = ("--quick",)
_NETWORKS = ".networks"
_TEXT_RUNS = "runs/text-ablation"

PARTS: tuple[Part, ...] = (
    Part(
        "speed",
        "start, import, stages of an analysis, memory, growth, throughput, share of the peak",
        _module("abr.benchmark.cost"),
        ("cost.json",),
        16,
        needs=("Parquet",),
        quick=_QUICK,
        quick_needs=("Parquet",),
    ),
    Part(
        "peers",
        "both analyzers beside published methods, quality and time",
        _module("abr.benchmark.peers"),
        ("peers.json",),
        6,
        needs=("Parquet",),
        quick=_QUICK,
        quick_needs=("Parquet",),
    ),
    Part(
        "real",
        "thresholds, waves, noise and time on real recordings",
        _module("abr.benchmark.real"),
        ("real.json", "real_classical.json"),
        8,
        needs=("real recordings", "Parquet", "WFDB reader"),
    ),
    Part(
        "clinic",
        "both analyzers on the simulated clinic, beside what is possible; moved clinics",
        _module("abr.benchmark.clinic"),
        ("clinic.json", "clinic_classical.json", "clinic_shifted.json"),
        60,
        needs=("Parquet",),
        quick=_QUICK,
        quick_needs=("Parquet",),
    ),
    Part(
        "foreign",
        "spoilt recordings, and those that are something else",
        _module("abr.benchmark.foreign"),
        ("foreign.json",),
        10,
        needs=("real recordings", "Parquet"),
        quick=_QUICK,
        quick_needs=("real recordings", "Parquet"),
    ),
    Part(
        "generation",
        "what the generators draw, beside rivals and floors",
        _module("abr.benchmark.synthetic"),
        ("generation.json",),
        30,
        needs=("Parquet",),
        quick=_QUICK,
        quick_needs=("Parquet",),
    ),
    Part(
        "generation-networks",
        f"networks of a generator that were compared in {_NETWORKS}, judged",
        _module(
            "abr.benchmark.synthetic",
            "--networks",
            _NETWORKS,
            "--data",
            f"{_NETWORKS}/clinic.parquet",
        ),
        ("generation_networks.json",),
        5,
        needs=("Parquet",),
        takes=(f"{_NETWORKS}/networks.json", f"{_NETWORKS}/clinic.parquet"),
    ),
    Part(
        "clock",
        "the diffusion as a denoiser, beside the network and a Wiener filter",
        _module("abr.benchmark.clock"),
        ("clock.json",),
        3,
        needs=("Parquet",),
        quick=_QUICK,
        quick_needs=("Parquet",),
    ),
    Part(
        "autoencoder-speed",
        "how fast the autoencoder trains and draws",
        _module("abr.learning.cvae.speed"),
        ("cvae_speed.json",),
        4,
        needs=("training stack",),
        quick=_QUICK,
        quick_needs=("training stack",),
    ),
    Part(
        "finetuning",
        "what going on with a clinic's own marks is worth",
        ("benchmarks/finetuning.py",),
        ("finetuning.json",),
        5,
        needs=("training stack",),
    ),
    Part(
        "multitask-overhead",
        "what the engine room's loop costs beside a plain one",
        ("benchmarks/multitask_overhead.py",),
        ("multitask_overhead.json",),
        3,
        needs=("training stack",),
        quick=_QUICK,
        quick_needs=("training stack",),
    ),
    Part(
        "ablation",
        "the table of trained networks, each idea left out in turn, from the runs in .ablation",
        _module("abr.benchmark.ablation", ".ablation"),
        ("ablation.json",),
        1,
        takes=(".ablation/runs.jsonl",),
    ),
    Part(
        "service",
        "the server under load",
        _module("app.benchmark"),
        ("service.json",),
        5,
        needs=("server",),
        quick=_QUICK,
        quick_needs=("server",),
    ),
    Part(
        "first-view",
        "from the start of the server to a page that can be used, in Chromium",
        ("benchmarks/first_view.py",),
        ("first_view.json",),
        1,
        needs=("browser",),
        quick=_QUICK,
        quick_needs=("browser",),
    ),
    Part(
        "page-frames",
        "how smoothly a mark follows the hand, in Chromium",
        ("benchmarks/page_frames.py",),
        ("page_frames.json",),
        1,
        needs=("browser",),
        quick=_QUICK,
        quick_needs=("browser",),
    ),
    Part(
        "scale",
        "the same work in parts over a cluster of this machine; arithmetic for 10^9",
        _module("scale"),
        ("scale.json",),
        3,
        needs=("cluster", "text encoder"),
        quick=_QUICK,
        quick_needs=("cluster", "text encoder"),
    ),
    Part(
        "text",
        "the five answers about messages on every corpus, beside word lists and TF-IDF",
        _module("text.benchmark"),
        ("text.json",),
        30,
        needs=("real recordings", "text encoder", "word lists"),
    ),
    Part(
        "text-speed",
        "the text model's speed and memory, beside PyTorch",
        _module("text.learning.speed", "-o", "benchmarks/results"),
        ("text_speed.json",),
        5,
        needs=("training stack", "text encoder"),
    ),
    Part(
        "text-growth",
        "how the cost of messages grows, and how many a second by batch and threads",
        _module("bench.text_growth"),
        ("text_growth.json",),
        30,
        needs=("text encoder",),
        quick=_QUICK,
        quick_needs=("text encoder",),
    ),
    Part(
        "text-backbones",
        "encoders as they run, and what linear probes on their vectors reach",
        (
            "-m",
            "evoscope",
            "text",
            "compare-backbones",
            "--full",
            "-o",
            "benchmarks/results/text_backbones.json",
        ),
        ("text_backbones.json",),
        60,
        needs=("real recordings", "training stack", "text encoder"),
        hours=True,
    ),
    Part(
        "text-encoders",
        "valence, arousal and dominance by encoder, which needs the packages of mpnet; resumes",
        _module("text.learning.vad_by_encoder"),
        ("text_vad_by_encoder.json",),
        40,
        needs=("real recordings", "training stack", "text encoder"),
        hours=True,
    ),
    Part(
        "text-ablation",
        f"text networks trained with one idea of the reference changed, into {_TEXT_RUNS}; resumes",
        _module("text.learning.ablation", "--output", _TEXT_RUNS),
        ("text_ablation.json",),
        400,
        needs=("real recordings", "training stack", "text encoder"),
        hours=True,
    ),
)
"""Every result file has the part that makes it."""


def part_named(name: str) -> Part:
    """Return a part.

    Raises:
        ValueError: an unknown name, with the likeliest one.

    Example:
        >>> part_named("peers").results
        ('peers.json',)
    """
    by_name = {part.name: part for part in PARTS}
    if name not in by_name:
        near = get_close_matches(name, by_name, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"A part should be one of {', '.join(by_name)}. Found {name!r}.{hint}")
    return by_name[name]


def _there(need: Need) -> bool:
    if need == "real recordings":
        return bool(os.environ.get(REAL_DATA))
    return all(importlib.util.find_spec(name) is not None for name in _MODULES[need])
