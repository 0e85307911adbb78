"""A synthetic cohort: what is in every row, what is refused, what constraints do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import evoscope
from evoscope.abr.cohort import Cohort, load_split, split_path
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.generation import Generator
from evoscope.abr.generation.constraints import possible_ears
from evoscope.abr.report.synthetic import synthetic_waterfall

LEVELS = [20.0, 80.0]
WAVES = ("I", "II", "III", "IV", "V")


def waves(cohort: Cohort) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    frame = cohort.to_pandas()
    return tuple(
        np.stack([frame[f"wave_{w}_{what}"].to_numpy() for w in WAVES], axis=1)
        for what in ("present", "latency_ms", "amplitude_uv")
    )  # type: ignore[return-value]


def test_every_row_says_what_it_is_and_how_it_was_made(tmp_path: Path, toy_folder: Path) -> None:
    cohort = evoscope.generate(
        tmp_path / "s.parquet",
        model=toy_folder,
        n=6,
        loss_class="normal",
        levels_db=LEVELS,
        age_years=0.3,
        seed=5,
        steps=5,
    )
    frame = cohort.to_pandas()
    assert frame["synthetic"].all()
    assert (frame["model_sha256"] == Generator(toy_folder).pack.sha256).all()
    assert frame["seed"].tolist() == [seed for seed in range(5, 11) for _ in LEVELS]
    assert frame["level_db"].tolist() == LEVELS * 6
    assert (frame["loss_type"] == "normal").all()
    assert np.allclose(frame["age_years"], 0.3)
    assert cohort.metadata.provenance["request"]["conditions"]["age_years"] == 0.3
    # One ear has one threshold, also where it was left to chance.
    assert (frame.groupby("series_id")["true_threshold_db"].nunique() == 1).all()


def test_what_reads_cohorts_reads_it(tmp_path: Path, toy_folder: Path) -> None:
    request = {"model": toy_folder, "loss_class": "normal", "levels_db": LEVELS, "steps": 5}
    path = tmp_path / "s.parquet"
    cohort = evoscope.generate(path, n=4, residual_noise_nv=30.0, **request)  # type: ignore[arg-type]
    cohort.validate()
    assert set(load_split(split_path(cohort), cohort).patients.values()) == {"train", "val", "test"}
    series = list(cohort.series())
    assert [one.levels_db for one in series] == [tuple(LEVELS)] * 4
    # Halves have the noise that was asked for: without them no network could be trained on it.
    halves = np.stack([r.halves for one in series for r in one.recordings if r.halves is not None])
    noise_nv = 1000.0 * np.sqrt(np.mean((0.5 * (halves[:, 0] - halves[:, 1])) ** 2))
    assert abs(noise_nv / 30.0 - 1.0) < 0.35
    again = evoscope.generate(tmp_path / "t.parquet", n=4, residual_noise_nv=30.0, **request)  # type: ignore[arg-type]
    assert again.table_sha256() == cohort.table_sha256()
    assert synthetic_waterfall(cohort).png[:4] == b"\x89PNG"


def test_constraints_leave_no_ear_that_breaks_them(tmp_path: Path, toy_folder: Path) -> None:
    request = {"model": toy_folder, "loss_class": "normal", "levels_db": [80.0], "steps": 5}
    free = evoscope.generate(tmp_path / "free.parquet", n=40, **request)  # type: ignore[arg-type]
    kept = evoscope.generate(tmp_path / "kept.parquet", n=40, constraints=True, **request)  # type: ignore[arg-type]
    share = []
    for cohort in (free, kept):
        present, latency, amplitude = waves(cohort)
        level = np.full(40, 80.0)
        share.append(possible_ears(level, present, latency, amplitude, ears=40).mean())
    # The toy's latencies are noise: without constraints some stand in no order.
    assert share[0] < 0.95
    assert share[1] == 1.0
    assert kept.metadata.provenance["request"]["ears_drawn"] > 40


def test_the_same_ear_softer(tmp_path: Path, toy_folder: Path) -> None:
    first = evoscope.generate(
        tmp_path / "loud.parquet",
        model=toy_folder,
        n=5,
        loss_class="normal",
        levels_db=[80.0],
        steps=5,
    )
    soft = evoscope.generate(
        tmp_path / "soft.parquet", model=toy_folder, like=first.path, levels_db=[20.0]
    )
    assert (soft.to_pandas(["level_db"])["level_db"] == 20.0).all()
    loud_uv, soft_uv = first.waveforms().astype(float), soft.waveforms().astype(float)
    # The same noise: the difference is the level's alone, the same in every ear.
    difference = loud_uv - soft_uv
    assert np.allclose(difference, difference[0], atol=1e-6)
    assert np.abs(difference).max() > 1e-4


def test_another_models_ears_are_not_carried(tmp_path: Path, toy_folder: Path) -> None:
    cohort = evoscope.simulate(tmp_path / "clinic.parquet", patients=3)
    with pytest.raises(ValueError, match="that this generator drew"):
        evoscope.generate(
            tmp_path / "s.parquet", model=toy_folder, like=cohort.path, levels_db=[20.0]
        )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"levels_db": [160.0]}, "level_db should be between 20 and 80. Found 160"),
        ({"loss_class": "chl"}, "loss_class should be one of"),
        ({"loss_class": None}, "Give it, or ask for joint"),
        ({"levels_db": []}, "levels_db should be given"),
        ({"n": 0}, "n should be between 1"),
        ({"seed": -1}, "seed should be 0 or more"),
        ({"residual_noise_nv": -1.0}, "residual_noise_nv should be"),
    ],
)
def test_the_impossible_is_refused_and_leaves_nothing(
    tmp_path: Path, toy_folder: Path, change: dict[str, object], says: str
) -> None:
    request = {"model": toy_folder, "loss_class": "normal", "levels_db": [60.0], "n": 3} | change
    with pytest.raises(ValueError, match=says):
        evoscope.generate(tmp_path / "s.parquet", **request)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_joint_generation_draws_class_and_level_too(tmp_path: Path, toy_folder: Path) -> None:
    cohort = evoscope.generate(
        tmp_path / "s.parquet", model=toy_folder, n=30, joint=True, steps=5
    ).to_pandas()
    assert cohort["loss_type"].nunique() > 1
    assert cohort["level_db"].nunique() > 1


def test_an_earlier_cohort_is_not_replaced(tmp_path: Path, toy_folder: Path) -> None:
    request = {"model": toy_folder, "loss_class": "normal", "levels_db": [60.0], "n": 3}
    path = tmp_path / "s.parquet"
    path.write_text("mine")
    with pytest.raises(FormatError, match="should not replace"):
        evoscope.generate(path, **request)  # type: ignore[arg-type]
    assert path.read_text() == "mine"
    assert evoscope.generate(path, overwrite=True, **request).n_rows == 3  # type: ignore[arg-type]


def test_what_ships_draws_where_no_model_is_named(tmp_path: Path) -> None:
    cohort = evoscope.generate(
        tmp_path / "s.parquet", n=2, loss_class="snhl", levels_db=[60.0, 90.0], age_years=0.5
    )
    assert cohort.n_rows == 4
    assert cohort.metadata.provenance["model"] == "generator"


def test_rare_conditions_are_drawn_with_a_warning(tmp_path: Path, toy_folder: Path) -> None:
    cohort = evoscope.generate(
        tmp_path / "s.parquet", model=toy_folder, n=2, loss_class="snhl", levels_db=[60.0]
    )
    assert any("is rare" in text for text in cohort.metadata.provenance["warnings"])
