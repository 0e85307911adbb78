"""Where the time of an analysis goes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from evoscope.abr.analysis import Options, analyze_many, build_document
from evoscope.abr.benchmark.cost.timing import mean_figure, timed
from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.formats import group, read_recordings
from evoscope.abr.report import write_report

_NOT_COUNTED = 1
"""Runs at first: they open the model and what else is opened at first use."""


def stages(file: Path, *, runs: int) -> list[Figure]:
    """Processor time of each stage; a process pays for imports besides.

    The trivial cost is that of moving the bytes: of reading the file as it lies there, and of
    writing what is written without making it.

    Args:
        file: recordings as a device writes them.
        runs: of every stage, in turns.
    """
    every = [_once(file) for _ in range(_NOT_COUNTED + runs)][_NOT_COUNTED:]
    figures = []
    for name in every[0]:
        took = [once[name][0] for once in every]
        least = [once[name][1] for once in every]
        trivial = None if least[0] is None else 1e3 * sum(one or 0.0 for one in least) / runs
        figures.append(
            mean_figure("stage", "cpu_ms", f"stage={name}", took, scale=1e3, trivial=trivial)
        )
    return figures


def _once(file: Path) -> dict[str, tuple[float, float | None]]:
    recordings, read_s = timed(lambda: read_recordings(file))
    _, bytes_s = timed(file.read_bytes)
    series = group(recordings)
    findings, analyze_s = timed(lambda: analyze_many(series, options=Options()))
    document, document_s = timed(lambda: build_document(findings))
    with TemporaryDirectory() as scratch:
        bare, whole = Path(scratch) / "bare", Path(scratch) / "whole"
        _, tables_s = timed(lambda: write_report(document, str(bare), figures=False))
        _, all_s = timed(lambda: write_report(document, str(whole), figures=True))
        bare_s, whole_s = _written_again(bare), _written_again(whole)
    return {
        "reading": (read_s, bytes_s),
        "analyzing": (analyze_s, None),
        "putting together": (document_s, None),
        "tables and page": (tables_s, bare_s),
        "figures": (max(0.0, all_s - tables_s), max(0.0, whole_s - bare_s)),
    }


def _written_again(folder: Path) -> float:
    """Processor seconds of writing the files of a folder, their content being known."""
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    with TemporaryDirectory() as scratch:

        def write() -> None:
            for number, content in enumerate(contents):
                (Path(scratch) / str(number)).write_bytes(content)

        return timed(write)[1]
