"""Where the time of an analysis goes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from evoscope.abr.analysis import Options, analyze_many, build_document
from evoscope.abr.formats import group, read_recordings
from evoscope.abr.report import write_report

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Do something; return what it gave, and its processor seconds."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def stages(file: Path) -> dict[str, float]:
    """Processor seconds of each stage, once each was done: a process pays for imports besides.

    Args:
        file: recordings as a device writes them.
    """

    def once() -> dict[str, float]:
        recordings, read_s = timed(lambda: read_recordings(file))
        series = group(recordings)
        findings, analyze_s = timed(lambda: analyze_many(series, options=Options()))
        document, document_s = timed(lambda: build_document(findings))
        with tempfile.TemporaryDirectory() as scratch:
            _, tables_s = timed(lambda: write_report(document, f"{scratch}/a", figures=False))
            _, all_s = timed(lambda: write_report(document, f"{scratch}/b", figures=True))
        return {
            "reading": read_s,
            "analyzing": analyze_s,
            "putting together": document_s,
            "tables and page": tables_s,
            "figures": max(0.0, all_s - tables_s),
        }

    once()  # opens the model and what is opened at first use
    return once()
