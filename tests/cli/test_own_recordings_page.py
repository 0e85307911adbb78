"""What the page on training says can be done as it says: its table, its split, its commands."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import torch

from evoscope.abr.analysis.learned.fit import FEWEST_PATIENTS
from evoscope.abr.cohort import Cohort
from evoscope.abr.encoding import encode_cohort
from evoscope.abr.learning.networks import build_network
from evoscope.abr.learning.series import SeriesConfig
from evoscope.abr.learning.training import TrainingCohort, load_recipe
from evoscope.abr.learning.training.pack import write_series_pack
from evoscope.abr.simulation.make import simulate
from evoscope.cli import main
from evoscope.multitask.verdict import ending, judge_task
from evoscope.runtime import open_pack

PAGE = Path(__file__).parents[2] / "docs" / "train_on_your_own.md"
PATIENTS = 24
WAVES = ("I", "III", "V")


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def write_table(cohort: Cohort, path: Path) -> None:
    """Write what a clinic would have: conditions, marks, the class, samples."""
    rows = cohort.to_pandas()
    table = pd.DataFrame(
        {
            "Patient_ID": rows["patient_id"],
            "Ear": rows["ear"],
            "Age": rows["age_years"],
            "Intensity": rows["level_db"],
            "Stimulus Rate": rows["rate_hz"],
            "FMP": rows["fmp"],
            "ResNo": rows["residual_noise_nv"],
            "Stimulus Polarity": rows["polarity"],
            "Sweeps": rows["sweeps"],
            "Sweeps Rejected": 0,
            "Hear_Loss": rows["loss_type"],
            **{f"{w} Latancy": rows[f"marked_{w}_latency_ms"] for w in WAVES},
            **{f"{w} Amplitude": rows[f"marked_{w}_amplitude_uv"] for w in WAVES},
        }
    )
    samples = pd.DataFrame(rows["waveform"].tolist(), index=rows.index)
    samples.columns = [str(i + 1) for i in range(samples.shape[1])]
    pd.concat([table, samples], axis=1).to_csv(path, index=False)


def write_pack(cohort: Cohort, folder: Path) -> None:
    torch.manual_seed(0)
    recipe = load_recipe("quick")
    network = SeriesConfig(width=16, layers=3, condition_width=16)
    recipe = recipe.model_copy(update={"network": network})
    encoded = encode_cohort(cohort, set(cohort.to_pandas(["patient_id"])["patient_id"]))
    write_series_pack(
        folder,
        build_network(network),
        recipe,
        [TrainingCohort("clinic.parquet", "a" * 64, "b" * 64, True, encoded, encoded)],
        name="start",
        version="1",
        commit="0",
        wall_seconds=0.0,
    )


def test_the_page_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ending, "judge_task", partial(judge_task, resamples=20))
    clinic = simulate("simulated.parquet", patients=PATIENTS, seed=4)
    write_table(clinic, Path("clinic.csv"))
    write_pack(clinic, Path("trained/pack"))
    (python,) = blocks("python")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(python, PAGE.name, "exec"), {"__name__": "page"})
    (shell,) = blocks("sh")
    small = {"train": ["--set", "epochs=1", "--processes", "1"], "evaluate": ["--processes", "1"]}
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        for line in shell.splitlines():
            program, *words = shlex.split(line, comments=True)
            assert program == "evoscope"
            assert main([*words, *small[words[1]]]) == 0, said.getvalue()
    assert "Validation patients, before and after" in said.getvalue()
    card = open_pack("own/pack").card
    assert not card.data[0].simulated
    assert "Fine-tuned from start 1" in card.training.recipe
    assert any("Calibration kept" in line for line in card.limits)
    assert any("signal" in line and "wave II" in line for line in card.limits)
    assert Path("own/evaluation/evaluation.json").exists()


def test_the_page_states_the_recipe_and_the_numbers_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    recipe = load_recipe("finetune")
    assert f"takes {FEWEST_PATIENTS} of them" in text
    assert recipe.labels == "marked"
    assert recipe.freezing.model_dump()["layers"] == 2
    assert recipe.rates.factors == {"backbone.*": 0.3}
    assert recipe.early_stopping is not None
    assert recipe.augmentation.more_noise == 0
    for strategy in re.findall(r"\{strategy: [^`\"]+\}+", text):
        load_recipe("finetune", (f"freezing={strategy}",))
