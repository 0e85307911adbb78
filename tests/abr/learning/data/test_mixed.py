"""Cohorts of different grids train together, in the shares asked for."""

from __future__ import annotations

import pytest
import torch

from evoscope.abr.encoding import column
from evoscope.abr.learning.data import Augmentation, MixedSource, SeriesSource
from evoscope.multitask.batch import kinds_of
from evoscope.multitask.sampling import AlikeSampling
from evoscope.multitask.sampling.batches import batches

SPECIES = column("species")


@pytest.fixture
def mixed(clinic, mice) -> MixedSource:
    return MixedSource([SeriesSource(clinic), SeriesSource(mice)], [0.7, 0.3])


def test_shares_are_kept_and_nobody_is_left_out(mixed, clinic, mice):
    counts = [0.7 * len(mixed), 0.3 * len(mixed)]
    batch = mixed.batch(torch.arange(len(mixed)), torch.Generator())
    first = batch.sizes.cumsum(0) - batch.sizes
    mouse = batch.inputs["conditions"][first, SPECIES] != 0
    assert int(mouse.sum()) == pytest.approx(counts[1], abs=1)
    assert int((~mouse).sum()) == pytest.approx(counts[0], abs=1)
    seen = batch.inputs["waveforms"]
    for cohort in (clinic, mice):
        whole = torch.from_numpy(cohort.waveforms)
        found = torch.isin(whole[:, 50], seen[:, 50])
        assert found.all()


def test_a_shorter_recording_is_continued_by_nothing(mixed, clinic):
    rows = torch.tensor([len(mixed) - 1, 0, 1])  # a mouse before two people
    batch = mixed.batch(rows, torch.Generator())
    n = int(batch.sizes[0])
    assert batch.inputs["waveforms"].shape[1] == 384
    assert (batch.inputs["conditions"][:n, SPECIES] != 0).all()
    assert (batch.inputs["conditions"][n:, SPECIES] == 0).all()
    assert not batch.inputs["covered"][n:, 200:].any()
    assert not batch.labels.present["signal"][n:, 200:].any()
    assert torch.equal(
        batch.inputs["waveforms"][n : n + int(clinic.first[1]), :200],
        torch.from_numpy(clinic.waveforms[: clinic.first[1]]),
    )
    same = batch.inputs["series"][:, None] == batch.inputs["series"][None, :]
    expected = torch.arange(3).repeat_interleave(batch.sizes)
    assert torch.equal(same, expected[:, None] == expected[None, :])


def test_a_batch_of_people_alone_stays_short(mixed):
    assert mixed.batch(torch.tensor([3, 1]), torch.Generator()).inputs["noise"].shape[1] == 200


def test_labels_without_inputs_are_those_of_the_batch(mixed):
    batch = mixed.batch(torch.arange(len(mixed)), torch.Generator())
    labels = mixed.labels
    assert torch.equal(mixed.sizes, batch.sizes)
    assert len(labels) == len(mixed.groups) == int(mixed.sizes.sum())
    for name, known in labels.present.items():
        assert torch.equal(known, batch.labels.present[name]), name
        if known.shape == labels.targets[name].shape:
            assert torch.equal(labels.targets[name][known], batch.labels.targets[name][known])


def test_what_is_drawn_is_the_generators(clinic, mice):
    vary = Augmentation(more_noise=1.0, fewer_recordings=1.0)
    mixed = MixedSource([SeriesSource(c, augmentation=vary) for c in (clinic, mice)], [1.0, 1.0])
    rows = torch.arange(0, len(mixed), 3)
    one, other = (mixed.batch(rows, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(one.inputs["waveforms"], other.inputs["waveforms"])


def test_shares_that_do_not_fit_are_refused(clinic):
    source = SeriesSource(clinic)
    for sources, shares in (([], []), ([source], [0.5, 0.5]), ([source], [0.0])):
        with pytest.raises(ValueError, match="share above 0"):
            MixedSource(sources, shares)


def test_series_tell_how_long_they_are(mixed):
    batch = mixed.batch(torch.arange(len(mixed)), torch.Generator())
    first = batch.sizes.cumsum(0) - batch.sizes
    mouse = batch.inputs["conditions"][first, SPECIES] != 0
    assert torch.equal(mixed.kinds, torch.where(mouse, 384, 200))


def test_one_cohort_alone_is_drawn_alike_too(clinic):
    source = SeriesSource(clinic)
    drawn = batches(
        AlikeSampling(), source.labels, len(source), 4, torch.Generator(),
        source.sizes, kinds_of(source),
    )  # fmt: skip
    assert sorted(torch.cat(list(drawn)).tolist()) == list(range(len(source)))
