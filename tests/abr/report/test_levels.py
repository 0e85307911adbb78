from collections.abc import Callable

import numpy as np

from evoscope.abr.findings import Estimate, Findings, Trace, Wave
from evoscope.abr.report.levels import levels_of, mean_trace

Factory = Callable[..., Findings]


def with_wave_v(findings: Findings, present: list[bool], latencies: list[float]) -> Findings:
    recordings = [
        recording.model_copy(
            update={
                "waves": (
                    Wave(
                        name="V",
                        probability=0.9,
                        present=there,
                        latency_ms=Estimate(value=at, low=at - 0.1, high=at + 0.1)
                        if there
                        else None,
                    ),
                )
            }
        )
        for recording, there, at in zip(findings.recordings, present, latencies, strict=True)
    ]
    return findings.model_copy(update={"recordings": tuple(recordings)})


def test_loudest_first(series_factory: Factory) -> None:
    levels = levels_of(series_factory(levels=(10.0, 60.0, 30.0)))
    assert [level.level_db for level in levels] == [60.0, 30.0, 10.0]


def test_a_wave_in_a_minority_of_replicates_is_not_marked(series_factory: Factory) -> None:
    one_of_three = with_wave_v(
        series_factory(levels=(60.0,), replicates=3), [True, False, False], [6.0, 0.0, 0.0]
    )
    (level,) = levels_of(one_of_three)
    assert not level.waves["V"].present
    assert (level.waves["V"].n_present, level.waves["V"].n_searched) == (1, 3)


def test_a_wave_in_half_of_them_is_marked_at_the_median(series_factory: Factory) -> None:
    two_of_three = with_wave_v(
        series_factory(levels=(60.0,), replicates=3), [True, True, False], [6.0, 7.0, 0.0]
    )
    (level,) = levels_of(two_of_three)
    assert level.waves["V"].present
    assert level.waves["V"].latency_ms == Estimate(value=6.5, low=6.4, high=6.6)


def test_noise_of_the_mean_falls_with_replicates(series_factory: Factory) -> None:
    findings = series_factory(levels=(60.0,), replicates=4)
    same = [r.model_copy(update={"residual_noise_nv": 40.0}) for r in findings.recordings]
    (level,) = levels_of(findings.model_copy(update={"recordings": tuple(same)}))
    assert level.residual_noise_nv == 40.0
    assert level.mean_residual_noise_nv == 20.0


def test_noise_that_one_recording_lacks_is_unknown_in_the_mean(series_factory: Factory) -> None:
    findings = series_factory(levels=(60.0,), replicates=2)
    first, second = findings.recordings
    blind = first.model_copy(update={"residual_noise_nv": None, "sweeps": None})
    (level,) = levels_of(findings.model_copy(update={"recordings": (blind, second)}))
    assert level.mean_residual_noise_nv is None
    assert level.sweeps is None
    assert level.residual_noise_nv == second.residual_noise_nv


def test_traces_with_different_clocks_meet_in_time() -> None:
    fine = Trace(start_ms=-1.0, step_ms=0.05, values_uv=tuple(np.arange(100) * 0.05 - 1.0))
    coarse = Trace(start_ms=0.0, step_ms=0.5, values_uv=tuple(np.arange(5) * 0.5))
    grid = np.array([-0.5, 0.25, 1.75, 9.0])
    # Both traces are the line uV = ms: so is their mean, where either reaches.
    np.testing.assert_allclose(mean_trace([fine, coarse], grid), [-0.5, 0.25, 1.75, np.nan])
