"""The table of what going on with a clinic's own marks is worth: after, and before beside it."""

from __future__ import annotations

from evoscope.abr.benchmark.evaluation import Evaluation
from evoscope.abr.benchmark.tables import Row, beside

BEFORE, AFTER = "before", "after"
SHOWN = (
    ("existence.V", "auc", "truth=marked"),
    ("existence.V", "f1", "truth=marked"),
    ("latency.V", "mae_ms", "truth=marked"),
    ("latency.V", "coverage_90", "truth=marked"),
    ("amplitude.V", "mae_uv", "truth=marked"),
    ("threshold", "mae_db", "truth=marked_threshold_db"),
    ("threshold", "within_10db", "truth=marked_threshold_db"),
    ("threshold", "coverage_90", "truth=marked_threshold_db"),
    ("existence.V", "auc", "all"),
    ("latency.V", "mae_ms", "all"),
    ("threshold", "mae_db", "all"),
    ("denoise", "mse_over_noise", "all"),
)
"""Against the clinic's marks, which were learned; then against the truth, which was not."""


def table_of(found: Evaluation) -> str:
    """Markdown of ``finetuning.json``."""
    figures = {(f.task, f.metric, f.slice): f for f in found.figures}
    rows = []
    for task, metric, where in SHOWN:
        after = figures[task, metric, f"{where} pack={AFTER}"]
        before = figures[task, metric, f"{where} pack={BEFORE}"]
        rows.append(Row(after.model_copy(update={"slice": where}), before))
    return beside(rows, others="before")
