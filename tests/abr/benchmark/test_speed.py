"""The figures of speed are of what they say: this pack, these grids, these counts."""

from __future__ import annotations

import pytest

from evoscope.abr.benchmark.speed import ENDS_MS, LEVELS_DB, seconds_of, some_series
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.encoding import encode, network_preset


@pytest.mark.parametrize(("ends_ms", "samples"), list(zip(ENDS_MS, (200, 384), strict=True)))
def test_series_have_the_length_of_the_grid_that_is_named(ends_ms: float, samples: int) -> None:
    series = some_series(1, ends_ms=ends_ms)[0]
    encoded = encode(prepare(series, human=True, preset=network_preset(series, human=True)))
    assert encoded.waveforms.shape == (len(LEVELS_DB), samples)
    assert encoded.covered[:, -8:].any()


def test_the_first_run_is_not_counted() -> None:
    runs: list[int] = []
    found = seconds_of(lambda: runs.append(1), repeats=4)
    assert len(runs) == 5
    assert 0.0 <= found["fastest"] <= found["median"]
