"""Every claim of the reference is a row, and a row says how much better it is by pairs of seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evoscope.text.benchmark.ablation import FROZEN, TUNED, as_table
from evoscope.text.learning.ablation import run as running
from evoscope.text.learning.ablation.__main__ import read_lines
from evoscope.text.learning.ablation.rows import ENSEMBLE, ROWS, Row, base_of
from evoscope.text.learning.ablation.run import FIGURES, Bench, Line
from evoscope.text.learning.ablation.table import summarise
from evoscope.text.learning.recipe import TextRecipe

from .tiny import tiny_corpora, tiny_recipe


def line(row: str, seed: int, **metrics: float | None) -> Line:
    every: dict[str, Any] = dict.fromkeys(FIGURES, 0.5)
    return Line(
        row=row, seed=seed, metrics=every | metrics, n=dict.fromkeys(FIGURES, 100), steps=3,
        epochs=1, texts=9, learned_sha256="a", commit="c",
    )  # fmt: skip


def test_rows_are_recipes_that_can_be_run() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    for row in ROWS:
        changed_at_all = row.recipe != base_of(row).recipe
        assert changed_at_all or row.name in (FROZEN, TUNED, ENSEMBLE)


def test_what_the_reference_claims_is_measured() -> None:
    told = " ".join(row.claim for row in ROWS)
    for claim in ("focal", "heads", "dropout", "early stopping", "schedule", "partial", "later"):
        assert claim in told


def test_less_error_is_better_and_seeds_are_paired() -> None:
    runs = [
        line(FROZEN, 0, ece=0.10, vad_r=0.5), line(FROZEN, 1, ece=0.30, vad_r=None),
        line("focal loss", 0, ece=0.04, vad_r=0.6), line("focal loss", 1, ece=0.26, vad_r=0.7),
        line("focal loss", 2, ece=0.01, vad_r=0.7),
    ]  # fmt: skip
    found = {row.row: row for row in summarise(runs).rows}
    ece = found["focal loss"].figures["ece"]
    assert ece.better_by == pytest.approx(0.05)
    assert ece.n == 2
    assert ece.low is not None
    assert ece.low < 0.05 < (ece.high or 0.0)
    assert found["focal loss"].figures["vad_r"].better_by == pytest.approx(0.1)
    assert found["focal loss"].figures["vad_r"].low is None
    assert found[FROZEN].figures["ece"].better_by is None
    table = as_table(summarise(runs), FROZEN)
    assert table.count("\n") == 3
    assert "+0.050" in table


def test_runs_on_other_texts_do_not_mix() -> None:
    other = line(FROZEN, 1).model_copy(update={"learned_sha256": "b"})
    with pytest.raises(ValueError, match="2 runs on 2 sets"):
        summarise([line(FROZEN, 0), other])


def test_a_run_that_was_killed_loses_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    file.write_text(line(FROZEN, 0).model_dump_json() + '\n{"row": "fro', encoding="utf-8")
    assert [one.seed for one in read_lines(file)] == [0]
    assert read_lines(file)[0].row == FROZEN


def test_a_row_is_trained_and_judged(
    backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tiny(Row):
        @property
        def recipe(self) -> TextRecipe:
            return tiny_recipe(backbone, epochs=40, freezing={"strategy": "full"})

    rows = [Tiny(name, "", FROZEN) for name in (FROZEN, ENSEMBLE)]
    monkeypatch.setattr(running, "base_of", lambda _: rows[0])
    bench = Bench(tiny_corpora(), cache=tmp_path, commit="c")
    alone, together = (bench.run(row, 0) for row in rows)
    assert (alone.metrics["safety_auc"] or 0) > 0.9
    assert (together.metrics["safety_auc"] or 0) > 0.9
    assert together.steps == 3 * alone.steps
    assert together.metrics["cpu_seconds"] is None
