import numpy as np
import pytest

from evoscope.abr.benchmark.limits import NoiseModel, noise_levels
from evoscope.abr.simulation.blocks import NoiseState, average, locked_drift, noise_blocks
from evoscope.abr.simulation.profiles import get_profile

PROFILE = get_profile("clinic")
MODEL = NoiseModel.of(PROFILE)


def test_the_drift_is_as_the_simulator_draws_it() -> None:
    drawn = locked_drift(np.random.default_rng(1), np.ones(8000), PROFILE.clock)
    np.testing.assert_allclose(np.cov(drawn.T), MODEL.drift_covariance, atol=0.06)


def test_noise_is_told_apart_and_whitened() -> None:
    n, sweeps = 120, 1500
    rng = np.random.default_rng(2)
    state = NoiseState(
        eeg_uv=np.full(n, 1.0),
        drift_uv=np.full(n, 2.5),
        mains_uv=np.zeros(n),
        noisy=np.zeros(n, dtype=bool),
        weighted=np.zeros(n, dtype=bool),
        sweeps=np.full(n, sweeps),
        rate_hz=np.full(n, 33.1),
    )
    blocks = noise_blocks(rng, state, PROFILE.clock)
    made = average(blocks, blocks.values, np.zeros((n, 200), np.float32), slice(45, 198))
    found = noise_levels(
        MODEL,
        half_difference=0.5 * (made.half_a - made.half_b),
        residual_noise_nv=made.residual_noise_nv,
        waveform=made.waveform,
        response_power=np.zeros((n, MODEL.drift_power.size)),
    )
    # A block's level wanders by 18 %: averages of 40 of them by a few.
    assert np.sqrt(found.eeg).mean() == pytest.approx(1.0 / np.sqrt(sweeps), rel=0.08)
    assert np.sqrt(found.drift).mean() == pytest.approx(2.5 / np.sqrt(sweeps), rel=0.08)
    white = np.square(made.waveform @ MODEL.whiten.T) / found.variance(MODEL.drift_power)
    # Were it not white, an observer would be sure of the wrong ear.
    assert white[:, 8:].mean() == pytest.approx(1.0, abs=0.06)
    assert 0.6 < white[:, :4].mean() < 1.4
