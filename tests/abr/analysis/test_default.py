"""What anybody may expect of the analyzer that answers when nobody is named."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.analysis import analyze
from evoscope.abr.findings import WAVES, Findings

from .ears import click, each, ear, scaled, without_halves


def latencies(findings: Findings) -> np.ndarray:
    """Latency of wave V at the three loudest levels."""
    waves = [level.wave("V") for level in findings.levels[-3:]]
    return np.array([w.latency_ms.value for w in waves if w is not None and w.latency_ms])


def amplitudes(findings: Findings) -> np.ndarray:
    waves = [level.wave("V") for level in findings.levels[-3:]]
    return np.array([w.amplitude_uv.value for w in waves if w is not None and w.amplitude_uv])


@pytest.mark.parametrize("seed", range(3))
def test_an_ear_is_read_by_the_network_within_its_intervals(seed: int) -> None:
    series, truth = ear(seed)
    found = analyze(series)
    assert found.analyzer.name == "series"
    assert found.threshold.status == "estimated"
    assert found.threshold.value_db == pytest.approx(truth.lowest_response_level_db, abs=10)
    level = truth.levels[series.levels_db[-1]]
    assert latencies(found)[-1] == pytest.approx(level.waves[WAVES.index("V")].latency_ms, abs=0.2)


def test_twice_the_gain_is_twice_the_amplitude_and_the_same_time() -> None:
    one, two = analyze(click()), analyze(each(click(), lambda r: scaled(r, 2.0)))
    assert amplitudes(two) / amplitudes(one) == pytest.approx(2.0, rel=0.15)
    assert np.abs(latencies(two) - latencies(one)).max() < 0.1


@pytest.mark.parametrize("seed", range(4))
def test_noise_has_no_threshold_whatever_levels_were_tested(seed: int) -> None:
    """Levels that a clinic tests in normal ears: they must not be taken for a response."""
    series = click(seed, true_threshold_db=150.0, levels_db=tuple(range(0, 65, 5)))
    found = analyze(series)
    assert found.threshold.status in ("no_response", "inconclusive")
    waves = [level.wave("V") for level in found.levels]
    assert sum(wave is not None and wave.present for wave in waves) <= 1


def test_tones_without_halves_are_read_by_the_rules() -> None:
    tone = click(stimulus="tone", frequency_hz=1000.0, levels_db=tuple(range(20, 91, 10)))
    assert analyze(tone).analyzer.name == "series"
    assert analyze(without_halves(tone)).analyzer.name == "classical"
