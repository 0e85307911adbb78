"""A nominal 5 % must call 5 % of silent recordings, whatever the colour of their noise."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from evoscope.abr.averaging import FTest, SubAverages, f_test
from evoscope.abr.simulation import coloured_noise

RATE_HZ = 8_000.0
N_SAMPLES = 112  # 14 ms
WINDOW = slice(8, 112)
CASES = 2_000


def averages(
    cases: int,
    weight: NDArray[np.float64],
    band_hz: tuple[float, float],
    seed: int,
    response: NDArray[np.float64] | float = 0.0,
) -> list[SubAverages]:
    """Silent sub-averages whose weighted mean has a noise of 1 uV, plus a response."""
    noise = coloured_noise(
        shape=(cases, weight.size, N_SAMPLES),
        rms_uv=1.0,
        sampling_rate_hz=RATE_HZ,
        band_hz=band_hz,
        rng=np.random.default_rng(seed),
    )
    noise /= np.sqrt(weight)[:, None]
    return [SubAverages(values + response, weight, "trials") for values in noise]


def p_values(parts: list[SubAverages]) -> NDArray[np.float64]:
    tests = [f_test(one, window=WINDOW) for one in parts]
    return np.array([test.p_value for test in tests if test is not None])


HALVES = np.full(2, 0.5)
BLOCKS = np.full(16, 1 / 16)
UNEQUAL = np.linspace(1, 8, 16) / np.linspace(1, 8, 16).sum()


@pytest.mark.parametrize(
    ("weight", "band_hz"),
    [
        pytest.param(HALVES, (50.0, 1000.0), id="halves of an infant"),
        pytest.param(HALVES, (100.0, 1500.0), id="halves of an adult"),
        pytest.param(HALVES, (300.0, 3000.0), id="halves of a mouse"),
        pytest.param(BLOCKS, (50.0, 1000.0), id="blocks of an infant"),
        pytest.param(BLOCKS, (300.0, 3000.0), id="blocks of a mouse"),
        pytest.param(UNEQUAL, (100.0, 1500.0), id="unequal blocks of an adult"),
    ],
)
def test_silence_is_called_a_response_in_five_percent(
    weight: NDArray[np.float64], band_hz: tuple[float, float]
) -> None:
    p = p_values(averages(CASES, weight, band_hz, seed=7))
    assert p.size == CASES
    assert 0.03 <= (p < 0.05).mean() <= 0.07
    assert (p < 0.01).mean() <= 0.02


@pytest.mark.parametrize("weight", [HALVES, BLOCKS], ids=["halves", "blocks"])
def test_power_rises_with_the_response(weight: NDArray[np.float64]) -> None:
    wave = np.exp(-0.5 * ((np.arange(N_SAMPLES) - 56) / 4.0) ** 2)
    hits = [
        (p_values(averages(200, weight, (100.0, 1500.0), 8, size * wave)) < 0.05).mean()
        for size in (0.0, 2.0, 4.0, 8.0)
    ]
    assert hits == sorted(hits)
    assert hits[0] < 0.1
    assert hits[1] > hits[0]
    assert hits[-1] > 0.95


def one_case(seed: int = 9) -> SubAverages:
    return averages(1, BLOCKS, (100.0, 1500.0), seed)[0]


def result(parts: SubAverages) -> FTest:
    found = f_test(parts, window=WINDOW)
    assert found is not None
    return found


def test_units_and_electrode_offsets_do_not_change_the_answer() -> None:
    parts = one_case()
    expected = result(parts)
    offsets = np.random.default_rng(0).uniform(-50, 50, (parts.count, 1))
    in_nanovolt = result(SubAverages(1000 * parts.values, parts.weights, "trials"))
    shifted = result(SubAverages(parts.values + offsets, parts.weights, "trials"))
    for found in (in_nanovolt, shifted):
        assert found.value == pytest.approx(expected.value)
        assert found.p_value == pytest.approx(expected.p_value)


def test_known_ratio_of_variances() -> None:
    # (A + B) / 2 is 3 s, (A - B) / 2 is s: the variances stand 9 to 1.
    shape = np.tile([1.0, -1.0], N_SAMPLES // 2)
    halves = SubAverages(np.stack([4 * shape, 2 * shape]), HALVES, "halves")
    found = f_test(halves, window=slice(None))
    assert found is not None
    assert found.value == pytest.approx(9.0)


def test_critical_value_is_where_the_p_value_crosses() -> None:
    found = result(one_case())
    same = found.critical(1 - found.p_value)
    assert same == pytest.approx(found.value, rel=1e-6)
    assert found.critical(0.99) > found.critical(0.95) > 1.0


def test_degrees_follow_the_window_and_the_number_of_contrasts() -> None:
    parts = one_case()
    whole, half = result(parts), f_test(parts, window=slice(8, 60))
    assert half is not None
    assert half.numerator_df == pytest.approx(whole.numerator_df / 2, rel=0.25)
    assert half.denominator_df == pytest.approx(whole.denominator_df)
    # Fifteen contrasts of 112 samples against one window of 104.
    assert whole.denominator_df / whole.numerator_df == pytest.approx(15 * 112 / 104, rel=0.1)


def test_noise_is_taken_from_its_own_window() -> None:
    # An artefact in the sub-averages before the noise window must not hide a response.
    parts = one_case()
    values = parts.values.copy()
    values[:, :8] += 1e3 * np.random.default_rng(1).standard_normal((parts.count, 8))
    spoiled = SubAverages(values, parts.weights, "trials")
    kept = f_test(spoiled, window=WINDOW, noise_window=slice(8, None))
    clean = f_test(parts, window=WINDOW, noise_window=slice(8, None))
    assert kept is not None
    assert clean is not None
    assert kept.p_value == pytest.approx(clean.p_value)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(SubAverages(np.ones((1, 50)), np.ones(1), "none"), id="one average"),
        pytest.param(SubAverages(np.zeros((2, 50)), HALVES, "halves"), id="all zero"),
        pytest.param(SubAverages(np.full((2, 50), 3.0), HALVES, "halves"), id="constant"),
        pytest.param(
            SubAverages(np.tile(np.sin(np.arange(50.0)), (2, 1)), HALVES, "halves"),
            id="one buffer written twice",
        ),
    ],
)
def test_there_is_no_test_without_noise(parts: SubAverages) -> None:
    assert f_test(parts, window=slice(5, 45)) is None


def test_there_is_no_test_in_a_window_of_three_samples() -> None:
    assert f_test(one_case(), window=slice(0, 3)) is None
