"""``make bench-clinic``: the classical analyzer on the simulated clinic, beside what is possible.

Two cohorts, of fixed seeds: the calibrated clinic, of which the test patients are analyzed, and an
enriched one, whose fifty patients of every class are needed to say anything of classes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from evoscope.abr.benchmark.evaluation import Data, Evaluation, Figure, commit_of, write_json
from evoscope.abr.benchmark.protocol import evaluate
from evoscope.abr.benchmark.tables import fill_file, markdown
from evoscope.abr.simulation.make import simulate
from evoscope.abr.simulation.profiles import get_profile
from evoscope.abr.workers import cores

ROOT = Path(__file__).resolve().parents[4]
RESULT = "benchmarks/results/clinic.json"
TABLE = "bench-clinic"
SEED, ENRICHED_SEED = 2026, 2027
ENRICHED_PATIENTS = 250
ENRICHED = "mix=enriched"
NOTE = (
    "All simulated. The simulator and the classical analyzer share published norms, which flatters "
    "the analyzer. Class figures, in the slice mix=enriched, are of "
    f"{ENRICHED_PATIENTS} patients of an enriched clinic (seed {ENRICHED_SEED}), as many of each "
    "class; all others of the test patients of the calibrated clinic."
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
    ("class.ear", "over_ideal", ENRICHED),
    ("class.ear", "abstention_rate", ENRICHED),
)
"""What the README shows of some thousand figures."""


def main() -> int:
    """Simulate, evaluate, write the result file, fill the README's table, print it."""

    def say(what: str) -> None:
        print(f"  {what}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        plain, enriched = run(Path(folder), say=say)
    evaluation = together(plain, enriched)
    write_json(evaluation, ROOT / RESULT)
    table = table_of(evaluation)
    fill_file(ROOT / "README.md", TABLE, table)
    print(table)
    return 0


def run(folder: Path, *, say: Callable[[str], None]) -> tuple[Evaluation, Evaluation]:
    """Make both cohorts in a folder and evaluate the analyzer on them."""
    processes = cores()

    def start(task: str, total: int) -> Callable[[], None]:
        say(f"{task} ({total})")
        return lambda: None

    say("simulating the clinic")
    clinic = simulate(
        folder / "clinic.parquet",
        profile="clinic",
        patients=get_profile("clinic").patients,
        seed=SEED,
        processes=processes,
    )
    plain, _ = evaluate(clinic, processes=processes, start=start)
    say("simulating an enriched clinic")
    cohort = simulate(
        folder / "enriched.parquet",
        profile="clinic",
        patients=ENRICHED_PATIENTS,
        seed=ENRICHED_SEED,
        polarity="pair",
        enrich=True,
        processes=processes,
    )
    enriched, _ = evaluate(cohort, split="all", processes=processes, start=start)
    return plain, enriched


def together(plain: Evaluation, enriched: Evaluation) -> Evaluation:
    """One document: what the clinic tells, and of classes what the enriched one tells.

    Of waves other than V, only the figures over everything are kept.
    """
    kept = [f for f in plain.figures if not f.task.startswith("class.") and _kept(f)]
    classes = [
        f.model_copy(update={"slice": ENRICHED})
        for f in enriched.figures
        if f.task.startswith("class.") and f.slice == "all"
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
            note=f"{NOTE} Its rows: SHA-256 {enriched.data.sha256}.",
        ),
        commit=commit_of(ROOT),
        threads=plain.threads,
        seed=plain.seed,
        figures=(*kept, *classes),
    )


def table_of(evaluation: Evaluation) -> str:
    """The README's table."""
    known = {(f.task, f.metric, f.slice): f for f in evaluation.figures}
    return markdown([known[row] for row in ROWS], beside="limit")


def _kept(figure: Figure) -> bool:
    of_other_wave = "." in figure.task and not figure.task.endswith(".V")
    return figure.slice == "all" or not of_other_wave


if __name__ == "__main__":
    sys.exit(main())
