"""Effects are paired by seed, have the sign of "better", and are not claimed beyond their runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evoscope.abr.benchmark.ablation import BETTER, summarise, table
from evoscope.measure.paired import paired

ROWS = [
    {"row": "full", "group": "full", "says": "all", "against": "full"},
    {"row": "less", "group": "network", "says": "less of it", "against": "full"},
]


def line(row: str, seed: int, **metrics: float | None) -> dict[str, object]:
    every: dict[str, float | None] = dict.fromkeys(BETTER, 0.5)
    return {
        "row": row, "seed": seed, "metrics": every | metrics, "trivial": dict.fromkeys(BETTER, 0.0),
        "n": dict.fromkeys(BETTER, 7), "steps": 5, "series": 40, "parameters": 9, "threads": 1,
        "budget_seconds": 45.0, "budget_steps": None, "cohort_sha256": "a", "split_sha256": "b",
        "commit": "c",
    }  # fmt: skip


def test_the_interval_is_that_of_a_paired_t() -> None:
    ours, theirs = [0.9, 0.8, 0.95], [0.7, 0.75, 0.8]
    found = paired(ours, theirs)
    assert found is not None
    wanted = stats.ttest_rel(ours, theirs).confidence_interval(0.9)
    np.testing.assert_allclose(found[1:], [wanted.low, wanted.high])


def test_less_error_is_better_and_seeds_are_paired() -> None:
    lines = [
        line("full", 0, latency_mae_ms=0.5, existence_auc=0.8),
        line("full", 1, latency_mae_ms=0.7, existence_auc=0.8),
        line("less", 1, latency_mae_ms=0.6, existence_auc=0.7),
        line("less", 0, latency_mae_ms=0.3, existence_auc=0.8),
        line("less", 2, latency_mae_ms=0.1, existence_auc=0.8),  # no run to pair it with
    ]
    less = summarise(lines, ROWS).rows[1]
    latency, existence = less.figures["latency_mae_ms"], less.figures["existence_auc"]
    assert latency.better_by == pytest.approx(0.15)
    assert existence.better_by == pytest.approx(-0.05)
    assert latency.n == 2
    assert latency.value == pytest.approx(1.0 / 3.0)
    assert less.seeds == 3


def test_one_seed_has_no_interval_and_an_undefined_figure_no_effect() -> None:
    lines = [line("full", 0, amplitude_r2=None), line("less", 0, amplitude_r2=0.1)]
    less = summarise(lines, ROWS).rows[1]
    assert (less.figures["denoise"].better_by, less.figures["denoise"].low) == (0.0, None)
    assert (less.figures["amplitude_r2"].better_by, less.figures["amplitude_r2"].n) == (None, 0)


def test_only_what_excludes_no_effect_is_bold() -> None:
    lines = [line("full", s, existence_auc=0.8 + 0.01 * s) for s in range(3)]
    lines += [
        line("less", s, existence_auc=0.6 + 0.011 * s, class_macro_f1=0.5 + (-1) ** s * 0.1)
        for s in range(3)
    ]
    full, less = table(summarise(lines, ROWS)).splitlines()[-2:]
    assert less.count("**") == 2
    assert "**-0.199" in less
    assert "**" not in full


def test_runs_of_different_budgets_make_no_table() -> None:
    with pytest.raises(ValueError, match="share budget_seconds"):
        summarise([line("full", 0), line("full", 1) | {"budget_seconds": 60.0}], ROWS)
    with pytest.raises(ValueError, match="Found none"):
        summarise([], ROWS)
