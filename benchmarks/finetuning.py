"""Measures what going on with a clinic's own marks is worth to the shipped network.

``python benchmarks/finetuning.py`` writes ``results/finetuning.json``. The clinic is simulated,
with waves later and smaller and noise louder than in what the network learned from, each by a
standard deviation between subjects. The network goes on by the recipe ``finetune`` with the marks
of its training patients, and reads the test patients before and after.
"""

# ruff: noqa: D103  a script

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import torch

import evoscope
from evoscope.abr.benchmark.evaluation import (
    Data,
    Evaluation,
    Figure,
    commit_of,
    write_json,
)
from evoscope.abr.benchmark.finetuned import AFTER, BEFORE, SHOWN
from evoscope.abr.benchmark.protocol import evaluate
from evoscope.abr.benchmark.protocol.contestants import contestant
from evoscope.abr.cohort import Cohort
from evoscope.abr.learning.training import load_cohort, load_recipe, open_start, train_series
from evoscope.abr.learning.training.pack import write_series_pack
from evoscope.abr.simulation import Shift
from evoscope.abr.simulation.make import simulate

ROOT = Path(__file__).resolve().parents[1]
RESULT = "benchmarks/results/finetuning.json"
PATIENTS, SEED = 300, 2031
SHIFT = Shift(latency_sd=1.0, amplitude_sd=-1.0, noise_sd=1.0)


def fine_tuned(cohort: Cohort, folder: Path) -> tuple[Path, float]:
    """Go on with a cohort from the shipped pack: the new pack, and the processor seconds it took.

    Args:
        cohort: with its split beside it.
        folder: for run and pack.
    """
    began = time.process_time()
    start = open_start("default")
    recipe = start.suited(load_recipe("finetune"))
    cohorts = [load_cohort(cohort.path)]
    model, _ = train_series(recipe, cohorts, folder=folder / "run", start=start)
    pack = write_series_pack(
        folder / "pack",
        model,
        recipe,
        cohorts,
        name="finetuned",
        version=evoscope.__version__,
        commit=commit_of(ROOT),
        wall_seconds=time.process_time() - began,
        start=start,
    )
    return Path(pack.folder), time.process_time() - began


def read_by(cohort: Cohort, pack: str, name: str) -> list[Figure]:
    """Figures of the test patients, in slices that end with a name."""
    who = contestant(pack)
    found, _ = evaluate(cohort, pack=who.name, analyzer=who, split="test", limits=False)
    return [
        f.model_copy(update={"slice": f"{f.slice} pack={name}", "goal": ""})
        for f in found.figures
        if (f.task, f.metric, f.slice) in SHOWN
    ]


def main() -> int:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cohort = simulate(folder / "own.parquet", patients=PATIENTS, seed=SEED, shift=SHIFT)
        before = read_by(cohort, "default", BEFORE)
        print("before: read", file=sys.stderr, flush=True)
        pack, seconds = fine_tuned(cohort, folder)
        print(f"fine-tuned: {seconds:.0f} s", file=sys.stderr, flush=True)
        after = read_by(cohort, str(pack), AFTER)
    write_json(
        Evaluation(
            pack=contestant("default").name,
            data=Data(
                path=f"clinic, seed {SEED}, moved",
                patients=PATIENTS,
                split="test",
                note="Simulated: waves 1 SD later and smaller, noise 1 SD louder. Of the patients "
                "70 % were learned from, 15 % calibrated on, 15 % read. Encoding, training and "
                f"calibration took {seconds:.0f} processor seconds on one thread.",
            ),
            commit=commit_of(ROOT),
            figures=(*before, *after),
        ),
        ROOT / RESULT,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
