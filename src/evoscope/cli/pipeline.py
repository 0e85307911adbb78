"""From recordings to a document: group, analyze each series, gather."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from evoscope.abr.analysis import Options, build_document
from evoscope.abr.analysis.files import Inputs, analyze_each
from evoscope.abr.findings import Document, Findings, ReadError
from evoscope.abr.formats import group
from evoscope.abr.recording import Series
from evoscope.cli.console import progress

Analyze = Callable[[Sequence[Series], Options], Iterable[tuple[Series, Findings | ReadError]]]


def analyze_inputs(
    inputs: Inputs, options: Options, *, analyze: Analyze = analyze_each
) -> Document:
    """Analyze every series; one that fails is listed among the errors, the others go on."""
    findings: list[Findings] = []
    errors = list(inputs.errors)
    series = group(inputs.recordings)
    with progress("Analyzing", len(series)) as advance:
        for _, answer in analyze(series, options):
            if isinstance(answer, ReadError):
                errors.append(answer)
            else:
                findings.append(answer)
            advance()
    return build_document(findings, errors=errors, skipped=inputs.skipped)
