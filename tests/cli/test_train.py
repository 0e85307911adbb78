"""``abr train`` makes a pack that answers, from a cohort; ``abr runs`` shows how it went."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

import evoscope
from evoscope.abr.generation import open_generator
from evoscope.abr.simulation.make import simulate
from evoscope.cli.train_command import run_runs, run_train
from evoscope.cli.usage_error import UsageError
from evoscope.multitask.verdict import ending, judge_task
from evoscope.runtime import open_pack


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of a verdict that no test here reads: the usual 200 take most of the time of a small run.
    monkeypatch.setattr(ending, "judge_task", partial(judge_task, resamples=2))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # As few patients as a calibration can stand on.
    path = tmp_path_factory.mktemp("clinic") / "clinic.parquet"
    simulate(path, patients=130, seed=5)
    return path


def train(
    recipe: str, data: list[Path], output: Path, *fields: str, cache: Path | None = None
) -> int:
    return run_train(
        recipe,
        data=data,
        output=output,
        start=None,
        resume=False,
        overrides=fields,
        cache=cache,
        processes=1,
    )


def test_a_cohort_becomes_a_run_and_a_pack(
    clinic: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = ("epochs=1", "batch_size=32", "network.width=16", "network.layers=1")
    assert train("quick", [clinic], tmp_path, *fields, cache=cache) == 0
    card = open_pack(tmp_path / "pack").card
    assert "not a medical device" in card.notice
    assert card.data[0].simulated
    assert card.training.settings["network"]["width"] == 16
    capsys.readouterr()
    assert run_runs([tmp_path], picture=tmp_path / "curves.png") == 0
    assert (tmp_path / "curves.png").stat().st_size > 0
    assert "threshold" in capsys.readouterr().out


SMALL_CVAE = (
    "epochs=1",
    "network.patch=20",
    "network.channels=16",
    "network.feed_forward=16",
    "prior.steps=30",
    "prior.width=16",
)


def test_a_cohort_becomes_a_pack_that_draws(
    clinic: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("cvae", [clinic], tmp_path, *SMALL_CVAE, cache=cache) == 0
    assert "evoscope abr generate --model" in capsys.readouterr().err
    generator = open_generator(tmp_path / "pack")
    card = generator.pack.card
    assert card.training.settings["prior"]["steps"] == 30
    assert {figure.metric for figure in card.metrics} >= {"kl", "active_units"}
    drawn = generator.generate(3, {"loss_class": "normal", "level_db": 60.0})
    assert drawn.waveforms_uv.std() > 0.0
    assert run_runs([tmp_path], picture=None) == 0


def test_a_file_trains_what_its_fields_are_of(clinic: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("epochs: 1\nseeing: {target: clean}\nnetwork: {patch: 7}\n", "utf-8")
    with pytest.raises(UsageError, match="patch should divide the 200 samples"):
        train(str(own), [clinic], tmp_path / "out")
    own.write_text("epochs: 1\ndiffusing: {no_such_field: 1}\n", "utf-8")
    with pytest.raises(UsageError, match="no_such_field"):
        train(str(own), [clinic], tmp_path / "out")


def test_a_generator_does_not_begin_with_an_analyzer(clinic: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="generators begin anew"):
        run_train(
            "cvae",
            data=[clinic],
            output=tmp_path,
            start="default",
            resume=False,
            overrides=(),
            cache=None,
            processes=1,
        )


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
    with pytest.raises(UsageError, match=r"production, quick, .*cvae, cvae_reference, generator"):
        train("fast", [clinic], tmp_path)


def test_a_cohort_that_leaves_nobody_to_choose_by_is_refused(tmp_path: Path) -> None:
    few = tmp_path / "few.parquet"
    evoscope.simulate(few, patients=1, seed=1, processes=1)
    with pytest.raises(UsageError, match=r"patients in train and val\. Found none in"):
        train("quick", [few], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_without_runs_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="log"):
        run_runs([tmp_path], picture=None)
