"""A simulated clinic: same bits however it is made, and impossible requests refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from evoscope.abr.cohort.columns import COLUMNS
from evoscope.abr.simulation import PROFILES, get_profile, patient_ears, simulate_patients
from evoscope.abr.simulation.columns import Columns
from evoscope.abr.simulation.evoked import microphonic

from .ears import clinic_ears

CASES = [(name, mode) for name in sorted(PROFILES) for mode in ("alternating", "pair")]


def made(**change: Any) -> list[Columns]:
    arguments = {"profile": "clinic", "patients": 6, "seed": 3, **change}
    return list(simulate_patients(**arguments))


def same(a: Columns, b: Columns) -> bool:
    def equal(x: Any, y: Any) -> bool:
        if isinstance(x, np.ndarray):
            return bool(x.tobytes() == y.tobytes())
        return bool(x == y)

    return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)


def test_any_part_of_a_clinic_made_alone_has_the_same_bits() -> None:
    whole = made()
    parts = {first: made(first=first, count=2) for first in (4, 0, 2)}
    joined = [one for first in sorted(parts) for one in parts[first]]
    assert all(same(a, b) for a, b in zip(whole, joined, strict=True))
    other = made(seed=4)
    assert not any(same(a, b) for a, b in zip(whole, other, strict=True))


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_every_profile_fills_every_column_with_allowed_values(name: str, mode: str) -> None:
    profile = get_profile(name)
    for columns in made(profile=name, polarity=mode, patients=5):
        assert set(columns) == {column.name for column in COLUMNS}
        n = len(columns["record"])
        assert len(set(np.asarray(columns["record"]).tolist())) == n
        for column in COLUMNS:
            values = columns[column.name]
            assert len(values) == n
            if column.kind == "waveform":
                assert values.shape == (n, profile.n_samples)
                assert values.dtype == np.float32
                assert np.isfinite(values).all()
            elif column.kind in ("number", "count"):
                numbers = np.asarray(values, dtype=np.float64)
                assert not (column.required and np.isnan(numbers).any()), column.name
                known = numbers[~np.isnan(numbers)]
                assert np.all((known >= column.low) & (known <= column.high)), column.name
            elif column.words:
                assert set(values) <= set(column.words), column.name


def test_pairs_stand_beside_the_same_alternating_rows_and_average_to_them() -> None:
    for alone, pair in zip(made(), made(polarity="pair"), strict=True):
        polarity = np.array(pair["polarity"])
        both = {p: pair["waveform"][polarity == p] for p in set(pair["polarity"])}
        assert both["alternating"].tobytes() == alone["waveform"].tobytes()
        mean = (both["rarefaction"] + both["condensation"]) / 2
        # Second-order: the two polarities answer 0.06 ms apart.
        assert mean == pytest.approx(both["alternating"], abs=0.01)
        single = polarity != "alternating"
        noise = np.asarray(pair["residual_noise_nv"])
        assert np.median(noise[single]) / np.median(noise[~single]) == pytest.approx(1.41, abs=0.15)
        assert list(pair["polarity"][:3]) == ["alternating", "rarefaction", "condensation"]


def test_the_microphonic_of_neuropathy_shows_in_the_difference_and_not_in_the_average() -> None:
    clinic = get_profile("clinic")
    shielded = dataclasses.replace(
        clinic, noise=dataclasses.replace(clinic.noise, artefact_uv=0.0, eeg_uv=0.1)
    )
    seen = 0
    for index, columns in enumerate(
        made(profile=shielded, patients=300, enrich=True, polarity="pair", count=40)
    ):
        ear = patient_ears(shielded, patients=300, seed=3, index=index, enrich=True)[0]
        if ear.mechanism != "auditory neuropathy":
            continue
        assert np.isnan(columns["true_threshold_db"]).all()
        assert set(columns["loss_type"]) == {"neuropathy"}
        polarity, level = np.array(columns["polarity"]), np.asarray(columns["level_db"])
        rows = (level >= 80) & (np.array(columns["ear"]) == ear.side)
        one, two, both = (
            columns["waveform"][(polarity == p) & rows].mean(axis=0)
            for p in ("rarefaction", "condensation", "alternating")
        )
        template = microphonic(ear, np.array([90.0]), clinic.time_ms)[0]
        share = template / (template @ template)
        assert 0.6 < (one - two) @ share / 2 < 1.4
        assert abs((both - both[:14].mean()) @ share) < 0.3
        seen += 1
    assert seen >= 2


def test_halves_average_to_the_waveform_and_clean_is_free_of_noise() -> None:
    for columns in made():
        halves = (columns["half_a"] + columns["half_b"]) / 2
        assert halves == pytest.approx(columns["waveform"], abs=1e-5)
        silent = ~np.asarray(columns["response_present"])
        assert np.all(columns["clean_waveform"][silent] == 0.0)


def test_truth_agrees_with_itself() -> None:
    for columns in made(patients=30):
        level = np.asarray(columns["level_db"])
        threshold = np.asarray(columns["true_threshold_db"])
        present = np.asarray(columns["response_present"])
        known = ~np.isnan(threshold)
        assert np.array_equal(present[known], (level > threshold)[known])
        assert not np.asarray(columns["wave_V_present"])[~present].any()
        lowest = np.asarray(columns["lowest_response_level_db"])
        for series in set(columns["series_id"]):
            rows = np.array([s == series for s in columns["series_id"]])
            answered = level[rows & present]
            if answered.size:
                assert np.all(lowest[rows] == answered.min())
            else:
                assert np.isnan(lowest[rows]).all()
        for wave in ("I", "II", "III", "IV", "V"):
            there = np.asarray(columns[f"wave_{wave}_present"])
            for what in ("latency_ms", "amplitude_uv"):
                values = np.asarray(columns[f"wave_{wave}_{what}"])
                assert np.array_equal(there, ~np.isnan(values))


def test_enriching_gives_a_hundred_ears_of_every_class_and_weights_to_undo_it() -> None:
    ears: dict[str, int] = {}
    weight: dict[str, float] = {}
    for one in clinic_ears("clinic", patients=300, seed=1, enrich=True):
        ears[one.loss] = ears.get(one.loss, 0) + 1
    assert min(ears.values()) >= 100
    assert len(ears) == 5
    for columns in made(patients=300, enrich=True, count=25):
        weight[columns["loss_type"][0]] = float(columns["weight"][0])
    shares = get_profile("clinic").class_shares
    assert weight["normal"] > 1.0 > weight["neuropathy"]
    assert weight["normal"] / weight["snhl"] == pytest.approx(
        (shares["normal"] / 100) / (shares["snhl"] / 50), rel=0.01
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"patients": -1}, "between 1 and"),
        ({"patients": 0}, "between 1 and"),
        ({"seed": -1}, "seed should be 0 or larger"),
        ({"profile": "clinik"}, "Did you mean 'clinic'"),
        ({"profile": "cat"}, "one of 'clinic', 'adult'"),
        ({"polarity": "rarefaction"}, "polarity should be one of 'alternating', 'pair'"),
        ({"enrich": True}, "at least 250 patients"),
        ({"first": 4, "count": 5}, "from 0 to 6"),
    ],
)
def test_impossible_requests_are_refused_before_anything_is_made(
    wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        made(**wrong)


def _protocol(**change: Any) -> dict[str, Any]:
    return {"protocol": dataclasses.replace(get_profile("clinic").protocol, **change)}


def wrong_profiles() -> Iterator[tuple[dict[str, Any], str]]:
    yield {"class_shares": {"normal": 0.5, "snhl": 0.4}}, "sum of 0.9"
    yield {"class_shares": {"normal": 1.2, "snhl": -0.2}}, "between 0 and 1"
    yield {"class_shares": {"deaf": 1.0}}, "Found 'deaf'"
    yield {"recordings": {"normal": 20.0}}, "Missing: 'neuropathy'"
    yield _protocol(levels={200.0: 1.0}), "between -20 and 120 dB. Found 200"
    yield _protocol(rates={33.1: 0.5}), "rates should be shares"


@pytest.mark.parametrize(("change", "message"), list(wrong_profiles()))
def test_a_profile_that_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(get_profile("clinic"), **change)
