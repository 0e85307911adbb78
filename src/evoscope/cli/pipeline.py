"""From recordings to a document: group, analyze each series, gather."""

from __future__ import annotations

from evoscope.abr.analysis import Options, analyze, build_document
from evoscope.abr.findings import Document, Findings
from evoscope.abr.formats import group
from evoscope.cli.console import progress
from evoscope.cli.inputs import Inputs, unexpected


def analyze_inputs(inputs: Inputs, options: Options) -> Document:
    """Analyze every series; one that fails is listed among the errors, the others go on."""
    findings: list[Findings] = []
    errors = list(inputs.errors)
    series = group(inputs.recordings)
    with progress("Analyzing", len(series)) as advance:
        for one in series:
            try:
                findings.append(analyze(one, options=options))
            except Exception as error:  # one odd series must not cost the others
                errors.append(unexpected(one.file, error))
            advance()
    return build_document(findings, errors=errors, skipped=inputs.skipped)
