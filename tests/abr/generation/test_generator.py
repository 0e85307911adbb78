"""What is drawn: an oracle with known mean and spread, seeds, noise, counterfactuals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.diffusion import SAMPLERS, Sampler
from evoscope.abr.generation import Generated, Generator
from evoscope.abr.generation.coordinates import Coordinates
from evoscope.runtime import PackError

from .toy import MEAN, N_SAMPLES, SD, write_toy


def white(generator: Generator, drawn: Generated) -> np.ndarray:
    return Coordinates.of_card(generator.pack.card).enter(drawn.waveforms_uv)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_samples_have_the_mean_and_spread_that_were_learned(
    toy: Generator, sampler: Sampler
) -> None:
    steps = 100 if sampler == "ancestral" else 40 if sampler == "ddim" else 15
    drawn = white(toy, toy.generate(600, sampler=sampler, steps=steps))
    assert abs(drawn.mean() - MEAN) < 0.08
    assert abs(drawn.std() / SD - 1.0) < 0.06


def test_a_condition_moves_what_is_drawn_by_what_it_means(toy: Generator) -> None:
    soft = toy.generate(50, {"level_db": 20.0})
    loud = toy.counterfactual(soft, {"level_db": 80.0})
    # The same noise: the difference is the condition's alone, in every single recording.
    assert np.allclose(white(toy, loud) - white(toy, soft), 0.6, atol=0.02)
    assert (loud.level_db == 80.0).all()


def test_guidance_exaggerates_a_condition(toy: Generator) -> None:
    plain, strong = (toy.generate(50, {"level_db": 80.0}, guidance=g) for g in (1.0, 2.0))
    assert np.allclose((white(toy, strong) - white(toy, plain)).mean(), 0.8, atol=0.03)


def test_temperature_makes_samples_more_or_less_alike(toy: Generator) -> None:
    cold, hot = (white(toy, toy.generate(300, temperature=x)).std() for x in (0.5, 1.2))
    assert cold < 0.6 * SD < hot


def test_residual_noise_is_what_was_asked_for(toy: Generator) -> None:
    clean = toy.generate(300, steps=40)
    noisy = toy.generate(300, steps=40, residual_noise_nv=100.0)
    extra = white(toy, noisy).var() - white(toy, clean).var()
    # 100 nV over a scale of 50 nV: sigma 2.
    assert abs(extra / 4.0 - 1.0) < 0.1
    assert noisy.residual_noise_nv == 100.0
    assert noisy.clean_uv is not None
    assert np.array_equal(noisy.clean_uv, clean.waveforms_uv)
    assert np.array_equal(noisy.latency_ms, clean.latency_ms, equal_nan=True)


def test_levels_of_an_ear_do_not_share_their_residual_noise(toy: Generator) -> None:
    drawn = toy.series(1, [40.0, 40.0], residual_noise_nv=100.0)
    assert drawn.clean_uv is not None
    assert np.array_equal(drawn.clean_uv[0], drawn.clean_uv[1])
    noise = drawn.waveforms_uv - drawn.clean_uv
    assert abs(np.corrcoef(noise)[0, 1]) < 0.8
    assert not np.allclose(noise[0], noise[1])


def test_a_seed_gives_the_same_recording_whatever_is_drawn_beside_it(toy: Generator) -> None:
    many = toy.generate(150, seed=10)
    one = toy.generate(1, seed=10 + 140)
    assert np.allclose(many.waveforms_uv[140], one.waveforms_uv[0], atol=1e-6)
    assert not np.allclose(many.waveforms_uv[0], many.waveforms_uv[1], atol=1e-3)


def test_a_series_is_one_ear_over_levels(toy: Generator) -> None:
    drawn = toy.series(2, [20.0, 60.0], {"loss_class": ["normal", "snhl"]})
    assert drawn.loss_class.tolist() == ["normal", "normal", "snhl", "snhl"]
    assert drawn.level_db.tolist() == [20.0, 60.0, 20.0, 60.0]
    steps = white(toy, drawn)[1::2] - white(toy, drawn)[::2]
    assert np.allclose(steps, 0.4, atol=0.02)


def test_ancestral_sampling_shares_the_noise_of_every_step(toy: Generator) -> None:
    drawn = toy.series(1, [20.0, 60.0], sampler="ancestral", steps=30)
    a, b = white(toy, drawn)
    assert np.allclose(b - a, 0.4, atol=0.02)


def test_given_conditions_are_kept_and_others_are_drawn(toy: Generator) -> None:
    drawn = toy.generate(20, {"loss_class": "total", "age_years": 30.0})
    assert set(drawn.loss_class) == {"total"}
    assert (drawn.age_years == 30.0).all()
    assert np.isnan(drawn.threshold_db).all()
    assert np.isfinite(drawn.level_db).all()
    assert np.isnan(drawn.latency_ms[~drawn.present]).all()
    assert np.isfinite(drawn.latency_ms[drawn.present]).all()


def test_denoising_is_the_posterior_mean_at_the_noise_of_the_recording(toy: Generator) -> None:
    frame = Coordinates.of_card(toy.pack.card)
    rng = np.random.default_rng(4)
    clean = MEAN + SD * rng.standard_normal((200, N_SAMPLES))
    observed = clean + 1.0 * rng.standard_normal(clean.shape)
    trace = rng.standard_normal(clean.shape)
    found = toy.denoise(frame.leave(observed), frame.leave(trace), np.full((200, 9), np.nan))
    error = ((frame.enter(found.waveforms_uv) - clean) ** 2).mean()
    best = SD**2 / (SD**2 + 1.0)
    assert best * 0.9 < error < best * 1.15  # 1.0 is the raw average


def test_a_recording_without_noise_traces_is_not_denoised(toy: Generator) -> None:
    silent = np.zeros((1, N_SAMPLES))
    with pytest.raises(ValueError, match="sigma should be between"):
        toy.denoise(silent, silent, np.full((1, 9), np.nan))


def test_what_was_learned_from_averages_is_never_cleaner_than_they(tmp_path: Path) -> None:
    write_toy(tmp_path / "pack", least_noise_nv=40.0)
    generator = Generator(tmp_path / "pack")
    drawn = generator.generate(2)
    assert drawn.residual_noise_nv == 40.0
    assert drawn.clean_uv is None
    assert np.isfinite(drawn.level_db).all()
    with pytest.raises(ValueError, match=r"residual_noise_nv should be 40\.0 or more"):
        generator.generate(2, residual_noise_nv=0.0)


def test_progress_ends_at_its_total(toy: Generator) -> None:
    told: list[tuple[int, int]] = []

    def note(*, done: int, total: int) -> None:
        told.append((done, total))

    toy.generate(200, steps=5, progress=note)
    assert told[-1] == (10, 10)
    assert [done for done, _ in told] == list(range(1, 11))


def test_recordings_of_another_generator_have_no_counterfactual(
    toy: Generator, tmp_path: Path
) -> None:
    write_toy(tmp_path / "pack", least_noise_nv=1.0)
    with pytest.raises(ValueError, match="of this generator"):
        Generator(tmp_path / "pack").counterfactual(toy.generate(1), {})


def test_another_kind_of_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError):
        Generator(tmp_path)


def test_generating_needs_no_training_stack() -> None:
    code = "import sys, evoscope.abr.generation; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
