"""A series reaches the network as it is, whatever order, rate or noise its file has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import resample_poly

from evoscope.abr.classical.prepare import prepare
from evoscope.abr.encoding import (
    NOISE_KINDS,
    POLARITIES,
    column,
    encode,
    grid_time_ms,
    network_preset,
)
from evoscope.abr.recording import Epochs, Series
from evoscope.abr.simulation import simulate_series


def encode_series(series: Series, **options):
    return encode(prepare(series, human=True, preset=network_preset(series, human=True)), **options)


def with_recordings(series: Series, change) -> Series:
    return Series(tuple(change(r) for r in series))


@pytest.fixture(scope="module")
def series() -> Series:
    made, _ = simulate_series(true_threshold_db=25, levels_db=range(10, 90, 10), seed=3)
    return made


def test_the_order_of_recordings_in_a_file_does_not_matter(series):
    shuffled = Series(series.recordings[::-1])
    one, other = encode_series(series), encode_series(shuffled)
    for name in ("waveforms", "noise", "covered", "conditions", "modelled_noise_nv"):
        same = np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        assert same, name


def test_amplitudes_are_kept_in_microvolts(series):
    louder = with_recordings(
        series, lambda r: replace(r, waveform=2 * r.waveform, halves=2 * r.halves)
    )
    one, other = encode_series(series), encode_series(louder)
    assert np.allclose(2 * one.waveforms, other.waveforms, rtol=1e-5, atol=1e-7)
    for name in ("rms_uv", "residual_noise_nv"):
        at = column(name)
        assert np.allclose(2 * one.conditions[:, at], other.conditions[:, at], rtol=1e-5)


def test_a_faster_recording_of_the_same_ear_encodes_alike(series):
    def faster(r):
        up = resample_poly(
            np.pad(
                r.halves.astype(float), ((0, 0), (200, 200)), mode="reflect", reflect_type="odd"
            ),
            8,
            5,
            axis=1,
        )[:, 320:-320]
        rate = r.sampling_rate_hz * 8 / 5
        onset = r.onset_sample * 8 / 5
        return replace(
            r, halves=up, waveform=up.mean(0), sampling_rate_hz=rate, onset_sample=onset
        )  # fmt: skip

    one, other = encode_series(series), encode_series(with_recordings(series, faster))
    both = one.covered[0] & other.covered[0, : one.covered.shape[1]]
    inside = np.flatnonzero(both)[15:-15]
    got, wanted = other.waveforms[:, inside], one.waveforms[:, inside]
    assert np.abs(got - wanted).max() < 0.02 * wanted.std()
    at = column("residual_noise_nv")
    assert np.allclose(one.conditions[:, at], other.conditions[:, at], rtol=0.03)


def test_residual_noise_is_that_of_the_noise_trace_and_close_to_the_truth():
    measured = []
    for seed in range(12):
        noise, _ = simulate_series(true_threshold_db=90, levels_db=(20, 30, 40), seed=seed)
        one = encode_series(noise)
        rms = np.sqrt((one.noise**2).sum(1) / one.covered.sum(1)) * 1000
        at = column("residual_noise_nv")
        assert np.allclose(one.conditions[:, at], rms, rtol=1e-4)
        measured.append(one.conditions[:, at] / (1000 * one.conditions[:, column("rms_uv")]))
    # Far below threshold an average is noise: as loud as what it is said to hold.
    assert np.exp(np.mean(np.log(measured))) == pytest.approx(1.0, abs=0.08)


def test_without_halves_the_noise_is_modelled_and_said_to_be(series):
    bare = with_recordings(series, lambda r: replace(r, halves=None))
    one, whole = encode_series(bare), encode_series(series)
    assert not one.noise.any()
    kind, at = column("noise_kind"), column("residual_noise_nv")
    assert {NOISE_KINDS[int(k)] for k in one.conditions[:, kind]} == {"modelled"}
    assert {NOISE_KINDS[int(k)] for k in whole.conditions[:, kind]} == {"measured"}
    assert np.allclose(one.conditions[:, at], whole.modelled_noise_nv)
    assert 0.2 < np.median(one.conditions[:, at] / whole.conditions[:, at]) < 2.0


def test_two_levels_without_halves_have_no_known_noise(series):
    two = Series(tuple(replace(r, halves=None) for r in series.recordings[-2:]))
    one = encode_series(two)
    assert np.isnan(one.conditions[:, [column("residual_noise_nv"), column("noise_kind")]]).all()


def test_a_recording_that_starts_late_and_ends_early_is_covered_so_far(series):
    def cut(r):
        part = slice(20, 150)
        return replace(
            r,
            waveform=r.waveform[part],
            halves=r.halves[:, part],
            onset_sample=r.onset_sample - 20,
        )

    one = encode_series(with_recordings(series, cut))
    first = series.recordings[0].time_ms
    grid = grid_time_ms(one.waveforms.shape[1])
    wanted = (grid >= first[20] - 1e-6) & (grid <= first[149] + 1e-6)
    assert np.array_equal(one.covered, np.tile(wanted, (len(series), 1)))
    assert not one.waveforms[:, ~wanted].any()


def test_too_many_recordings_are_pooled_by_level_and_polarity_and_it_is_said(series):
    def copies(polarity, record):
        return tuple(
            replace(
                r,
                stimulus=replace(r.stimulus, polarity=polarity),
                source=replace(r.source, record=record + 100 * i),
                sweeps=1000 * record,
            )
            for i, r in enumerate(series.recordings)
        )

    many = Series(
        (*copies("rarefaction", 1), *copies("condensation", 2), *copies("rarefaction", 3))
    )
    one = encode_series(many, most=16)
    assert len(one) == 16
    assert [POLARITIES[int(p)] for p in one.conditions[:2, column("polarity")]] == [
        "rarefaction",
        "condensation",
    ]
    assert one.members[0] == (0, 2)
    assert "pooled into 16" in one.notes[0]
    least = encode_series(many, most=8)
    assert len(least) == 8
    assert least.conditions[0, column("polarity")] == POLARITIES.index("alternating")
    assert encode_series(many).notes == ()
    # Copies of one recording, pooled by sweeps, are that recording.
    assert np.allclose(least.waveforms, encode_series(series).waveforms, atol=1e-5)


def test_averages_keep_their_slow_part_and_raw_trials_lose_what_no_device_records(series):
    trials = np.random.default_rng(0).standard_normal((40, 300)).astype(np.float32) + 20.0
    epochs = Epochs(
        n_trials=40,
        n_samples=300,
        sampling_rate_hz=15_000.0,
        onset_sample=50.0,
        loader=lambda which: trials[which],
    )
    raw = with_recordings(series, lambda r: replace(r, epochs=epochs))
    drifting = with_recordings(
        series, lambda r: replace(r, waveform=r.waveform + 5, halves=r.halves + 5)
    )
    slow = encode_series(drifting).waveforms - encode_series(series).waveforms
    assert np.allclose(slow[:, encode_series(series).covered[0]], 5.0, atol=1e-3)
    assert abs(encode_series(raw).waveforms.mean()) < 0.2
    assert network_preset(raw, human=True).high_pass_hz == 30.0
    assert network_preset(raw, human=False).high_pass_hz == 300.0
