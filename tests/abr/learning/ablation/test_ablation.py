"""Every row of the table changes what it says, costs what it may, and a killed table goes on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from evoscope.abr.learning.ablation import ROWS, Budget, Line, Rounds, shortened
from evoscope.abr.learning.ablation import __main__ as runner
from evoscope.abr.learning.ablation.budget import seconds_per_step
from evoscope.abr.learning.networks import build_network, network_tasks
from evoscope.abr.learning.series import example_inputs
from evoscope.abr.learning.training import load_recipe
from evoscope.multitask import Batch, Labels
from evoscope.multitask.curriculum import check_curriculum
from evoscope.multitask.sampling import AlikeSampling, BalancedSampling, ShuffledSampling

NAMES = [row.name for row in ROWS]


def source(series: int = 6) -> Batch:
    """Series of one recording each, the number of which is in its waveform."""
    inputs = example_inputs(series, 200)
    inputs["waveforms"] = torch.arange(series).float()[:, None].expand(series, 200).clone()
    known = torch.ones(series, dtype=torch.bool)
    labels = Labels({"any": torch.zeros(series)}, {"any": known})
    return Batch(inputs, labels, torch.ones(series, dtype=torch.int64))


class Kinded:
    """The same, told apart by kind."""

    def __init__(self, kinds: torch.Tensor) -> None:
        self.kinds, self._all = kinds, source(len(kinds))
        self.labels, self.sizes = self._all.labels, self._all.sizes

    def __len__(self) -> int:
        return len(self.kinds)

    def batch(self, rows: torch.Tensor, generator: torch.Generator) -> Batch:
        return self._all.batch(rows, generator)


def test_rows_have_names_of_their_own_and_something_to_be_held_against() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert {row.against for row in ROWS} <= set(NAMES)
    recipes = {row.name: row.recipe for row in ROWS}
    same = [n for n in NAMES if n != "full" and recipes[n] == recipes["full"]]
    assert same == []


@pytest.mark.parametrize("name", NAMES)
def test_a_row_fits_its_network_and_a_budget_of_any_size(name: str) -> None:
    row = ROWS[NAMES.index(name)]
    model = build_network(row.recipe.network)
    tasks = [task.name for task in network_tasks(row.recipe.network, row.recipe.class_loss)]
    for steps in (1, 7, 100):
        recipe, series = shortened(row.recipe, steps)
        check_curriculum(recipe.curriculum, tasks, model)
        run = recipe.epochs * series / recipe.rows_per_step
        assert 0.75 * steps <= run <= steps
    # Where the run is long enough, its end trains everything.
    last = recipe.curriculum.at(recipe.epochs - 1)
    assert all(last.factors(tasks).values())
    assert set(last.switches.values()) <= {1.0}


def test_phases_and_schedules_keep_their_share_of_the_run() -> None:
    long = load_recipe("improved")
    short, _ = shortened(long, 100)
    for part in (0.0, 0.35, 0.6, 0.95):
        was = long.curriculum.at(round(part * long.epochs))
        now = short.curriculum.at(round(part * short.epochs))
        assert now.phase == was.phase
        assert now.dropout == pytest.approx(was.dropout, abs=0.01)
        assert now.weight_decay == pytest.approx(was.weight_decay, rel=0.05)


def test_short_epochs_see_other_series_each_time_and_balance_is_kept() -> None:
    whole = source()
    rounds = Rounds(whole, 3, sampling=ShuffledSampling())
    assert len(rounds) == 3
    seen = set()
    for number in range(20):
        draws = torch.Generator().manual_seed(number)
        seen |= set(rounds.batch(torch.arange(3), draws).inputs["waveforms"][:, 0].tolist())
    assert seen == set(range(6))
    chosen = Rounds(whole, 3, sampling=BalancedSampling(task="any"))
    kept = chosen.batch(torch.tensor([5, 1]), torch.Generator()).inputs["waveforms"][:, 0]
    assert kept.tolist() == [5.0, 1.0]


def test_short_epochs_of_series_alike_keep_kinds_together() -> None:
    kinds = torch.tensor([7, 7, 7, 9, 9, 9])
    rounds = Rounds(Kinded(kinds), 4, sampling=AlikeSampling())
    assert rounds.kinds.tolist() == [7, 7, 7, 9]
    seen = set()
    for number in range(30):
        draws = torch.Generator().manual_seed(number)
        places = rounds.batch(torch.tensor([3, 3]), draws).inputs["waveforms"][:, 0].long()
        assert kinds[places].tolist() == [9, 9]
        seen |= set(places.tolist())
    assert seen == {3, 4, 5}


def test_the_pace_of_a_row_is_that_of_its_steps() -> None:
    rows = {row.name: row.recipe for row in ROWS}
    ticks = iter(range(1000))
    short = rows["plain"].model_copy(update={"batch_size": 1})
    # A clock that goes one second a look: every step takes one.
    assert seconds_per_step(short, source(), clock=lambda: next(ticks)) == 1.0
    assert Budget(steps=7).steps_of(rows["full"], source()) == 7


def line(row: str, seed: int, **changes: object) -> Line:
    given = {
        "row": row, "seed": seed, "metrics": {"denoise": 1.0}, "trivial": {}, "n": {"denoise": 3},
        "steps": 5, "series": 40, "parameters": 1, "cpu_seconds": 1.0, "wall_seconds": 1.0,
        "budget_seconds": 45.0, "budget_steps": 5, "cohort_sha256": "a", "split_sha256": "b",
        "commit": "c",
    }  # fmt: skip
    return Line.model_validate(given | changes)


def test_a_killed_table_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, int]] = []

    def run_row(row: SimpleNamespace, seed: int, *_: object, **__: object) -> Line:
        ran.append((row.name, seed))
        if len(ran) == 3:
            raise KeyboardInterrupt
        return line(row.name, seed)

    monkeypatch.setattr(runner, "run_row", run_row)
    monkeypatch.setattr(runner, "steps_for", lambda *_: 5)
    monkeypatch.setattr(runner, "_cohort", lambda _: SimpleNamespace(sha256="a"))
    asked = ["--output", str(tmp_path), "--steps", "5", "--seeds", "2", "--rows", "full", "plain"]
    with pytest.raises(KeyboardInterrupt):
        runner.main(asked)
    assert ran == [("full", 0), ("plain", 0), ("full", 1)]
    with (tmp_path / runner.LINES).open("a") as file:
        file.write('{"row": "full", "se')  # what a killed run may leave
    assert runner.main(asked) == 0
    assert ran[3:] == [("full", 1), ("plain", 1)]
    done = runner.read_lines(tmp_path / runner.LINES)
    assert [(one.row, one.seed) for one in done] == [
        ("full", 0), ("plain", 0), ("full", 1), ("plain", 1)
    ]  # fmt: skip
    with pytest.raises(SystemExit, match="one budget"):
        runner.main([*asked[:3], "6", *asked[4:]])
