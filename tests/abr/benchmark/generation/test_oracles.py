"""A judge is judged: what is real passes, what is shifted, blurred or copied is found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import sqrtm
from sklearn.metrics import f1_score

from evoscope.abr.benchmark.generation.distances import features, frechet
from evoscope.abr.benchmark.generation.floors import fidelity, over_floor
from evoscope.abr.benchmark.generation.laws import laws
from evoscope.abr.benchmark.generation.memory import memory
from evoscope.abr.benchmark.generation.rivals import matched, rivals_of
from evoscope.abr.benchmark.generation.sample import Sample
from evoscope.abr.benchmark.generation.two_sample import floor_auc, told_apart
from evoscope.abr.benchmark.generation.use import macro_f1, usefulness
from evoscope.abr.generation.contract import COLUMNS, column

PER_PATIENT, N_SAMPLES = 4, 200


def make(seed: int, patients: int = 300, *, response: int | None = None) -> Sample:
    """Ears whose wave V falls with level, rises with rate, and differs from ear to ear.

    The conditions follow from ``seed``; with another ``response``, other ears stand under them.
    """
    rng = np.random.default_rng(seed)
    n = patients * PER_PATIENT
    table = np.full((n, len(COLUMNS)), np.nan, np.float32)
    level = np.tile([20.0, 40.0, 60.0, 80.0], patients)
    loss = np.repeat(np.where(np.arange(patients) % 4 == 0, 2.0, 0.0), PER_PATIENT)
    rate = np.repeat(rng.choice([21.1, 39.1], patients), PER_PATIENT)
    age = np.repeat(rng.uniform(0.1, 60.0, patients), PER_PATIENT)
    given = {"level_db": level, "loss_class": loss, "rate_hz": rate, "age_years": age}
    for name, values in (given | {"frequency_hz": np.zeros(n)}).items():
        table[:, column(name)] = values
    own = np.random.default_rng(seed if response is None else response)
    ear, size = (np.repeat(own.normal(0, s, patients), PER_PATIENT) for s in (0.2, 0.2))
    late = 8.0 - 0.03 * level + 0.01 * rate + 0.3 * (loss == 2.0) + 0.05 * np.log(age + 0.25)
    latency = late + ear + own.normal(0, 0.05, n)
    amplitude = 0.004 * level * np.exp(size) * np.where(loss == 2.0, 0.5, 1.0)
    t = (np.arange(N_SAMPLES) - 14.6) / 15.0
    waveform = amplitude[:, None] * np.exp(-0.5 * ((t - latency[:, None]) / 0.5) ** 2)
    waveform += own.normal(0, 0.004, waveform.shape)
    return Sample(
        waveform=waveform,
        patient=np.repeat([f"{seed}-{i}" for i in range(patients)], PER_PATIENT),
        table=table,
        present=np.ones(n),
        latency_ms=latency,
        amplitude_uv=amplitude,
        noise_nv=np.zeros(n),
    )


@pytest.fixture(scope="module")
def real() -> Sample:
    return make(1)


@pytest.fixture(scope="module")
def fresh() -> Sample:
    """Other ears under the same conditions, from the same law."""
    return make(1, response=2)


@pytest.fixture(scope="module")
def train() -> Sample:
    return make(3)


def ratios(real: Sample, drawn: Sample) -> dict[str, float]:
    found = fidelity(real, drawn, seed=0)
    return {f.metric: f.measured.value for f in found if not f.where and f.measured.value}


def test_frechet_agrees_with_the_matrix_square_root() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, (300, 5)), rng.normal(0.3, 1.5, (300, 5))
    first, second = np.cov(a.T), np.cov(b.T)
    wanted = ((a.mean(0) - b.mean(0)) ** 2).sum()
    wanted += np.trace(first + second - 2.0 * np.real(sqrtm(first @ second)))
    assert frechet(a, b) == pytest.approx(wanted)


def test_macro_f1_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth, answer = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    assert macro_f1(truth, answer) == pytest.approx(f1_score(truth, answer, average="macro"))


def test_real_against_real_is_at_the_floor(real: Sample, fresh: Sample) -> None:
    found = ratios(real, fresh)
    assert {"frechet_over_floor", "mmd_over_floor", "latency_w1_over_floor"} <= set(found)
    for metric, value in found.items():
        assert 0.5 < value < 1.6, metric
    auc = told_apart(real, fresh, seed=0).value
    chance = floor_auc(real, seed=0).value
    assert auc is not None
    assert chance is not None
    assert abs(auc - 0.5) < 0.06
    assert abs(chance - 0.5) < 0.1


def test_a_shifted_copy_is_found_out(real: Sample, fresh: Sample) -> None:
    shifted = replace(
        fresh, waveform=np.roll(fresh.waveform, 8, axis=1), latency_ms=fresh.latency_ms + 8 / 15
    )
    found = ratios(real, shifted)
    assert found["frechet_over_floor"] > 3.0
    assert found["mmd_over_floor"] > 2.0
    assert found["latency_w1_over_floor"] > 3.0
    assert (told_apart(real, shifted, seed=0).value or 0.0) > 0.8


def test_a_blurred_copy_is_found_out_though_its_mean_is_right(real: Sample, fresh: Sample) -> None:
    kernel = np.hanning(15) / np.hanning(15).sum()
    blurred = np.apply_along_axis(np.convolve, 1, fresh.waveform, kernel, mode="same")
    found = ratios(real, replace(fresh, waveform=blurred))
    assert found["psd_over_floor"] > 3.0
    assert (told_apart(real, replace(fresh, waveform=blurred), seed=0).value or 0.0) > 0.8


def test_the_conditional_mean_lacks_diversity(real: Sample, train: Sample) -> None:
    mean = rivals_of(train, None)["conditional-mean"](real, 0)
    assert ratios(real, mean)["frechet_over_floor"] > 2.0
    assert (told_apart(real, mean, seed=0).value or 0.0) > 0.9
    assert (memory(train, real, mean, seed=0)["diversity"].value or 1.0) < 0.05


def test_memorised_copies_are_found_out(real: Sample, fresh: Sample, train: Sample) -> None:
    copies = matched(train, real, 0)
    honest, copied = (memory(train, real, x, seed=0) for x in (fresh, copies))
    assert 0.9 < (honest["nn_ratio"].value or 0.0) < 1.1
    assert (honest["duplicates"].value or 0.0) <= 0.01
    assert copied["nn_ratio"].value == 0.0
    assert copied["duplicates"].value == 1.0
    assert (copied["membership_auc"].value or 0.0) > (honest["membership_auc"].value or 1.0) + 0.1
    # To the eye they are perfect: only memory tells.
    assert ratios(real, copies)["frechet_over_floor"] < 2.0


def test_laws_are_those_of_the_truth_and_vanish_when_conditions_are_permuted(
    real: Sample, fresh: Sample
) -> None:
    for name, measured, control in laws(real, fresh, seed=0):
        assert abs((measured.value or 0.0) - 1.0) < (0.05 if "slope" in name else 0.6), name
        assert control is not None
        assert abs(control) < 0.5
    flat = replace(fresh, latency_ms=fresh.latency_ms + 0.03 * real.of("level_db"))
    slopes = {name: measured.value for name, measured, _ in laws(real, flat, seed=0)}
    assert abs(slopes["latency_slope_over_truth"] or 1.0) < 0.1


def test_useful_recordings_teach_and_noise_does_not(real: Sample, train: Sample) -> None:
    again = make(3, response=9)
    good = usefulness(train, again, real, seed=0)
    noise = np.random.default_rng(0).normal(0, 0.1, train.waveform.shape)
    bad = usefulness(train, replace(train, waveform=noise), real, seed=0)
    assert (good["tstr_ratio"].value or 0.0) > 0.95
    assert (bad["tstr_ratio"].value or 1.0) < 0.9
    assert (good["both_ratio_10"].value or 0.0) >= (good["both_ratio_100"].value or 0.0) - 0.1


def test_rows_that_cannot_be_drawn_are_left_out(real: Sample, train: Sample) -> None:
    normal = train.at(train.of("loss_class") == 0.0)
    drawn = matched(normal, real, 0)
    assert drawn.drawn.tolist() == (real.of("loss_class") == 0.0).tolist()
    measured, _ = over_floor(
        features(real.waveform), features(drawn.waveform), real.patient, frechet, seed=0
    )
    assert measured.n == int(drawn.drawn.sum())
