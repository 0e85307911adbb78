"""What a person sees in the terminal when an analysis ends."""

from __future__ import annotations

from pathlib import Path

from evoscope.abr.findings import WAVES, Document, Findings, Wave
from evoscope.abr.report import words
from evoscope.abr.report.levels import levels_of
from evoscope.abr.report.names import series_names
from evoscope.cli.console import print_table, say


def print_answers(document: Document) -> None:
    """Print one line per series: threshold or status, loss type, warnings."""
    rows = [
        (
            name,
            words.threshold_answer(findings.threshold),
            words.loss_answer(findings.loss_type),
            str(len(findings.warnings) or "none"),
        )
        for name, findings in zip(series_names(document.series), document.series, strict=True)
    ]
    if rows:
        print_table("", ("Series", "Threshold", "Loss type", "Warnings"), rows)


def print_waves(findings: Findings) -> None:
    """Print the latency of every wave at every level of a series."""
    rows = [
        (words.level(level.level_db), *(_wave(level.pooled.wave(name)) for name in WAVES))
        for level in levels_of(findings)
    ]
    title = f"{findings.info.name}: latency in ms"
    unit = words.decibel(findings.info.level_reference)
    print_table(title, (unit, *WAVES), rows)


def say_problems(document: Document) -> None:
    """List on stderr what failed, and count what was skipped."""
    for error in document.errors:
        say(f"evoscope: {error.file}: {error.reason} {error.hint}".rstrip())
    if document.skipped:
        say(f"evoscope: {len(document.skipped)} file(s) skipped: not recordings.")


def say_where(folder: Path, *, figures: bool) -> None:
    """Say where to look next."""
    say(f"Report: {folder / 'report.html'}")
    extra = ", figures/" if figures else ""
    say(f"Beside it: thresholds.csv, waves.csv, intervals.csv, recordings.csv{extra}")


def _wave(wave: Wave | None) -> str:
    if wave is None or not wave.present or wave.latency_ms is None:
        return "absent"
    return words.number(wave.latency_ms.value, 2)
