"""Each variation changes what it should, moves the labels along, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from evoscope.abr.averaging import Preset, bandpass
from evoscope.abr.encoding import LEVEL_SCALES, NOISE_KINDS, STIMULI, column, grid_time_ms
from evoscope.abr.learning.data import Augmentation, SeriesSource
from evoscope.abr.learning.data.band import band_passed, other_filter
from evoscope.abr.learning.data.clock import cut_short, moved_onset
from evoscope.abr.learning.data.labels import labels_of
from evoscope.abr.learning.data.level_scale import other_level_scale
from evoscope.abr.learning.data.louder import more_noise
from evoscope.abr.learning.data.moved_waves import moved_waves
from evoscope.abr.learning.data.recordings import Store
from evoscope.abr.learning.data.replicates import replicates
from evoscope.abr.learning.data.silence import silenced
from evoscope.abr.learning.data.thinning import thinned
from evoscope.abr.learning.data.unknown import (
    missing_conditions,
    missing_halves,
    swapped_halves,
)
from evoscope.abr.learning.data.without_halves import without_halves
from evoscope.abr.learning.series import NO_THRESHOLD_DB

RESIDUAL, KIND, RMS = (column(n) for n in ("residual_noise_nv", "noise_kind", "rms_uv"))


def power(x: torch.Tensor) -> torch.Tensor:
    return x.square().mean(1)


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.equal(torch.nan_to_num(a, nan=-9e9), torch.nan_to_num(b, nan=-9e9))


def bump(latency_ms, amplitude=1.0, width=0.3):
    time = torch.from_numpy(grid_time_ms(200)).float()
    return amplitude * torch.exp(-0.5 * ((time - latency_ms) / width) ** 2)


def test_more_noise_is_as_loud_as_it_is_said_to_be(clinic, everything, chance):
    settings = Augmentation(more_noise=1.0, more_noise_ratio=(3.0, 3.0))
    store = Store(clinic, marked=False)
    louder = more_noise(everything, store, settings, chance)
    added = louder.waveforms - everything.waveforms
    assert torch.allclose(power(added), 3.0 * power(everything.noise), rtol=1e-3)
    growth = louder.conditions[:, RESIDUAL] / everything.conditions[:, RESIDUAL]
    assert growth.square().mean() == pytest.approx(4.0, rel=0.1)
    left = power(louder.waveforms - louder.clean) / power(everything.waveforms - everything.clean)
    assert left.median() == pytest.approx(3.8, rel=0.25)
    assert torch.allclose(louder.noise_uv * 1000, louder.conditions[:, RESIDUAL], rtol=1e-3)
    heard = louder.level_of(louder.noise) / everything.level_of(everything.noise)
    assert torch.allclose(growth, heard, rtol=1e-4)
    assert torch.allclose(louder.level_of(louder.waveforms), louder.conditions[:, RMS])
    # The trace of the noise is another one: with the same, a network could subtract it.
    steps, trace = added.diff(), (louder.noise - everything.noise).diff()
    alike = (steps * trace).mean(1) / (power(steps) * power(trace)).sqrt()
    assert alike.abs().median() < 0.15
    for name in ("clean", "latency_ms", "amplitude_uv", "present"):
        assert same(getattr(louder, name), getattr(everything, name)), name


def test_noise_keeps_its_colour(clinic, everything, chance):
    settings = Augmentation(more_noise=1.0, more_noise_ratio=(1.0, 1.0))
    louder = more_noise(everything, Store(clinic, marked=False), settings, chance)

    def slow_share(x):
        spectrum = torch.fft.rfft(x).abs().square()
        return (spectrum[:, 1:8].sum(1) / spectrum.sum(1)).mean()

    added = louder.waveforms - everything.waveforms
    assert slow_share(added) == pytest.approx(float(slow_share(everything.noise)), rel=0.15)


def test_a_filter_is_that_of_the_analysis():
    torch.manual_seed(0)
    traces = sum(bump(lat, amp) for lat, amp in ((3.0, 0.2), (5.6, 0.5), (6.2, -0.3)))[None]
    for high, low in ((100.0, 1500.0), (300.0, 3000.0), (30.0, 1000.0)):
        got = band_passed(
            traces,
            torch.ones(1, 200, dtype=torch.bool),
            high_pass_hz=torch.tensor([high]),
            low_pass_hz=torch.tensor([low]),
        )
        padded = np.pad(traces.numpy().astype(float), ((0, 0), (2000, 2000)))
        preset = Preset("x", high, low, "")
        wanted = bandpass(padded, sampling_rate_hz=15_000.0, preset=preset)[:, 2000:-2000]
        size = np.abs(wanted).max()
        assert np.abs(got.numpy() - wanted)[:, 20:180].max() < 0.06 * size


def test_waveform_noise_and_truth_go_through_one_filter(everything, chance):
    settings = Augmentation(other_filter=1.0)
    got = other_filter(everything, settings, chance)
    rest = got.waveforms - got.clean
    assert not torch.allclose(got.waveforms, everything.waveforms, atol=1e-3)
    before = power(everything.waveforms - everything.clean) / power(everything.noise)
    after = power(rest) / power(got.noise)
    assert (after / before).median() == pytest.approx(1.0, abs=0.25)
    heard = got.level_of(got.noise) / everything.level_of(everything.noise)
    said = got.conditions[:, RESIDUAL] / everything.conditions[:, RESIDUAL]
    assert torch.allclose(said, heard, rtol=1e-4)
    assert heard.median() < 0.9


def test_a_filter_takes_labels_along_as_far_as_it_moves_the_waves():
    before = bump(6.0, 0.6, width=0.5)[None] + bump(8.0, 0.3, width=1.0)[None]
    covered = torch.ones(1, 200, dtype=torch.bool)
    after = band_passed(
        before, covered, high_pass_hz=torch.tensor([250.0]), low_pass_hz=torch.tensor([3000.0])
    )
    nan = torch.nan
    latency, amplitude = moved_waves(
        before,
        after,
        latency_ms=torch.tensor([[nan, nan, nan, nan, 6.0]]),
        amplitude_uv=torch.tensor([[nan, nan, nan, nan, 0.4]]),
    )
    grid = grid_time_ms(200)
    peaks = [grid[np.argmax(x.numpy()[0])] for x in (before, after)]
    assert float(latency[0, 4]) == pytest.approx(6.0 + peaks[1] - peaks[0], abs=0.07)
    heights = []
    for x in (before, after):
        v = x.numpy()[0]
        top = int(np.argmax(v))
        heights.append(v[top] - v[top : top + 23].min())
    assert float(amplitude[0, 4]) == pytest.approx(0.4 * heights[1] / heights[0], rel=0.02)
    assert amplitude[0, :4].isnan().all()
    unmoved = moved_waves(before, before, latency_ms=latency, amplitude_uv=amplitude)
    assert same(unmoved[0], latency)
    assert same(unmoved[1], amplitude)


def test_time_zero_moves_response_and_latencies_alike(everything, chance):
    settings = Augmentation(moved_onset=1.0, most_moved_ms=0.4)
    got = moved_onset(everything, settings, chance)
    moved = (got.latency_ms - everything.latency_ms).nanmean(1)
    steps = (moved * 15).round()
    known = ~moved.isnan()
    assert len(steps[known].unique()) > 4
    for i in torch.nonzero(known)[:, 0].tolist():
        step = int(steps[i])
        own = got.waveforms[i].roll(-step)[8:-8]
        assert torch.equal(own, everything.waveforms[i][8:-8])
        assert int(got.covered[i].sum()) == 200 - abs(step)
    for series in range(everything.n_series):
        assert len(steps[known & (got.series == series)].unique()) <= 1
    assert same(got.amplitude_uv, everything.amplitude_uv)


def test_a_wave_that_is_cut_off_is_neither_there_nor_absent(everything, chance):
    settings = Augmentation(cut_short=1.0, earliest_end_ms=6.0)
    got = cut_short(everything, settings, chance)
    kept = got.covered.sum(1)
    assert (kept < 200).all()
    last = torch.where(got.covered, torch.arange(200), -1).amax(1)
    end_ms = torch.from_numpy(grid_time_ms(200))[last]
    assert end_ms.min() >= 5.9
    late = everything.latency_ms > (end_ms + 0.1)[:, None]
    assert late.any()
    assert (got.present[late] == -1).all()
    early = everything.latency_ms < (end_ms - 0.1)[:, None]
    inside = early & (everything.latency_ms > 1.1)
    assert same(got.present[inside], everything.present[inside])
    assert not labels_of(got).present["existence"][late].any()
    assert not got.waveforms[~got.covered].any()


def test_without_halves_noise_is_what_the_series_would_model(everything, chance):
    got = missing_halves(everything, torch.rand(everything.n_series, generator=chance) < 0.5)
    gone = ~got.has_halves
    assert 0.2 < gone.float().mean() < 0.8
    assert same(got.conditions[gone, RESIDUAL], everything.modelled_nv[gone])
    named = got.conditions[gone & ~everything.modelled_nv.isnan(), KIND]
    assert (named == NOISE_KINDS.index("modelled")).all()
    assert got.conditions[gone & everything.modelled_nv.isnan(), KIND].isnan().all()
    assert same(got.conditions[~gone], everything.conditions[~gone])
    assert same(got.noise_uv, everything.noise_uv)  # it is still what the signal is judged by
    for series in range(got.n_series):
        assert len(gone[got.series == series].unique()) == 1


def test_replicates_are_the_halves_and_tell_nothing_of_their_noise(everything, chance):
    got = replicates(everything, torch.rand(everything.n_series, generator=chance) < 0.5)
    sizes, before = torch.bincount(got.series), torch.bincount(everything.series)
    doubled = sizes == 2 * before
    assert 0.2 < doubled.float().mean() < 0.8
    assert torch.equal(sizes[~doubled], before[~doubled])
    assert not got.has_halves[doubled[got.series]].any()
    was, now = doubled[everything.series], doubled[got.series]
    first, second = got.waveforms[now][::2], got.waveforms[now][1::2]
    assert torch.allclose((first + second) / 2, everything.waveforms[was], atol=1e-6)
    assert torch.allclose((first - second) / 2, everything.noise[was], atol=1e-6)
    # Of half the sweeps: truly louder by the root of two, and not measured any more.
    assert torch.allclose(got.noise_uv[now][::2], 2**0.5 * everything.noise_uv[was])
    left = (
        power(got.waveforms - got.clean)[now].median()
        / power(everything.waveforms - everything.clean)[was].median()
    )
    assert float(left) == pytest.approx(2.0, rel=0.2)
    kinds = got.conditions[now & ~got.modelled_nv.isnan(), KIND]
    assert (kinds == NOISE_KINDS.index("modelled")).all()
    for name in ("latency_ms", "present", "response", "clean"):
        assert same(getattr(got, name)[now][::2], getattr(everything, name)[was]), name
    assert same(got.threshold_db, everything.threshold_db)


def test_hidden_noise_is_the_same_in_replicates_and_told_by_nothing(clinic, everything, chance):
    store, half = Store(clinic, marked=False), 0.5
    settings = Augmentation(replicates=half, hidden_noise=1.0, hidden_noise_ratio=(4.0, 4.0))
    got = without_halves(everything, store, settings, chance)
    sizes, before = torch.bincount(got.series), torch.bincount(everything.series)
    doubled = sizes == 2 * before
    was, now = doubled[everything.series], doubled[got.series]
    first, second = got.waveforms[now][::2], got.waveforms[now][1::2]
    assert torch.allclose((first - second) / 2, everything.noise[was], atol=1e-5)
    added = (first + second) / 2 - everything.waveforms[was]
    assert torch.allclose(power(added), 4.0 * power(everything.noise[was]), rtol=1e-3)
    told = 2**0.5 * everything.modelled_nv[was]
    assert same(got.conditions[now][::2, RESIDUAL], told)
    assert torch.allclose(got.noise_uv[now][::2], (2 * 5) ** 0.5 * everything.noise_uv[was])
    assert torch.allclose(got.level_of(got.waveforms)[now], got.conditions[now, RMS])
    assert torch.equal(got.waveforms[~now], everything.waveforms[~was])


def test_the_clock_of_a_tone_is_less_certain_than_that_of_a_click(everything, chance):
    settings = Augmentation(moved_tones=1.0, most_moved_tones_ms=1.5)
    got = moved_onset(everything, settings, chance)
    moved = (got.latency_ms - everything.latency_ms)[:, 4]
    tone = everything.conditions[:, column("stimulus")] == STIMULI.index("tone")
    known = ~moved.isnan()
    assert (moved[known & ~tone] == 0).all()
    assert (moved[known & tone] != 0).float().mean() > 0.9
    assert 1.0 < float(moved[known].abs().max()) <= 1.5


def test_a_condition_is_missing_in_a_whole_series(everything, chance):
    got = missing_conditions(everything, Augmentation(missing_conditions=0.3), chance)
    lost = got.conditions.isnan() & ~everything.conditions.isnan()
    gone = []
    for series in range(got.n_series):
        own = everything.series == series
        known = ~everything.conditions[own].isnan().any(0)
        assert torch.equal(lost[own][:, known].any(0), lost[own][:, known].all(0))
        gone.append(lost[own][:, known].all(0).float().mean())
    assert float(torch.stack(gone).mean()) == pytest.approx(0.3, abs=0.06)
    assert same(got.conditions[~lost], everything.conditions[~lost])


def test_halves_may_be_named_either_way(everything, chance):
    got = swapped_halves(everything, chance)
    flipped = (got.noise * everything.noise).sum(1) < 0
    assert 0.4 < flipped.float().mean() < 0.6
    assert torch.equal(got.noise.abs(), everything.noise.abs())
    assert torch.equal(got.waveforms, everything.waveforms)


def test_thinned_series_keep_two_recordings_and_their_order(everything, chance):
    level = everything.conditions[:, column("level_db")]
    sizes = torch.bincount(everything.series)
    settings = Augmentation(fewer_recordings=1.0, coarser_levels=1.0)
    for _ in range(20):
        kept = thinned(everything.series, level, settings, chance)
        left = torch.bincount(everything.series[kept], minlength=len(sizes))
        assert (left >= sizes.clamp_max(2)).all()
        assert kept.float().mean() < 0.9
    assert thinned(everything.series, level, Augmentation(), chance).all()


def test_some_series_are_one_recording(everything, chance):
    level = everything.conditions[:, column("level_db")]
    kept = thinned(everything.series, level, Augmentation(one_recording=0.5), chance)
    left = torch.bincount(everything.series[kept])
    sizes = torch.bincount(everything.series)
    assert 0.3 < (left == 1).float().mean() < 0.7
    assert torch.equal(left[left > 1], sizes[left > 1])


def test_an_assumed_level_scale_moves_levels_and_threshold_together(everything, chance):
    settings = Augmentation(other_level_scale=0.5, most_level_shift_db=15.0)
    got = other_level_scale(everything, settings, chance)
    level, scale = column("level_db"), column("level_scale")
    louder = got.conditions[:, level] - everything.conditions[:, level]
    assumed = got.conditions[:, scale] == LEVEL_SCALES.index("assumed")
    assert torch.equal(louder != 0, assumed)
    assert 0.3 < assumed.float().mean() < 0.7
    assert 8 < float(louder.abs().max()) <= 15
    known = ~everything.threshold_db.isnan()
    moved = (got.threshold_db - everything.threshold_db)[known]
    first = torch.searchsorted(everything.series, torch.arange(everything.n_series))
    assert torch.allclose(moved, louder[first][known], atol=1e-4)
    assert torch.equal(got.waveforms, everything.waveforms)


def test_silence_is_the_noise_alone_and_has_no_threshold(everything, chance):
    got = silenced(everything, Augmentation(silent=0.5), chance)
    gone = got.response == 0
    new = gone & (everything.response == 1)
    assert 0.2 < new.float().mean() < 0.8
    assert torch.allclose(got.waveforms[new], (everything.waveforms - everything.clean)[new])
    assert torch.allclose(got.level_of(got.waveforms)[new], got.conditions[new, RMS])
    labels = labels_of(got)
    assert not labels.targets["existence"][new].any()
    assert labels.present["existence"][new].all()
    silent = torch.zeros(got.n_series, dtype=torch.bool)
    silent[got.series[new].unique()] = True
    assert (got.threshold_db[silent] == NO_THRESHOLD_DB).all()
    assert (got.loss_class[silent] == -1).all()
    assert same(got.threshold_db[~silent][:5], everything.threshold_db[~silent][:5])
    assert torch.equal(
        got.waveforms[~silent[got.series]], everything.waveforms[~silent[got.series]]
    )


def test_a_raised_threshold_lies_between_silence_and_response(everything, chance):
    got = silenced(everything, Augmentation(raised_threshold=1.0), chance)
    level = got.conditions[:, column("level_db")]
    moved = got.threshold_db > everything.threshold_db
    assert moved.any()
    for series in torch.nonzero(moved)[:, 0].tolist():
        own = got.series == series
        heard, quiet = level[own & (got.response == 1)], level[own & (got.response == 0)]
        assert quiet.max() < got.threshold_db[series] < heard.min()
        assert (got.clean[own & (got.response == 0)] == 0).all()
        assert got.loss_class[series] == -1
    still = ~moved & ~everything.threshold_db.isnan()
    assert same(got.threshold_db[still], everything.threshold_db[still])
    loudest = got.response[level >= 100]
    assert torch.equal(loudest, everything.response[level >= 100]), "the loudest level stays"


def test_coarser_levels_are_every_other_one(chance):
    series = torch.zeros(12, dtype=torch.long)
    level = torch.arange(6.0).repeat_interleave(2) * 10
    seen = set()
    for _ in range(20):
        kept = thinned(series, level, Augmentation(coarser_levels=1.0), chance)
        seen.add(tuple(level[kept].tolist()))
    assert seen == {(0, 0, 20, 20, 40, 40), (10, 10, 30, 30, 50, 50)}


def test_nothing_but_a_filter_touches_an_amplitude(clinic):
    everything_else = Augmentation(
        swap_halves=True, more_noise=1.0, moved_onset=1.0, missing_halves=0.5,
        missing_conditions=0.5,
    )  # fmt: skip
    source, plain = (SeriesSource(clinic, augmentation=a) for a in (everything_else, None))
    rows = torch.arange(len(source))
    varied, as_is = (s.recordings(rows, torch.Generator().manual_seed(1)) for s in (source, plain))
    assert same(varied.amplitude_uv, as_is.amplitude_uv)
    inner = slice(20, 180)
    peaks = [r.clean[:, inner].amax(1) for r in (varied, as_is)]
    assert (peaks[0] - peaks[1]).abs().median() < 1e-6


@pytest.mark.parametrize(
    "wrong",
    [
        {"more_noise": 1.5},
        {"high_pass_hz": (300.0, 30.0)},
        {"more_noise_ratio": (0.0, 1.0)},
        {"gain": 0.1},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        Augmentation(**wrong)
