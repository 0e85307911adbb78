"""Cohorts -> tables and findings, part by part: as many recordings as a disk holds."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TextIO

from evoscope.abr.analysis import Options, build_document
from evoscope.abr.analysis.files import analyze_each
from evoscope.abr.cohort import Cohort
from evoscope.abr.findings import Document, Findings, ReadError
from evoscope.abr.recording import Series
from evoscope.abr.report.output import staged
from evoscope.abr.report.tables import COLUMNS, Row, cell_text, table_rows
from evoscope.scale.engines import Engine
from evoscope.scale.parts import Parts, parts_of, state_of
from evoscope.scale.rows import ROWS, Rows, cut
from evoscope.scale.series import model_of

FINDINGS = "findings.jsonl"
"""One document a line, each of one patient."""
TABLES = tuple(name for name in COLUMNS if name != "skipped")
_WHERE_ANY = "audiogram"


@dataclass
class Analyzed:
    """What was found, counted.

    Attributes:
        recordings, series, errors: how many.
        statuses: series by the status of their threshold.
    """

    recordings: int = 0
    series: int = 0
    errors: int = 0
    statuses: Counter[str] = field(default_factory=Counter)


def analyze_cohorts(
    paths: Sequence[Path],
    output: Path,
    options: Options,
    *,
    engine: Engine = "local",
    overwrite: bool = False,
    rows: int = ROWS,
    progress: Callable[[int], None] = lambda _recordings: None,
) -> Analyzed:
    """Analyze every series of some cohorts; write tables, and ``findings.jsonl``.

    Every patient is analyzed alone, so the files are the same to the bit however the cohort is
    divided, and whoever works. Parts that are done lie beside the output until it is whole: the
    same request goes on from them.

    Args:
        paths: Parquet files.
        output: folder that appears whole or not at all.
        options: of the analysis.
        engine: ``local``, or ``ray``.
        overwrite: replace the results of an earlier run.
        rows: of a part, at least.
        progress: called with the recordings done since the last call.

    Raises:
        FormatError: a file that is no cohort, or a damaged one.
        OutputError: a folder that would lose something.
        ClusterError: the cluster could not finish.

    Example:
        >>> from tempfile import mkdtemp
        >>> from evoscope.abr.simulation.make import simulate
        >>> home = Path(mkdtemp())
        >>> cohort = simulate(home / "cohort.parquet", patients=2, seed=1)
        >>> found = analyze_cohorts([cohort.path], home / "out", Options(analyzer="classical"))
        >>> found.recordings == cohort.n_rows, (home / "out" / "thresholds.csv").exists()
        (True, True)
    """
    items = [part for path in paths for part in cut(path, at_least=rows)]
    request = {
        "analyze": [state_of(path) for path in paths],
        "options": asdict(options),
        "model": model_of(options),
        "rows": rows,
    }
    found = Analyzed()
    with parts_of(output, request) as folder, staged(output, overwrite=overwrite) as partial:
        parts = Parts(folder, AnalyzePatients(options), items, engine=engine)
        with Writing(partial) as writing:
            for item, part in zip(items, parts, strict=True):
                content = json.loads(part)
                writing.add(content["files"])
                found.recordings += len(item)
                found.series += sum(content["statuses"].values())
                found.errors += content["errors"]
                found.statuses.update(content["statuses"])
                progress(len(item))
    return found


@dataclass(frozen=True)
class AnalyzePatients:
    """Analyzes the patients of some rows, in any process, and lays out what is to be written."""

    options: Options

    def __call__(self, rows: Rows) -> bytes:
        """Return the lines of every file, and counts, as JSON."""
        lines: list[str] = []
        tables: dict[str, list[Row]] = {name: [] for name in TABLES}
        statuses: Counter[str] = Counter()
        series = Cohort.open(rows.path).series(within=range(rows.start, rows.stop))
        for _, own in groupby(series, key=lambda one: one.recordings[0].subject.id):
            document = self._document(own)
            lines.append(document.model_dump_json())
            for name, more in table_rows(document).items():
                if name in tables:
                    tables[name] += more
            statuses.update(one.threshold.status for one in document.series)
        files = {f"{name}.csv": _csv(own) for name, own in tables.items()}
        content = {
            "files": files | {FINDINGS: "".join(f"{line}\n" for line in lines)},
            "statuses": statuses,
            "errors": len(tables["errors"]),
        }
        return json.dumps(content).encode()

    def _document(self, series: Iterable[Series]) -> Document:
        findings: list[Findings] = []
        errors: list[ReadError] = []
        for _, answer in analyze_each(series, self.options):
            if isinstance(answer, ReadError):
                errors.append(answer)
            else:
                findings.append(answer)
        return build_document(findings, errors=errors)


class Writing:
    """The files of an output folder, each longer by every part.

    Args:
        folder: that is there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, TextIO] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Writing:
        for name in TABLES:
            if name != _WHERE_ANY:
                self._file(f"{name}.csv")
        self._file(FINDINGS)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, files: Mapping[str, str]) -> None:
        """Put the lines of a part under those that are there."""
        for name, text in files.items():
            if text:
                self._file(name).write(text)

    def _file(self, name: str) -> TextIO:
        if name not in self._open:
            path = self._folder / name
            self._open[name] = self._stack.enter_context(
                path.open("w", encoding="utf-8", newline="")
            )
            if name != FINDINGS:
                self._open[name].write(_csv([COLUMNS[path.stem]]))
        return self._open[name]


def _csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([cell_text(cell) for cell in r] for r in rows)
    return text.getvalue()
