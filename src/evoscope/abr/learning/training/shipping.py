"""``python -m evoscope.abr.learning.training.shipping FOLDER COMMIT``: the shipped pack, again.

Simulates the cohorts that are not in the folder yet, trains by the recipe ``production`` or goes on
where it stopped, and writes the pack into the folder. From there it is copied into the package.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evoscope.abr.learning.training.fit import load_cohort, train_series
from evoscope.abr.learning.training.pack import write_series_pack
from evoscope.abr.learning.training.recipe import load_recipe
from evoscope.abr.simulation.make import simulate
from evoscope.abr.workers import cores

VERSION = "1.0.0"
RECIPE = "production"


@dataclass(frozen=True)
class Learned:
    """A cohort the shipped network learns from; arguments as of ``simulate``."""

    name: str
    patients: int
    seed: int
    profile: str = "clinic"
    polarity: Literal["alternating", "pair"] = "alternating"
    enrich: bool = False


COHORTS = (
    Learned("clinic1", 2038, 7001),
    Learned("clinic2", 2038, 7002),
    Learned("pair", 900, 7003, polarity="pair", enrich=True),
    Learned("adult", 900, 7006, profile="adult"),
    Learned("infant", 600, 7005, profile="infant_screening"),
)
"""The seeds of the benchmark's cohorts are others."""


def main(arguments: Sequence[str]) -> int:
    """Simulate, train, write the pack."""
    if len(arguments) != 2:
        print(
            "Two things should be named: a folder for cohorts, run and pack, and the commit of the "
            "code, which the card keeps.",
            file=sys.stderr,
        )
        return 2
    folder, commit = Path(arguments[0]), arguments[1]
    folder.mkdir(parents=True, exist_ok=True)
    cohorts = [load_cohort(_made(folder, c), processes=cores(), cache=folder) for c in COHORTS]
    recipe, began = load_recipe(RECIPE), time.monotonic()
    run_folder = folder / "run"
    model, run = train_series(recipe, cohorts, folder=run_folder, resume=run_folder.exists())
    if run.ended != "completed":
        print(f"Stopped: {run.ended}. Run it again to go on.", file=sys.stderr)
        return 1
    pack = write_series_pack(
        folder / "series",
        model,
        recipe,
        cohorts,
        name="series",
        version=VERSION,
        commit=commit,
        wall_seconds=time.monotonic() - began,
        overwrite=True,
    )
    print(f"{pack.folder} {pack.sha256}")
    return 0


def _made(folder: Path, cohort: Learned) -> Path:
    path = folder / f"{cohort.name}.parquet"
    if not path.exists():
        print(f"Simulating {cohort.name}", file=sys.stderr)
        simulate(
            path,
            profile=cohort.profile,
            patients=cohort.patients,
            seed=cohort.seed,
            polarity=cohort.polarity,
            enrich=cohort.enrich,
            processes=cores(),
        )
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
