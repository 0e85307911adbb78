"""The generator that ships draws what its card says it has learned, without a training stack."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.generation import Generator, open_generator
from evoscope.abr.generation.finish import nearest_peaks

MOST_BYTES = 4_000_000


@pytest.fixture(scope="module")
def generator() -> Generator:
    found = open_generator("diffusion")
    assert isinstance(found, Generator)
    return found


def test_it_is_small_and_says_where_it_comes_from(generator: Generator) -> None:
    pack = generator.pack
    assert sum(file.stat().st_size for file in pack.folder.iterdir()) <= MOST_BYTES
    assert len(pack.card.training.commit) == 40
    assert all(one.simulated and one.split_sha256 for one in pack.card.data)


def test_a_louder_sound_is_answered_sooner(generator: Generator) -> None:
    given = {"loss_class": "normal", "frequency_hz": 0.0, "age_years": 30.0, "threshold_db": 5.0}
    drawn = generator.series(24, [40.0, 80.0], given, seed=5)
    latency = drawn.latency_ms[:, 4].reshape(24, 2)
    assert drawn.present[:, 4].mean() > 0.9
    assert 0.4 < np.nanmedian(latency[:, 0] - latency[:, 1]) < 2.0
    assert 5.0 < np.nanmedian(latency[:, 1]) < 6.5


def test_an_ear_that_hears_nothing_is_silent(generator: Generator) -> None:
    deaf = generator.generate(40, {"loss_class": "total", "level_db": 60.0}, seed=2)
    silent = ~deaf.waveforms_uv.any(axis=1)
    assert silent.mean() > 0.7
    assert not deaf.present[silent].any()


def test_most_marks_are_on_the_peaks_of_the_waveform(generator: Generator) -> None:
    given = {"loss_class": "normal", "level_db": 70.0, "frequency_hz": 0.0}
    drawn = generator.generate(60, given, seed=3)
    peaks = nearest_peaks(drawn.waveforms_uv.astype(float), drawn.time_ms, drawn.latency_ms)
    assert np.mean(np.abs(peaks - drawn.latency_ms)[drawn.present] < 0.01) > 0.8


def test_classes_and_levels_left_to_chance_are_drawn_as_often_as_they_were_seen(
    generator: Generator,
) -> None:
    drawn = generator.generate(300, seed=11)
    seen = generator.seen.classes
    share = np.mean(drawn.loss_class == "normal")
    assert abs(share - seen["normal"] / sum(seen.values())) < 0.12
    cells = generator.seen.cells
    usual = sum(float(name.split()[1]) * n for name, n in cells.items()) / sum(cells.values())
    assert abs(drawn.level_db.mean() - usual) < 8.0
