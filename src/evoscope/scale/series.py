"""Series that were read from files, analyzed elsewhere; their findings come back in order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evoscope.abr.analysis import CLASSICAL, Options
from evoscope.abr.analysis.files import analyze_each
from evoscope.abr.findings import Findings, ReadError
from evoscope.abr.recording import Series
from evoscope.scale.engines import Engine
from evoscope.scale.parts import Parts, parts_of, state_of

SERIES = 8
"""Of a part: a second of work or more."""


def analyze_in_parts(
    series: Sequence[Series], options: Options, *, output: Path, engine: Engine
) -> Iterator[tuple[Series, Findings | ReadError]]:
    """Analyze series as ``analyze_each`` does, part by part, to the same findings.

    Args:
        series: that were read.
        options: of the analysis.
        output: beside which parts lie until the last is done.
        engine: ``local``, or ``ray``.

    Raises:
        ClusterError: the cluster could not finish.
    """
    items = [tuple(series[i : i + SERIES]) for i in range(0, len(series), SERIES)]
    files = sorted({one.source.path for every in series for one in every})
    request = {
        "analyze": [state_of(Path(path)) for path in files if Path(path).exists()],
        "series": [one.name for one in series],
        "options": asdict(options),
        "model": model_of(options),
    }
    with parts_of(output, request) as folder:
        parts = Parts(folder, AnalyzeSeries(options), items, engine=engine)
        for item, part in zip(items, parts, strict=True):
            for one, answer in zip(item, json.loads(part), strict=True):
                kind = Findings if answer["is"] == "findings" else ReadError
                yield one, kind.model_validate(answer["says"])


@dataclass(frozen=True)
class AnalyzeSeries:
    """Analyzes series, in any process."""

    options: Options

    def __call__(self, series: Sequence[Series]) -> bytes:
        """Return findings or an error for each, as JSON."""
        answers = [
            {
                "is": "findings" if isinstance(answer, Findings) else "error",
                "says": answer.model_dump(mode="json"),
            }
            for _, answer in analyze_each(series, self.options)
        ]
        return json.dumps(answers).encode()


def model_of(options: Options) -> str:
    """Say which model answers by these options: its hash, or ``classical``."""
    if options.analyzer == CLASSICAL:
        return CLASSICAL
    # Only a model needs the runtime.
    from evoscope.abr.analysis.learned import reader_of

    return reader_of(options.analyzer).analyzer.sha256 or ""
