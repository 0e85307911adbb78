"""Networks of a generator, trained for equal time: their packs judged side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evoscope.abr.benchmark.evaluation import commit_of, write_text
from evoscope.abr.benchmark.generation.distances import features, frechet, wasserstein
from evoscope.abr.benchmark.generation.drawing import SHOWN_STEPS, draws_of
from evoscope.abr.benchmark.generation.floors import over_floor
from evoscope.abr.benchmark.generation.sample import sample_of
from evoscope.abr.benchmark.generation.two_sample import floor_auc, told_apart
from evoscope.abr.benchmark.tables import number
from evoscope.abr.cohort import Cohort, load_split, split_path
from evoscope.abr.generation import Generator
from evoscope.measure import Measured

LINES = "networks.json"
BANDS = ("below 0.05", "to 0.2", "to 0.7", "to 2", "to 8", "above")
"""Noise over signal that losses are told apart by, as `learning.diffusion.compare` has it."""


def judge_networks(folder: Path, cohort: Cohort, *, most: int) -> dict[str, Any]:
    """Judge every pack of a folder against held-out patients of a cohort.

    Returns:
        the document: for each network what its training wrote, and its figures.
    """
    split = load_split(split_path(cohort), cohort)
    test = [name for name, part in split.patients.items() if part == "test"]
    real = sample_of(cohort, view="clean", patients=test, most=most, seed=0)
    shapes, rows = features(real.waveform), []
    for line in json.loads((folder / LINES).read_text("utf-8")):
        generator = Generator(folder / line["name"])
        (draw,) = draws_of(generator, view="clean", steps=(SHOWN_STEPS,)).values()
        drawn = draw(real, 0)
        ratio, _ = over_floor(shapes, features(drawn.waveform), real.patient, frechet, seed=0)
        latency, _ = over_floor(
            real.latency_ms, drawn.latency_ms, real.patient, wasserstein, seed=0
        )
        found = {
            "frechet_over_floor": ratio,
            "c2st_auc": told_apart(real, drawn, seed=0),
            "latency_w1_over_floor": latency,
        }
        rows.append({**line, "figures": {name: _stated(m) for name, m in found.items()}})
    return {
        "commit": commit_of(Path(__file__).parent),
        "data": {"sha256": split.cohort_sha256, "split_sha256": split.sha256, "split": "test"},
        "recordings": len(real),
        "floor_auc": floor_auc(real, seed=0).value,
        "networks": rows,
    }


def write_networks(document: dict[str, Any], path: Path) -> None:
    """Write the document."""
    write_text(json.dumps(document, indent=1) + "\n", path)


def networks_table(document: dict[str, Any]) -> str:
    """One row per network: what the time bought, losses by noise, and figures."""
    lines = [
        f"{document['networks'][0]['seconds']:.0f} s of processor time each; figures on "
        f"{document['recordings']} held-out recordings at {SHOWN_STEPS} evaluations; two-sample "
        f"AUC of real against real {number(document['floor_auc'])}. Losses are the waveform's, "
        "over noise as a multiple of the response.",
        "",
        "| network | weights | recordings seen | Frechet / floor | two-sample AUC | "
        f"V latency W1 / floor | {' | '.join(f'loss {band}' for band in BANDS)} |",
        "|---" * (6 + len(BANDS)) + "|",
    ]
    for row in document["networks"]:
        cells = [
            f"{number(f['value'])} ({number(f['low'])} to {number(f['high'])})"
            for f in row["figures"].values()
        ]
        losses: Sequence[float] = row["losses"]["signal"]
        lines.append(
            f"| {row['name']} | {row['parameters']} | {row['recordings']} | "
            f"{' | '.join(cells)} | {' | '.join(number(loss) for loss in losses)} |"
        )
    return "\n".join(lines)


def _stated(found: Measured) -> dict[str, float | int | None]:
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}
