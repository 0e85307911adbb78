"""A wrong sign or rate here and the network learns one thing while the samplers assume another."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
import torch

from evoscope.abr.diffusion import (
    Prediction,
    convert,
    enter,
    leave,
    log_snr,
    noise_rate,
    noised,
    signal_rate,
    snr,
    velocity,
)

from .gaussian import Array, normal

WORDS: tuple[Prediction, ...] = ("v", "eps", "x0")
SIGMAS = np.array([0.01, 0.7, 3.0, 60.0])


def known() -> tuple[Array, dict[Prediction, Array]]:
    x0, eps = normal(4, 9, seed=1), normal(4, 9, seed=2)
    parts: dict[Prediction, Array] = {
        "x0": x0,
        "eps": eps,
        "v": velocity(x0=x0, eps=eps, sigma=SIGMAS),
    }
    return noised(x0=x0, eps=eps, sigma=SIGMAS), parts


@pytest.mark.parametrize(("given", "wanted"), list(product(WORDS, WORDS)))
def test_every_prediction_turns_into_every_other(given: Prediction, wanted: Prediction) -> None:
    x, parts = known()
    made = convert(parts[given], x=x, sigma=SIGMAS, given=given, wanted=wanted)
    np.testing.assert_allclose(made, parts[wanted], rtol=1e-9, atol=1e-9)


def test_velocity_is_the_derivative_of_x_along_its_arc() -> None:
    # The definition of Salimans & Ho 2022: with sigma = tan(angle), v = dx / d angle.
    x0, eps, angle, step = normal(1, 5, seed=1), normal(1, 5, seed=2), 0.6, 1e-6
    ahead = noised(x0=x0, eps=eps, sigma=float(np.tan(angle + step)))
    behind = noised(x0=x0, eps=eps, sigma=float(np.tan(angle - step)))
    v = velocity(x0=x0, eps=eps, sigma=float(np.tan(angle)))
    np.testing.assert_allclose(v, (ahead - behind) / (2 * step), rtol=1e-7)


def test_unit_variance_stays_unit_variance_at_every_level() -> None:
    x0, eps = normal(4, 20_000, seed=1), normal(4, 20_000, seed=2)
    for mixed in (noised(x0=x0, eps=eps, sigma=SIGMAS), velocity(x0=x0, eps=eps, sigma=SIGMAS)):
        np.testing.assert_allclose(mixed.std(axis=1), 1.0, atol=0.02)


def test_clean_data_is_itself_and_has_no_readable_noise() -> None:
    x0, eps = normal(2, 5, seed=1), normal(2, 5, seed=2)
    assert np.array_equal(noised(x0=x0, eps=eps, sigma=0.0), x0)
    assert np.array_equal(convert(eps, x=x0, sigma=0.0, given="eps", wanted="x0"), x0)
    for sigma in (0.0, np.array([1.0, 0.0])):
        with pytest.raises(ValueError, match=r"sigma should be above 0 to tell eps from x0"):
            convert(x0, x=x0, sigma=sigma, given="x0", wanted="eps")


def test_nothing_is_clamped() -> None:
    x0 = np.full((1, 3), 7.5)
    x = noised(x0=x0, eps=np.zeros((1, 3)), sigma=1.0)
    v = velocity(x0=x0, eps=np.zeros((1, 3)), sigma=1.0)
    np.testing.assert_allclose(convert(v, x=x, sigma=1.0, given="v", wanted="x0"), 7.5)


@pytest.mark.parametrize(("given", "wanted"), list(permutations(WORDS, 2)))
def test_torch_answers_as_numpy_and_keeps_its_precision(
    given: Prediction, wanted: Prediction
) -> None:
    x, parts = known()
    expected = convert(parts[given], x=x, sigma=SIGMAS, given=given, wanted=wanted)
    for sigma in (SIGMAS, torch.from_numpy(SIGMAS)):
        made = convert(
            torch.from_numpy(parts[given]).float(),
            x=torch.from_numpy(x).float(),
            sigma=sigma,
            given=given,
            wanted=wanted,
        )
        assert made.dtype == torch.float32
        # Pure noise and near-clean data leave few digits of what they hide.
        scale = np.maximum(SIGMAS, 1.0 / SIGMAS)[:, None]
        assert (np.abs(made.numpy() - expected) < 2e-6 * scale * 4).all()


def test_float32_stays_float32_under_a_numpy_scalar() -> None:
    x0 = normal(2, 3).astype(np.float32)
    assert noised(x0=x0, eps=x0, sigma=np.float64(0.5)).dtype == np.float32
    assert noised(x0=x0, eps=x0, sigma=np.array([0.5, 1.0])).dtype == np.float32


def test_rates_and_ratios_agree() -> None:
    np.testing.assert_allclose(signal_rate(SIGMAS) ** 2 + noise_rate(SIGMAS) ** 2, 1.0)
    np.testing.assert_allclose(noise_rate(SIGMAS) / signal_rate(SIGMAS), SIGMAS)
    np.testing.assert_allclose(snr(SIGMAS), SIGMAS**-2)
    np.testing.assert_allclose(log_snr(SIGMAS), np.log(snr(SIGMAS)))
    np.testing.assert_allclose(log_snr(torch.from_numpy(SIGMAS)).numpy(), log_snr(SIGMAS))


def test_an_observed_waveform_enters_as_the_forward_process_would_make_it() -> None:
    x0, eps = normal(4, 9, seed=1), normal(4, 9, seed=2)
    observed = x0 + SIGMAS[:, None] * eps
    x = enter(observed, sigma=SIGMAS)
    np.testing.assert_allclose(x, noised(x0=x0, eps=eps, sigma=SIGMAS))
    np.testing.assert_allclose(leave(x, sigma=SIGMAS), observed)


def swapped(**change: Any) -> None:
    x, parts = known()
    arguments: dict[str, Any] = {"x": x, "sigma": SIGMAS, "given": "v", "wanted": "x0", **change}
    convert(parts["v"], **arguments)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"given": "V"}, "given should be one of 'v', 'eps', 'x0'. Found 'V'"),
        ({"wanted": "score"}, "wanted should be one of"),
        ({"sigma": np.ones(3)}, r"one number or shape \(4,\). Found shape \(3,\)"),
        ({"sigma": np.ones((4, 9))}, "one number or shape"),
        ({"x": np.ones((4, 8))}, r"prediction should be of the shape of x, \(4, 8\)"),
        ({"x": np.ones((4, 9), dtype=int)}, "of a floating type. Found int64"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        swapped(**change)


def test_a_list_is_no_array() -> None:
    with pytest.raises(ValueError, match=r"numpy array or a torch tensor\. Found list"):
        log_snr([1.0])  # type: ignore[type-var]
