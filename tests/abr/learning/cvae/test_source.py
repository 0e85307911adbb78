"""What moves in time takes its labels along; what is hidden should come out all the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from evoscope.abr.generation.contract import column
from evoscope.abr.learning.cvae.settings import Seeing
from evoscope.abr.learning.cvae.source import CVAESource, noise_nv
from evoscope.abr.learning.training import TrainingCohort

STILL = Seeing(noise_uv=0.0, shift_ms=0.0, hidden=0.0)


def test_a_shift_moves_waveform_and_latencies_by_the_same(cohort: TrainingCohort) -> None:
    source = CVAESource(
        cohort.training, Seeing(noise_uv=0.0, hidden=0.0, shift_ms=0.4), varied=True
    )
    rows = torch.arange(len(source))
    batch = source.batch(rows, torch.Generator().manual_seed(2))
    moved = batch.labels.targets["latency_ms"] - source.features[:, :3]
    known = ~moved.isnan()
    assert torch.equal(known, ~source.features[:, :3].isnan())
    by = (moved * 15.0).round()
    assert float(by[known].min()) == -6.0
    assert float(by[known].max()) == 6.0
    checked = 0
    for row in range(0, len(source), 37):
        if not bool(known[row].any()):
            continue
        samples = int(by[row][known[row]][0])
        was, now = source.signals[row], batch.labels.targets["signal"][row]
        middle = slice(10, 190)
        assert torch.equal(now[middle], was[10 - samples : 190 - samples])
        checked += samples != 0
    assert checked > 3
    amplitudes = batch.labels.targets["amplitude_uv"]
    assert torch.equal(amplitudes.nan_to_num(), source.features[:, 3:].nan_to_num())


def test_noise_goes_in_and_should_not_come_out(cohort: TrainingCohort) -> None:
    source = CVAESource(cohort.training, Seeing(noise_uv=0.1, shift_ms=0.0), varied=True)
    batch = source.batch(torch.arange(200), torch.Generator().manual_seed(0))
    assert torch.equal(batch.labels.targets["signal"], source.signals[:200])
    noise = (batch.inputs["signal"] - source.signals[:200]).std(1)
    assert 0.03 < float(noise.mean()) < 0.07
    assert float(noise.max()) < 0.12


def test_hidden_features_are_still_targets(cohort: TrainingCohort) -> None:
    source = CVAESource(cohort.training, Seeing(hidden=0.5, shift_ms=0.0), varied=True)
    batch = source.batch(torch.arange(len(source)), torch.Generator().manual_seed(0))
    target = batch.labels.present["latency_ms"]
    given = ~batch.inputs["latency_ms"].isnan()
    assert not bool((given & ~target).any())
    share = 1.0 - float(given.sum()) / float(target.sum())
    assert share == pytest.approx(0.5, abs=0.05)
    # Some recordings keep all they have, and some are read from the waveform alone.
    whole = target.all(1)
    assert bool((given[whole].all(1)).any())
    assert bool((~given[whole].any(1)).any())


def test_conditions_are_dropped_in_training_alone(cohort: TrainingCohort) -> None:
    settings = Seeing(one_dropped=0.5)
    rows, draws = torch.arange(100), torch.Generator().manual_seed(0)
    varied = CVAESource(cohort.training, settings, varied=True).batch(rows, draws)
    still = CVAESource(cohort.training, settings, varied=False).batch(rows, draws)
    level = column("level_db")
    assert 20 < int(varied.inputs["conditions"][:, level].isnan().sum()) < 80
    assert not bool(still.inputs["conditions"][:, level].isnan().any())


def test_a_clinic_without_truth_learns_its_averages(cohort: TrainingCohort) -> None:
    own = cohort.training
    blind = replace(own, clean=np.full_like(own.clean, np.nan))
    with pytest.raises(ValueError, match="target: measured"):
        CVAESource(blind, STILL, varied=False)
    measured = Seeing(target="measured")
    source = CVAESource(blind, measured, varied=False)
    assert torch.equal(source.signals, torch.from_numpy(own.waveforms[source.rows]))
    found = noise_nv(blind, measured)
    assert found is not None
    assert 1.0 < found < 1000.0
    assert noise_nv(own, STILL) == 0.0
    silent = own.conditions.copy()
    silent[:] = np.nan
    assert noise_nv(replace(own, conditions=silent), measured) is None
