"""Both analyzers on the simulated clinic, beside what is possible: ``evoscope bench clinic``.

Cohorts of fixed seeds: the calibrated clinic, of which the test patients are analyzed; an enriched
one, whose fifty patients of every class are needed to say anything of classes; and clinics whose
ears or noise are not those that the simulator's norms describe.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from evoscope.abr.analysis import CLASSICAL, SHIPPED
from evoscope.abr.benchmark.evaluation import (
    Data,
    Evaluation,
    Figure,
    Reached,
    commit_of,
    write_json,
)
from evoscope.abr.benchmark.protocol import evaluate
from evoscope.abr.benchmark.protocol.contestants import contestant
from evoscope.abr.benchmark.tables import Row, beside, markdown
from evoscope.abr.cohort import Cohort
from evoscope.abr.simulation import Shift
from evoscope.abr.simulation.make import simulate
from evoscope.abr.simulation.profiles import get_profile
from evoscope.abr.workers import cores

ROOT = Path(__file__).resolve().parents[4]
RESULTS: Mapping[str, str] = {
    SHIPPED: "benchmarks/results/clinic.json",
    CLASSICAL: "benchmarks/results/clinic_classical.json",
}
"""Result file of each analyzer."""
SHIFTED_RESULT = "benchmarks/results/clinic_shifted.json"
SEED, ENRICHED_SEED, SHIFTED_SEED = 2026, 2027, 2028
ENRICHED = "mix=enriched"
SHIFTS: Mapping[str, Shift] = {
    "none": Shift(),
    "latency +1 SD": Shift(latency_sd=1.0),
    "latency -1 SD": Shift(latency_sd=-1.0),
    "amplitude +1 SD": Shift(amplitude_sd=1.0),
    "amplitude -1 SD": Shift(amplitude_sd=-1.0),
    "noise +1 SD": Shift(noise_sd=1.0),
    "threshold +1 SD": Shift(threshold_sd=1.0),
}
"""Clinics moved by SDs between subjects; the first is as it is, of the same patients."""
SHOWN_OF_SHIFTED: tuple[tuple[str, str], ...] = (
    ("existence.V", "auc"),
    ("latency.V", "mae_ms"),
    ("latency.V", "coverage_90"),
    ("amplitude.V", "r2"),
    ("denoise", "mse_over_wiener"),
    ("threshold", "mae_db"),
    ("threshold", "coverage_90"),
)
NOTE = (
    "All simulated. The simulator and the classical analyzer share published norms, and the "
    "network has learned from the simulator: it flatters both. Class figures, in slices "
    "mix=enriched, are of {enriched} patients of an enriched clinic (seed "
    f"{ENRICHED_SEED}), as many of each class; all others of the test patients of the calibrated "
    "clinic."
)
ROWS: tuple[tuple[str, str, str], ...] = (
    ("existence.V", "f1", "all"),
    ("existence.V", "auc", "all"),
    ("existence.V", "auc_below_ideal", "all"),
    ("existence.V", "false_peak_rate", "all"),
    ("existence.V", "missed_peak_rate", "all"),
    ("latency.V", "r2", "all"),
    ("latency.V", "mae_ms", "all"),
    ("latency.V", "within_0.1ms", "all"),
    ("latency.V", "coverage_90", "all"),
    ("latency.V", "rmse_over_crlb", "fmp=3.1+"),
    ("amplitude.V", "r2", "all"),
    ("amplitude.V", "mae_uv", "all"),
    ("amplitude.V", "rmse_over_crlb", "fmp=3.1+"),
    ("denoise", "mse_over_noise", "all"),
    ("denoise", "mse_over_wiener", "all"),
    ("denoise", "mse_over_linear", "all"),
    ("detection", "auc", "all"),
    ("detection", "auc", "model=fmp"),
    ("detection", "auc", "model=level"),
    ("detection", "sensitivity_at_5fpr", "all"),
    ("threshold", "mae_db", "all"),
    ("threshold", "mae_db", "step=5"),
    ("threshold", "mae_db", "step=10"),
    ("threshold", "mae_db", "step=20"),
    ("threshold", "mae_db", "model=lowest_level_plus_10"),
    ("threshold", "mae_over_ideal", "all"),
    ("threshold", "within_10db", "all"),
    ("threshold", "coverage_90", "all"),
    ("class.ear", "accuracy", ENRICHED),
    ("class.ear", "macro_f1", ENRICHED),
    ("class.ear", "macro_f1", f"{ENRICHED} polarity=alternating"),
    ("class.ear", "over_ideal", ENRICHED),
    ("class.ear", "abstention_rate", ENRICHED),
)
"""What the README shows of some thousand figures."""


@dataclass(frozen=True)
class Sizes:
    """How many patients each clinic has, and by how many shifts it is moved.

    Attributes:
        clinic: of the clinic; ``None`` for as many as its profile says.
        enriched: of the one with as many of each class.
        shifted: of each moved clinic. shifts: that are tried.
        limits: whether the best that is possible is computed, too.
    """

    clinic: int | None = None
    enriched: int = 250
    shifted: int = 60
    shifts: int = len(SHIFTS)
    limits: bool = True


QUICK = Sizes(clinic=30, enriched=4, shifted=4, shifts=1, limits=False)


def main() -> int:
    """Simulate, evaluate, write the result files, print the README's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few patients, nothing written")
    quick = parser.parse_args().quick
    sizes = QUICK if quick else Sizes()

    def say(what: str) -> None:
        print(f"  {what}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), sizes, say=say)
        moved = run_shifted(Path(folder), sizes, say=say)
    if not quick:
        for name, evaluation in found.items():
            write_json(evaluation, ROOT / RESULTS[name])
        write_json(moved, ROOT / SHIFTED_RESULT)
    print(table_of(found))
    return 0


def run(folder: Path, sizes: Sizes, *, say: Callable[[str], None]) -> dict[str, Evaluation]:
    """Make clinic and enriched clinic in a folder and evaluate both analyzers on them.

    Limits, which do not depend on who analyzes, are measured once, with the shipped network.
    """
    say("simulating the clinic")
    clinic = simulate(
        folder / "clinic.parquet",
        profile="clinic",
        patients=sizes.clinic or get_profile("clinic").patients,
        seed=SEED,
        processes=cores(),
    )
    say("simulating an enriched clinic")
    enriched = simulate(
        folder / "enriched.parquet",
        profile="clinic",
        patients=sizes.enriched,
        seed=ENRICHED_SEED,
        polarity="pair",
        enrich=sizes.clinic is None,
        processes=cores(),
    )
    return {
        name: together(
            _evaluated(clinic, name, whole=False, limits=sizes.limits and name == SHIPPED, say=say),
            _evaluated(
                enriched, name, whole=True, limits=sizes.limits and name == SHIPPED, say=say
            ),
        )
        for name in RESULTS
    }


def run_shifted(folder: Path, sizes: Sizes, *, say: Callable[[str], None]) -> Evaluation:
    """Evaluate the shipped network on clinics that are moved, one for each of ``SHIFTS``."""
    figures: list[Figure] = []
    for number, (name, shift) in enumerate(islice(SHIFTS.items(), sizes.shifts)):
        cohort = simulate(
            folder / f"shifted-{number}.parquet",
            profile="clinic",
            patients=sizes.shifted,
            seed=SHIFTED_SEED,
            shift=shift,
            processes=cores(),
        )
        one = _evaluated(cohort, SHIPPED, whole=True, limits=False, say=say)
        figures += [
            f.model_copy(update={"slice": f"shift={name}"})
            for f in one.figures
            if f.slice == "all" and (f.task, f.metric) in SHOWN_OF_SHIFTED
        ]
    return Evaluation(
        pack=one.pack,
        data=Data(
            path=f"clinic, seed {SHIFTED_SEED}, moved",
            patients=sizes.shifted,
            note="All simulated: the same patients and random numbers in every clinic.",
        ),
        commit=commit_of(ROOT),
        threads=one.threads,
        seed=one.seed,
        figures=tuple(figures),
    )


def _evaluated(
    cohort: Cohort, name: str, *, whole: bool, limits: bool, say: Callable[[str], None]
) -> Evaluation:
    def start(task: str, total: int) -> Callable[[], None]:
        say(f"{cohort.path.stem}, {name}: {task} ({total})")
        return lambda: None

    who = contestant(name)
    found, _ = evaluate(
        cohort,
        pack=who.name,
        analyzer=who,
        split="all" if whole else "test",
        limits=limits,
        processes=cores(),
        start=start,
    )
    return found


def together(plain: Evaluation, enriched: Evaluation) -> Evaluation:
    """One document: what the clinic tells, and of classes what the enriched one tells.

    Of waves other than V, only the figures over everything are kept.
    """
    kept = [f for f in plain.figures if not _of_classes(f) and _kept(f)]
    classes = [
        f.model_copy(update={"slice": _enriched(f.slice)})
        for f in enriched.figures
        if _of_classes(f) and (f.slice == "all" or f.slice.startswith("polarity="))
    ]
    data = plain.data
    return Evaluation(
        pack=plain.pack,
        data=Data(
            path=f"clinic, seed {SEED}",
            sha256=data.sha256,
            split_sha256=data.split_sha256,
            split=data.split,
            patients=data.patients,
            patients_in_split=data.patients_in_split,
            recordings=data.recordings,
            note=f"{NOTE.format(enriched=enriched.data.patients)} Its rows: SHA-256 "
            f"{enriched.data.sha256}.",
        ),
        commit=commit_of(ROOT),
        threads=plain.threads,
        seed=plain.seed,
        figures=(*kept, *classes),
        goals=(
            *(goal for goal in plain.goals if not _of_classes(goal)),
            *(
                goal.model_copy(update={"slice": _enriched(goal.slice)})
                for goal in enriched.goals
                if _of_classes(goal)
            ),
        ),
    )


def table_of(found: Mapping[str, Evaluation]) -> str:
    """The README's table: both analyzers, and the limit."""
    shipped, classical = (
        {(f.task, f.metric, f.slice): f for f in found[name].figures} for name in RESULTS
    )
    rows = [Row(shipped[row], classical.get(row)) for row in ROWS if row in shipped]
    return beside(rows, others="classical")


def shifted_table(evaluation: Evaluation) -> str:
    """The page's table of moved clinics."""
    return markdown(evaluation.figures)


def _enriched(where: str) -> str:
    return ENRICHED if where == "all" else f"{ENRICHED} {where}"


def _of_classes(one: Figure | Reached) -> bool:
    return one.task.startswith("class.")


def _kept(figure: Figure) -> bool:
    of_other_wave = "." in figure.task and not figure.task.endswith(".V")
    return figure.slice == "all" or not of_other_wave


if __name__ == "__main__":
    sys.exit(main())
