"""A batch must hold what the cohort holds, each label beside its own recording."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import CONDITIONS
from evoscope.abr.learning.data import Augmentation, SeriesSource
from evoscope.abr.learning.series import (
    NO_THRESHOLD_DB,
    SeriesConfig,
    series_network,
    series_tasks,
)
from evoscope.multitask import Source

ALL = Augmentation(
    swap_halves=True,
    fewer_recordings=0.5,
    coarser_levels=0.5,
    more_noise=0.5,
    other_filter=0.5,
    moved_onset=0.5,
    cut_short=0.5,
    missing_halves=0.5,
    missing_conditions=0.2,
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_batch_is_the_series_asked_for_in_that_order(clinic):
    source = SeriesSource(clinic)
    chosen = [7, 2, 11]
    batch = source.batch(torch.tensor(chosen), seeded())
    rows = np.concatenate([np.arange(*clinic.first[i : i + 2]) for i in chosen])
    for name in ("waveforms", "noise", "covered", "conditions"):
        wanted = getattr(clinic, name)[rows]
        assert np.array_equal(batch.inputs[name].numpy(), wanted, equal_nan=name == "conditions")
    assert batch.sizes.tolist() == clinic.sizes[chosen].tolist()
    assert batch.inputs["series"].tolist() == np.repeat([0, 1, 2], clinic.sizes[chosen]).tolist()
    labels = batch.labels
    present = clinic.present[rows] == 1
    assert np.array_equal(labels.targets["existence"].numpy(), present)
    assert np.array_equal(labels.targets["signal"].numpy(), clinic.clean[rows])
    known = labels.present["latency"].numpy()
    assert not (known & ~present).any()
    assert np.array_equal(labels.targets["latency"].numpy()[known], clinic.latency_ms[rows][known])


def test_labels_of_an_ear_are_counted_once(clinic):
    source = SeriesSource(clinic)
    batch = source.batch(torch.arange(len(source)), seeded())
    first = torch.from_numpy(clinic.first[:-1])
    for name in ("threshold", "loss_class"):
        known = batch.labels.present[name]
        assert known.sum() <= len(source)
        assert not known[~torch.isin(torch.arange(len(known)), first)].any()
    assert batch.labels.present["loss_class"][first].all()


def test_an_ear_without_a_threshold_has_none_and_one_that_nobody_knows_is_masked(clinic):
    source = SeriesSource(clinic)
    labels = source.labels
    first = torch.from_numpy(clinic.first[:-1])
    target, known = labels.targets["threshold"][first], labels.present["threshold"][first]
    truth = torch.from_numpy(clinic.threshold_db)
    silent = torch.tensor([
        not clinic.response[a:b].any()
        for a, b in zip(clinic.first[:-1], clinic.first[1:], strict=True)
    ])  # fmt: skip
    stated = ~truth.isnan()
    assert stated.any()
    assert torch.equal(target[stated], truth[stated])
    assert torch.equal(known, stated | silent)
    assert (target[silent & ~stated] == NO_THRESHOLD_DB).all()
    total = torch.from_numpy(clinic.loss_class) == CLASSES.index("total")
    assert (target[total & silent] == NO_THRESHOLD_DB).all()


def test_a_wave_beyond_the_recording_has_no_latency_to_learn(clinic):
    labels = SeriesSource(clinic).labels
    late = torch.from_numpy(clinic.latency_ms) > 12.3
    assert late.any()  # low tones near threshold
    assert not labels.present["latency"][late].any()
    amplitudes = labels.present["amplitude"]
    assert (amplitudes & ~labels.present["latency"]).sum() == 0
    assert amplitudes.sum() < labels.present["latency"].sum()


def test_what_is_drawn_comes_from_the_generator_alone(clinic):
    source = SeriesSource(clinic, augmentation=ALL)
    rows = torch.arange(12)
    torch.manual_seed(0)
    one = source.batch(rows, seeded(1))
    torch.manual_seed(99)
    again, other = source.batch(rows, seeded(1)), source.batch(rows, seeded(2))
    for name, value in one.inputs.items():
        assert torch.equal(torch.nan_to_num(again.inputs[name]), torch.nan_to_num(value)), name
    assert not torch.equal(one.sizes, other.sizes) or not torch.equal(
        one.inputs["waveforms"], other.inputs["waveforms"]
    )


def test_a_cohort_is_not_changed_by_reading_it(clinic):
    before = {n: getattr(clinic, n).copy() for n in ("waveforms", "conditions", "latency_ms")}
    source = SeriesSource(clinic, augmentation=ALL)
    for seed in range(3):
        source.batch(torch.arange(len(source)), seeded(seed))
    for name, value in before.items():
        assert np.array_equal(getattr(clinic, name), value, equal_nan=True), name


def test_however_varied_every_mask_fits_its_target(clinic):
    source = SeriesSource(clinic, augmentation=ALL)
    for seed in range(5):
        batch = source.batch(torch.randperm(len(source), generator=seeded(seed)), seeded(seed))
        for name, target in batch.labels.targets.items():
            known = batch.labels.present[name]
            assert target[known].isfinite().all(), name
        for name in ("waveforms", "noise"):
            assert batch.inputs[name].isfinite().all()
            assert not batch.inputs[name][~batch.inputs["covered"]].any()
        assert batch.inputs["conditions"].shape[1] == len(CONDITIONS)
        assert not batch.labels.present["signal"][~batch.inputs["covered"]].any()
        latency, known = batch.labels.targets["latency"], batch.labels.present["latency"]
        assert (latency[known] > 0.5).all()
        assert (latency[known] < 12.4).all()


def test_the_series_network_learns_from_it(clinic):
    source = SeriesSource(clinic, augmentation=ALL)
    assert isinstance(source, Source)
    torch.manual_seed(0)
    network = series_network(SeriesConfig(width=16, layers=1, heads=2, condition_width=16))
    batch = source.batch(torch.arange(8), seeded())
    outputs = network(**batch.inputs)
    for task in series_tasks():
        task.fit(source.labels)
        loss = task.loss(outputs, batch.labels)
        assert loss.weight > 0, task.name
        assert loss.total.isfinite(), task.name


def test_marks_can_be_learned_but_not_on_noise_nobody_saw(clinic):
    labels = SeriesSource(clinic, marked=True).labels
    assert np.array_equal(labels.targets["existence"].numpy(), clinic.marked_present == 1)
    known = labels.present["latency"].numpy()
    assert np.array_equal(labels.targets["latency"].numpy()[known], clinic.marked_latency_ms[known])
    with pytest.raises(ValueError, match="more_noise"):
        SeriesSource(clinic, marked=True, augmentation=ALL)


def test_patients_are_named_for_every_recording(clinic):
    source = SeriesSource(clinic)
    assert source.groups == np.repeat(clinic.patient_id, clinic.sizes).tolist()
    assert len(source.groups) == len(source.labels) == int(source.sizes.sum())
