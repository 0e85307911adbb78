"""The benchmarks by name: what each measures, what it writes, what it needs."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Need = Literal[
    "real recordings", "training stack", "text encoder", "word lists", "runs of a training"
]
_MODULE: dict[Need, str] = {
    "training stack": "torch",
    "text encoder": "tokenizers",
    "word lists": "vaderSentiment",
}
REAL_DATA = "EVOSCOPE_REALDATA"


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
        quick: arguments that make it a matter of a minute; ``None`` where it has no such form.
    """

    name: str
    says: str
    command: tuple[str, ...]
    results: tuple[str, ...]
    minutes: float
    needs: tuple[Need, ...] = ()
    quick: tuple[str, ...] | None = None

    def missing(self) -> tuple[Need, ...]:
        """What it needs and this machine lacks. Runs of a training are the caller's to have."""
        return tuple(need for need in self.needs if not _there(need))


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return ("-m", f"evoscope.{name}", *arguments)


PARTS: tuple[Part, ...] = (
    Part(
        "speed",
        "start, import, stages of an analysis, memory, growth, share of the peak",
        _module("abr.benchmark.cost"),
        ("cost.json",),
        25,
        quick=("--quick",),
    ),
    Part(
        "text-growth",
        "how the cost of messages grows, and how many a second by batch and threads",
        _module("bench.text_growth"),
        ("text_growth.json",),
        4,
        needs=("text encoder",),
        quick=("--quick",),
    ),
    Part(
        "peers",
        "both analyzers beside published methods, quality and time",
        _module("abr.benchmark.peers"),
        ("peers.json",),
        6,
        quick=("--quick",),
    ),
    Part(
        "real",
        "thresholds, waves, noise and time on real recordings",
        _module("abr.benchmark.real"),
        ("real.json", "real_classical.json"),
        8,
        needs=("real recordings",),
    ),
    Part(
        "clinic",
        "both analyzers on the simulated clinic, beside what is possible; moved clinics",
        _module("abr.benchmark.clinic"),
        ("clinic.json", "clinic_classical.json", "clinic_shifted.json"),
        60,
    ),
    Part(
        "foreign",
        "spoilt recordings, and those that are something else",
        _module("abr.benchmark.foreign"),
        ("foreign.json",),
        10,
        needs=("real recordings",),
    ),
    Part(
        "generation",
        "what the generators draw, beside rivals and floors",
        _module("abr.benchmark.synthetic"),
        ("generation.json",),
        30,
    ),
    Part(
        "autoencoder-speed",
        "how fast the autoencoder trains and draws",
        _module("abr.learning.cvae.speed"),
        ("cvae_speed.json",),
        10,
        needs=("training stack",),
    ),
    Part(
        "multitask-overhead",
        "what the engine room's loop costs beside a plain one",
        ("benchmarks/multitask_overhead.py",),
        ("multitask_overhead.json",),
        3,
        needs=("training stack",),
    ),
    Part(
        "ablation",
        "the table of trained networks, each idea left out in turn, from folder .ablation",
        _module("abr.benchmark.ablation", ".ablation"),
        ("ablation.json",),
        1,
        needs=("runs of a training",),
    ),
    Part(
        "service",
        "the server under load",
        _module("app.benchmark"),
        ("service.json",),
        5,
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
)
"""Those that one command can run again; docs/benchmarks.md says what takes hours of training."""


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
    module = _MODULE.get(need)
    return module is None or importlib.util.find_spec(module) is not None
