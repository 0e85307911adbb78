"""Series -> Findings: the analyzer that the options name, and what surrounds it."""

from __future__ import annotations

from collections.abc import Sequence

from evoscope.abr.analysis.assembly import nothing_to_see
from evoscope.abr.analysis.by_classical import ANALYZER, analyze_classical
from evoscope.abr.analysis.intake import Refused, take_in
from evoscope.abr.analysis.options import CLASSICAL, Options
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Series


def analyze(series: Series, *, options: Options | None = None) -> Findings:
    """Analyze one series: waves, threshold, noise, calls, each with what it rests on.

    Args:
        series: recordings of one ear and stimulus over levels, as ``evoscope.read`` gives them.
        options: settings; the defaults follow the files.

    Returns:
        Findings. What cannot be told is said (``inconclusive``, ``cannot tell``), not raised.

    Raises:
        PackError: the options name a model pack that is not there, is damaged or is made for
            something else.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, truth = simulate_series(true_threshold_db=20, levels_db=range(0, 90, 10),
        ...                                 seed=1)
        >>> threshold = analyze(series).threshold
        >>> threshold.status, abs(threshold.value_db - truth.true_threshold_db) <= 10
        ('estimated', True)
    """
    return analyze_many([series], options=options)[0]


def analyze_many(series: Sequence[Series], *, options: Options | None = None) -> list[Findings]:
    """Analyze several series, together where a model reads them: the same findings, faster.

    Raises:
        PackError: as `analyze`.
    """
    options = options or Options()
    if options.analyzer == CLASSICAL:
        return [_classical(one, options) for one in series]
    # Only a model needs the runtime: the classical analyzer starts without it.
    from evoscope.abr.analysis.learned import analyze_learned, reader_of

    return analyze_learned(series, reader_of(options.analyzer), options)


def _classical(series: Series, options: Options) -> Findings:
    taken = take_in(series, options)
    if isinstance(taken, Refused):
        return nothing_to_see(taken, ANALYZER)
    return analyze_classical(taken)
