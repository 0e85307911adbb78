"""``abr train`` makes a pack that answers, from a cohort; ``abr runs`` shows how it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.simulation.make import simulate
from evoscope.cli.train_command import run_runs, run_train
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import open_pack


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # As few patients as a calibration can stand on.
    path = tmp_path_factory.mktemp("clinic") / "clinic.parquet"
    simulate(path, patients=130, seed=5)
    return path


def train(recipe: str, data: list[Path], output: Path, *fields: str) -> int:
    return run_train(
        recipe,
        data=data,
        output=output,
        start=None,
        resume=False,
        overrides=fields,
        cache=None,
        processes=1,
    )


def test_a_cohort_becomes_a_run_and_a_pack(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = ("epochs=1", "batch_size=32", "network.width=16", "network.layers=1")
    assert train("quick", [clinic], tmp_path, *fields) == 0
    card = open_pack(tmp_path / "pack").card
    assert "not a medical device" in card.notice
    assert card.data[0].simulated
    assert card.training.settings["network"]["width"] == 16
    capsys.readouterr()
    assert run_runs([tmp_path], picture=tmp_path / "curves.png") == 0
    assert (tmp_path / "curves.png").stat().st_size > 0
    assert "threshold" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("recipe", "data", "says"),
    [
        ("quick", ["nowhere.parquet"], "Found no nowhere.parquet"),
        ("quick", [], "should name a cohort"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(
    recipe: str, data: list[str], says: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=says):
        train(recipe, [Path(name) for name in data], tmp_path)


def test_a_recipe_that_does_not_exist_is_refused(clinic: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="production, quick"):
        train("fast", [clinic], tmp_path)


def test_a_folder_without_runs_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="log"):
        run_runs([tmp_path], picture=None)
