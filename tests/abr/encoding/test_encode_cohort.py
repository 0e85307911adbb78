"""An encoded cohort is its series, each with its own truth, whoever encoded it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from evoscope.abr.classical.prepare import prepare
from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import (
    POLARITIES,
    STATUSES,
    EncodedCohort,
    column,
    encode,
    encode_cohort,
    network_preset,
)
from evoscope.abr.encoding.encode import encode_as
from evoscope.abr.findings import WAVES
from evoscope.abr.simulation.make import simulate


def same(one: EncodedCohort, other: EncodedCohort) -> bool:
    return all(
        np.array_equal(getattr(one, f.name), getattr(other, f.name))
        if getattr(one, f.name).dtype.kind not in "f"
        else np.array_equal(getattr(one, f.name), getattr(other, f.name), equal_nan=True)
        for f in fields(EncodedCohort)
    )


def test_training_reads_what_analysis_reads(clinic, encoded):
    names = clinic.to_pandas(["series_id"])["series_id"]
    place = {name: i for i, name in enumerate(encoded.series_id)}
    count = 0
    for series in clinic.series():
        one = encode(prepare(series, human=True, preset=network_preset(series, human=True)))
        i = place[names[series.recordings[0].source.record]]
        own = slice(encoded.first[i], encoded.first[i + 1])
        for name in ("waveforms", "noise", "covered", "conditions", "modelled_noise_nv"):
            got = getattr(encoded, name)[own]
            assert np.array_equal(got, getattr(one, name), equal_nan=name != "covered"), name
        assert [r.source.record for r in series] == encoded.row[own].tolist()
        count += 1
    assert count == len(encoded)


def test_every_recording_keeps_its_own_truth(clinic, encoded):
    frame = clinic.to_pandas().iloc[encoded.row]
    for i, wave in enumerate(WAVES):
        for prefix, group in (("wave", ""), ("marked", "marked_")):
            there = frame[f"{prefix}_{wave}_present"].astype(float).fillna(-1).to_numpy()
            assert np.array_equal(getattr(encoded, f"{group}present")[:, i], there)
            for what in ("latency_ms", "amplitude_uv"):
                want = frame[f"{prefix}_{wave}_{what}"].to_numpy(dtype=np.float32)
                got = getattr(encoded, f"{group}{what}")[:, i]
                assert np.array_equal(got, want, equal_nan=True)
    assert np.array_equal(encoded.response, frame["response_present"].astype(int))
    sizes = encoded.sizes
    assert np.array_equal(np.repeat(encoded.series_id, sizes), frame["series_id"])
    assert np.array_equal(np.repeat(encoded.patient_id, sizes), frame["patient_id"])
    assert np.array_equal(
        np.repeat(encoded.threshold_db, sizes),
        frame["true_threshold_db"].to_numpy(dtype=np.float32),
        equal_nan=True,
    )
    named = [CLASSES[i] for i in encoded.loss_class]
    assert np.array_equal(np.repeat(named, sizes), frame["loss_type"])


def test_a_status_says_where_the_tested_levels_lie(clinic, encoded):
    frame = clinic.to_pandas(["series_id", "response_present"])
    share = frame.groupby("series_id")["response_present"].mean()
    for name, status in zip(encoded.series_id, encoded.status, strict=True):
        wanted = {0.0: "no_response", 1.0: "below_range"}.get(share[name], "estimated")
        assert STATUSES[status] == wanted


def test_the_clean_response_goes_through_the_filter_of_its_recording(clinic, encoded):
    series = next(iter(clinic.series()))
    prepared = prepare(series, human=True, preset=network_preset(series, human=True))
    rows = [r.source.record for r in series]
    recording = series.recordings[-1]
    clean = clinic.waveforms(rows, column="clean_waveform")
    wanted = encode_as(clean, recording, prepared, encoded.clean.shape[1])
    own = [int(np.flatnonzero(encoded.row == row)[0]) for row in rows]
    assert np.allclose(encoded.clean[own], wanted, atol=1e-6)
    # What is left is noise: as loud as half the difference, slow common drift apart.
    left = encoded.waveforms - encoded.clean
    assert 0.8 < np.median((left**2).mean(1) / (encoded.noise**2).mean(1)) < 1.8


def test_processes_and_order_of_patients_do_not_change_the_numbers(clinic, patients, encoded):
    assert same(encode_cohort(clinic, patients[::-1], processes=2), encoded)


def test_the_cache_gives_back_what_was_written_and_knows_what_it_holds(
    clinic, patients, encoded, tmp_path
):
    counted: list[int] = []
    for _ in range(2):
        got = encode_cohort(clinic, patients, cache=tmp_path, advance=counted.append)
        assert same(got, encoded)
    assert sum(counted) == len(patients)  # the second came from the file
    fewer = encode_cohort(clinic, patients[:2], cache=tmp_path)
    assert set(fewer.patient_id) == set(patients[:2])
    files = list(tmp_path.iterdir())
    assert len(files) == 2
    for file in files:
        file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(ValueError, match="Delete it"):
        encode_cohort(clinic, patients, cache=tmp_path)


def test_sweeps_of_both_polarities_are_not_counted_twice(tmp_path):
    cohort = simulate(tmp_path / "pair.parquet", patients=2, seed=5, polarity="pair")
    ids = set(cohort.to_pandas(["patient_id"])["patient_id"])
    both = encode_cohort(cohort, ids)
    kinds = [
        {POLARITIES[int(p)] for p in both.conditions[a:b, column("polarity")]}
        for a, b in zip(both.first[:-1], both.first[1:], strict=True)
    ]
    assert kinds.count({"alternating"}) == len(both) / 2
    assert kinds.count({"rarefaction", "condensation"}) == len(both) / 2
    assert len(set(both.series_id)) == len(both) / 2
    # The single polarities average to the alternating series of the same ear.
    twins = np.flatnonzero(both.series_id == both.series_id[0])
    means = [both.waveforms[both.first[i] : both.first[i + 1]].mean(0) for i in twins]
    assert len(means) == 2
    assert np.allclose(*means, atol=1e-3)


def test_bad_requests_are_refused(clinic, patients):
    with pytest.raises(ValueError, match="at least one patient"):
        encode_cohort(clinic, [])
    with pytest.raises(ValueError, match="Found 1"):
        encode_cohort(clinic, [patients[0], "nobody"])
