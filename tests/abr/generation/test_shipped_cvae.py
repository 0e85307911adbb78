"""The autoencoder that ships: what it draws, carries and fills in, from the package alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import evoscope
from evoscope.abr.analysis import Options
from evoscope.abr.cohort import CLASSES, Cohort
from evoscope.abr.findings import Findings
from evoscope.abr.formats.csv_writer import write_csv
from evoscope.abr.generation import open_generator
from evoscope.abr.generation.cvae import CVAEGenerator
from evoscope.abr.simulation import simulate_series
from evoscope.cli import main


@pytest.fixture(scope="module")
def shipped() -> CVAEGenerator:
    generator = open_generator("cvae")
    assert isinstance(generator, CVAEGenerator)
    return generator


@pytest.fixture(scope="module")
def measured() -> Findings:
    series, _ = simulate_series(
        true_threshold_db=15.0, levels_db=(40, 60, 80), seed=1, age_years=30.0
    )
    return evoscope.analyze(series, options=Options(analyzer="classical"))


def latencies(cohort: Cohort) -> Sequence[float]:
    frame = cohort.to_pandas(["level_db", "wave_V_latency_ms"])
    return frame.groupby("level_db")["wave_V_latency_ms"].mean().tolist()


def test_the_pack_is_small_and_says_what_it_is_worth(shipped: CVAEGenerator) -> None:
    card, folder = shipped.pack.card, shipped.pack.folder
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 2_000_000
    assert all(data.simulated for data in card.data)
    figures = {figure.metric: figure for figure in card.metrics}
    correlation, active = figures["recording_correlation"].value, figures["active_units"].value
    assert correlation is not None
    assert active is not None
    assert correlation >= 0.95
    assert active >= 16
    assert len(card.training.commit) == 40
    assert set(shipped.seen.classes) == set(CLASSES)


@pytest.mark.parametrize("seeds", [[3], [3, -1], []])
def test_seeds_that_cannot_be_are_refused_as_the_other_generator_does(
    shipped: CVAEGenerator, seeds: list[int]
) -> None:
    asked = {"loss_class": "normal", "level_db": 60.0}
    with pytest.raises(ValueError, match="seeds should be one of 0 or more for each of 2"):
        shipped.generate(2, asked, seeds=seeds)


def test_it_draws_physiology(shipped: CVAEGenerator) -> None:
    def v(loss_class: str, level_db: float) -> tuple[float, list[float]]:
        asked = {"loss_class": loss_class, "level_db": level_db, "frequency_hz": 0.0}
        drawn = shipped.generate(80, {**asked, "age_years": 30.0}, seed=5)
        there = drawn.present[:, 4]
        return float(there.mean()), drawn.latency_ms[there, 4].tolist()

    loud, soft = v("normal", 80.0), v("normal", 30.0)
    assert loud[0] > 0.95
    assert 5.0 < np.median(loud[1]) < 6.5
    assert np.median(soft[1]) > np.median(loud[1]) + 0.5
    assert v("normal", 60.0)[0] > v("neuropathy", 60.0)[0] + 0.2
    assert v("total", 80.0)[0] < 0.2


def test_a_measured_ear_is_carried_to_a_softer_level(measured: Findings, tmp_path: Path) -> None:
    carried = evoscope.generate(
        tmp_path / "softer.parquet", model="cvae", like=measured, levels_db=[40.0]
    )
    same = evoscope.generate(
        tmp_path / "same.parquet", model="cvae", like=measured, levels_db=[80.0]
    )
    level, found = measured.levels[-1], measured.levels[-1].wave("V")
    assert level.level_db == 80.0
    assert found is not None
    assert found.latency_ms is not None
    names = ["wave_V_latency_ms", "patient_id", "synthetic"]
    frames = [cohort.to_pandas(names) for cohort in (same, carried)]
    at_own, softer = (frame["wave_V_latency_ms"].iloc[-1] for frame in frames)
    assert abs(at_own - found.latency_ms.value) < 0.3
    assert softer > at_own + 0.3
    assert frames[1]["synthetic"].all()
    assert set(frames[1]["patient_id"]) == {measured.info.subject}
    assert carried.metadata.provenance["request"]["like"] == Path(measured.info.file).name


def test_waves_that_were_not_found_are_filled_in(measured: Findings) -> None:
    def without(name: str) -> Findings:
        levels = tuple(
            level.model_copy(
                update={
                    "waves": tuple(
                        wave.model_copy(update={"latency_ms": None, "amplitude_uv": None})
                        if wave.name == name
                        else wave
                        for wave in level.waves
                    )
                }
            )
            for level in measured.levels
        )
        return measured.model_copy(update={"levels": levels})

    filled = evoscope.fill_in(without("III"))
    assert len(filled) == 3 * len(measured.levels)
    loud = filled[filled["level_db"] == 80.0].set_index("wave")
    true = measured.levels[-1].wave("III")
    assert true is not None
    assert true.latency_ms is not None
    assert loud.loc["III", "latency_low_ms"] < true.latency_ms.value
    assert true.latency_ms.value < loud.loc["III", "latency_high_ms"]
    assert abs(loud.loc["III", "latency_ms"] - true.latency_ms.value) < 0.5
    assert np.isnan(loud.loc["V", "latency_low_ms"])  # it was found: nothing to fill in


def test_diffusion_does_not_fill_in(tmp_path: Path, toy_folder: Path, measured: Findings) -> None:
    with pytest.raises(ValueError, match="an autoencoder, such as cvae"):
        evoscope.fill_in(measured, model=toy_folder)
    with pytest.raises(ValueError, match=r"autoencoder \(cvae\) carries measured ones"):
        evoscope.generate(tmp_path / "a.parquet", model=toy_folder, like=measured, levels_db=[40.0])


def test_a_file_of_recordings_is_carried_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    series, _ = simulate_series(true_threshold_db=15.0, levels_db=(60, 80), seed=2)
    source = write_csv(series, tmp_path / "ear.csv")
    out = tmp_path / "softer.parquet"
    asked = ["abr", "generate", "--model", "cvae", "--like", str(source), "-o", str(out)]
    assert main([*asked, "--level", "40"]) == 0
    assert Cohort.open(out).n_rows == 2
    assert "below_range, by series" in capsys.readouterr().err
    assert main([*asked, "--level", "40", "--overwrite", "--joint"]) == 2


def test_a_series_over_levels_is_one_ear(tmp_path: Path) -> None:
    cohort = evoscope.generate(
        tmp_path / "series.parquet",
        model="cvae",
        n=20,
        loss_class="normal",
        levels_db=[20.0, 40.0, 60.0, 80.0],
        constraints=True,
        seed=3,
    )
    frame = cohort.to_pandas(["series_id", "level_db", "wave_V_latency_ms"])
    assert len(frame) == 80
    for _, ear in frame.sort_values("level_db").groupby("series_id"):
        assert ear["wave_V_latency_ms"].dropna().is_monotonic_decreasing
    mean = latencies(cohort)
    assert mean == sorted(mean, reverse=True)
