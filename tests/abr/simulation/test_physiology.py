"""The noise-free response: waves where the norms put them, gone where the ear hears nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from evoscope.abr.norms import amplitude, latency
from evoscope.abr.simulation import SimulatedEar, clean_response, true_waves

CLICK = SimulatedEar(
    true_threshold_db=10.0,
    loss="normal",
    species="human",
    stimulus="click",
    frequency_hz=None,
    level_reference="nHL",
)
TONE = dataclasses.replace(CLICK, stimulus="tone", frequency_hz=4000.0, true_threshold_db=12.6)
MOUSE = dataclasses.replace(
    CLICK, species="mouse", stimulus="tone", frequency_hz=16_000.0, level_reference="SPL",
    true_threshold_db=25.0,
)  # fmt: skip


def of(ear: SimulatedEar, name: str, level_db: float) -> tuple[float, float]:
    wave = next(w for w in true_waves(ear, level_db) if w.name == name)
    assert wave.latency_ms is not None
    assert wave.amplitude_uv is not None
    return wave.latency_ms, wave.amplitude_uv


@pytest.mark.parametrize("ear", [CLICK, TONE, MOUSE], ids=["click", "tone", "mouse"])
@pytest.mark.parametrize("name", ["I", "III", "V"])
def test_latencies_at_80_db_are_the_norms(ear: SimulatedEar, name: str) -> None:
    norm = latency(
        name, level_db=80, stimulus=ear.stimulus, frequency_hz=ear.frequency_hz,
        species=ear.species, level_reference=ear.level_reference,
    )  # fmt: skip
    assert norm is not None
    assert of(ear, name, 80)[0] == pytest.approx(norm.mean, abs=0.12)


@pytest.mark.parametrize("level_db", [30, 40, 50, 60, 70, 80, 90])
def test_wave_v_follows_the_latency_intensity_function(level_db: float) -> None:
    norm = latency("V", level_db=level_db, stimulus="click", frequency_hz=None, species="human")
    size = amplitude("V", level_db=level_db, stimulus="click", frequency_hz=None, species="human")
    assert norm is not None
    assert size is not None
    latency_ms, amplitude_uv = of(CLICK, "V", level_db)
    assert latency_ms == pytest.approx(norm.mean, abs=0.05)
    assert amplitude_uv == pytest.approx(size.mean, rel=0.1)


def test_a_trough_follows_wave_v_within_two_milliseconds() -> None:
    time_ms = np.arange(0.0, 14.0, 0.01)
    values = clean_response(CLICK, 60.0, time_ms)
    trough_ms = float(time_ms[np.argmin(values)])
    assert 0.7 < trough_ms - of(CLICK, "V", 60)[0] < 2.0
    assert values.min() < -0.1


def test_early_waves_need_a_loud_sound() -> None:
    names = {
        level: {w.name for w in true_waves(CLICK, level) if w.present} for level in (30, 70, 80)
    }
    assert names[30] == {"V"}
    assert {"I", "III", "V"} <= names[70]
    assert {"I", "II", "III", "V"} <= names[80]


@pytest.mark.parametrize("ear", [CLICK, TONE, MOUSE], ids=["click", "tone", "mouse"])
def test_waves_never_share_a_peak_and_keep_their_order(ear: SimulatedEar) -> None:
    for level in range(30, 101, 5):
        found = [w.latency_ms for w in true_waves(ear, level) if w.latency_ms is not None]
        assert found == sorted(set(found))


@pytest.mark.parametrize("frequency_hz", [500.0, 1000.0, 2000.0, 4000.0])
def test_every_loud_tone_has_a_wave_v(frequency_hz: float) -> None:
    ear = dataclasses.replace(TONE, frequency_hz=frequency_hz, true_threshold_db=20.0)
    for level in range(40, 101, 10):
        assert of(ear, "V", level)[1] > 0.1


def test_the_response_vanishes_smoothly_at_the_true_threshold() -> None:
    time_ms = np.arange(0.0, 14.0, 0.05)
    ear = dataclasses.replace(CLICK, true_threshold_db=33.0)
    size = [float(np.ptp(clean_response(ear, x, time_ms))) for x in np.arange(20.0, 60.0, 0.5)]
    assert all(s == 0.0 for s in size[:27])  # up to 33.0 dB
    assert 0.0 < size[27] < 0.05
    assert size == sorted(size)
    assert max(np.diff(size)) < 0.04  # no jump


def test_conductive_loss_shifts_in_parallel_and_sensorineural_catches_up() -> None:
    chl = dataclasses.replace(CLICK, true_threshold_db=50.0, loss="chl")
    snhl = dataclasses.replace(CLICK, true_threshold_db=50.0, loss="snhl")
    for level in (70.0, 80.0, 90.0):
        expected = of(CLICK, "V", level - 40.0)[0]
        assert of(chl, "V", level)[0] == pytest.approx(expected, abs=0.03)
    assert of(snhl, "V", 90)[0] == pytest.approx(of(CLICK, "V", 90)[0], abs=0.03)
    assert of(snhl, "V", 60)[0] > of(CLICK, "V", 60)[0] + 0.5


def test_levels_in_peak_equivalent_spl_are_shifted_by_the_reference() -> None:
    pespl = dataclasses.replace(CLICK, level_reference="peSPL", true_threshold_db=40.0)
    assert pespl.normal_threshold_db == 40.0
    assert of(pespl, "V", 90) == pytest.approx(of(CLICK, "V", 60))


def test_infants_are_late() -> None:
    newborn = dataclasses.replace(CLICK, age_weeks=0.0)
    delay = of(newborn, "V", 60)[0] - of(CLICK, "V", 60)[0]
    assert delay == pytest.approx(1.25, abs=0.1)


@pytest.mark.parametrize(
    ("change", "message"), [({"loss": "deaf"}, "loss should"), ({"species": "cat"}, "norms")]
)
def test_an_ear_that_cannot_be_is_refused(change: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(CLICK, **change)  # type: ignore[arg-type]
