from collections.abc import Callable

import numpy as np

from evoscope.abr.findings import Findings, Trace
from evoscope.abr.report.levels import levels_of, on_grid

Factory = Callable[..., Findings]


def test_loudest_first_each_with_its_recordings(series_factory: Factory) -> None:
    levels = levels_of(series_factory(levels=(10.0, 60.0, 30.0), replicates=3))
    assert [level.level_db for level in levels] == [60.0, 30.0, 10.0]
    for level in levels:
        assert level.several
        assert [r.level_db for r in level.recordings] == [level.level_db] * 3
        assert level.pooled.pooled == 3


def test_traces_with_different_clocks_meet_in_time() -> None:
    fine = Trace(start_ms=-1.0, step_ms=0.05, values_uv=tuple(np.arange(100) * 0.05 - 1.0))
    coarse = Trace(start_ms=0.0, step_ms=0.5, values_uv=tuple(np.arange(5) * 0.5))
    # Both traces are the line uV = ms.
    np.testing.assert_allclose(on_grid(fine, np.array([-0.5, 0.25])), [-0.5, 0.25])
    np.testing.assert_allclose(on_grid(coarse, np.array([-0.5, 0.25])), [np.nan, 0.25])
