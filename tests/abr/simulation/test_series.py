"""A simulated series: what tests and the demo stand on must be what it says."""

from __future__ import annotations

import time

import numpy as np
import pytest

from evoscope.abr.simulation import Truth, simulate_series

LEVELS = list(range(0, 91, 10))


def test_average_is_clean_response_plus_noise_of_the_stated_size() -> None:
    series, truth = simulate_series(
        true_threshold_db=20.0, levels_db=LEVELS, seed=3, sweeps=1600, noise_uv=1.6, replicates=20
    )
    residual = [r.waveform - truth.levels[r.level_db].clean_waveform for r in series]
    assert np.std(residual) == pytest.approx(1.6 / 1600**0.5, rel=0.05)
    halves = [np.diff(r.halves, axis=0)[0] / 2 for r in series if r.halves is not None]
    assert len(halves) == len(series)
    assert np.std(halves) == pytest.approx(1.6 / 1600**0.5, rel=0.05)


def test_halves_average_to_the_waveform_and_have_noise_of_their_own() -> None:
    series, truth = simulate_series(true_threshold_db=20.0, levels_db=LEVELS, seed=3)
    noise_a, noise_b = [], []
    for r in series:
        assert r.halves is not None
        assert r.halves.mean(axis=0) == pytest.approx(r.waveform, abs=1e-6)
        clean = truth.levels[r.level_db].clean_waveform
        noise_a.append(r.halves[0] - clean)
        noise_b.append(r.halves[1] - clean)
    assert abs(np.corrcoef(np.ravel(noise_a), np.ravel(noise_b))[0, 1]) < 0.1


def test_same_seed_same_bits_other_seed_other_noise() -> None:
    def bits(seed: int) -> list[bytes]:
        series, _ = simulate_series(true_threshold_db=20.0, levels_db=LEVELS, seed=seed)
        return [r.waveform.tobytes() for r in series]

    assert bits(5) == bits(5)
    assert not set(bits(5)) & set(bits(6))


@pytest.mark.parametrize("species", ["human", "mouse"])
def test_thirty_db_below_threshold_is_noise_only(species: str) -> None:
    series, truth = simulate_series(
        true_threshold_db=60.0, levels_db=[30.0], seed=1, replicates=40, species=species,  # type: ignore[arg-type]
        stimulus="tone", frequency_hz=8000.0,
    )  # fmt: skip
    level = truth.levels[30.0]
    assert not level.response_present
    assert not any(w.present for w in level.waves)
    assert np.all(level.clean_waveform == 0.0)
    grand = np.mean([r.waveform for r in series], axis=0)
    alone = np.std([r.waveform for r in series])
    assert np.std(grand) == pytest.approx(alone / 40**0.5, rel=0.35)


def test_truth_names_the_lowest_level_with_a_response() -> None:
    def lowest(threshold_db: float) -> float | None:
        return truth_of(threshold_db).lowest_response_level_db

    assert (lowest(22.0), lowest(-5.0), lowest(100.0)) == (30, 0, None)
    assert lowest(20.0) == 30  # at the threshold itself the response is gone


def truth_of(threshold_db: float) -> Truth:
    return simulate_series(true_threshold_db=threshold_db, levels_db=LEVELS, seed=0)[1]


def test_time_zero_is_where_the_recording_says() -> None:
    series, truth = simulate_series(
        true_threshold_db=10.0, levels_db=[70.0], seed=0, noise_uv=0.0, sampling_rate_hz=15_000.0
    )
    recording = series.recordings[0]
    found_ms = float(recording.time_ms[np.argmax(recording.waveform)])
    assert found_ms == pytest.approx(truth.levels[70.0].wave("V").latency_ms, abs=0.05)
    assert np.abs(recording.waveform[recording.time_ms < 0.0]).max() < 0.01


def test_level_references_follow_the_species_unless_stated() -> None:
    human, _ = simulate_series(true_threshold_db=20.0, levels_db=[60.0], seed=0)
    mouse, _ = simulate_series(true_threshold_db=20.0, levels_db=[60.0], seed=0, species="mouse")
    stated, _ = simulate_series(
        true_threshold_db=50.0, levels_db=[60.0], seed=0, level_reference="peSPL"
    )
    found = [s.key.level_reference for s in (human, mouse, stated)]
    assert found == ["nHL", "SPL", "peSPL"]


def test_replicates_share_the_truth_and_not_the_noise() -> None:
    series, _ = simulate_series(
        true_threshold_db=20.0, levels_db=[60.0, 70.0], seed=0, replicates=2
    )
    first, second = series.at(60.0)
    assert not np.array_equal(first.waveform, second.waveform)
    assert np.corrcoef(first.waveform, second.waveform)[0, 1] > 0.8


def test_thirteen_levels_cost_less_than_fifty_milliseconds() -> None:
    def cost() -> float:
        start = time.process_time()
        simulate_series(true_threshold_db=20.0, levels_db=list(range(0, 65, 5)), seed=0)
        return time.process_time() - start

    assert min(cost() for _ in range(5)) < 0.05


@pytest.mark.parametrize(
    "wrong", [{"levels_db": []}, {"sweeps": 1}, {"replicates": 0}, {"noise_uv": -1.0}]
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    (name,) = wrong
    arguments = {"true_threshold_db": 20.0, "levels_db": [60.0], "seed": 0, **wrong}
    with pytest.raises(ValueError, match=f"{name} should be at least"):
        simulate_series(**arguments)  # type: ignore[arg-type]
