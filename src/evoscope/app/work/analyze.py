"""An upload -> its findings; a kept series -> further findings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evoscope.abr.analysis import Options, build_document
from evoscope.abr.analysis.files import analyze_each, read_found
from evoscope.abr.findings import Findings, ReadError, SkippedFile
from evoscope.abr.formats import Discovery, discover, group
from evoscope.abr.recording import Recording, Series
from evoscope.app.jobs.child import Tell
from evoscope.app.work.pseudonyms import Pseudonyms
from evoscope.app.work.refused import RefusedError
from evoscope.app.work.stored import from_bytes, to_bytes

FILES = "files"
DOCUMENT = "findings.json"
KEPT = "series-{}.npz"
SERIES = "series.npz"


def analyze_upload(arguments: Mapping[str, Any], folder: Path, tell: Tell) -> dict[str, Any]:
    """Analyze the files in ``folder/files``; write findings and recordings into ``folder``.

    Args:
        arguments: ``options`` of the analysis, ``skipped`` (what was not even written), and
            ``key`` (hexadecimal) when names are to be replaced; ``lost``: what earlier processes
            were at when they ended, and how: it is left out, and listed as an error.
        folder: of the work.
        tell: how far it is.

    Returns:
        ``series``: how many.
    """
    options = options_of(arguments["options"])
    with _inside(folder / FILES):  # paths in the findings are as they were sent
        return _analyze(arguments, options, folder, tell)


def _analyze(
    arguments: Mapping[str, Any], options: Options, folder: Path, tell: Tell
) -> dict[str, Any]:
    found = discover(sorted(path.name for path in Path().iterdir()))
    lost = {one["at"]: one["how"] for one in arguments["lost"]}
    total = len(found.recordings)
    recordings: list[Recording] = []
    errors: list[ReadError] = []
    for done, path in enumerate(found.recordings):
        at = f"file {path}"
        if at in lost:
            errors.append(_lost(str(path), lost[at]))
            continue
        tell("reading", done, total, at)
        inputs = read_found(Discovery((path,), ()))
        recordings += inputs.recordings
        errors += inputs.errors
    tell("reading", total, total)
    series = group(recordings)
    skipped = [SkippedFile(file=file, why=why) for file, why in found.skipped]
    skipped += [SkippedFile.model_validate(one) for one in arguments["skipped"]]
    if key := arguments.get("key"):
        files = (str(path) for path in Path().rglob("*") if path.is_file())
        names = Pseudonyms(bytes.fromhex(key), files)
        series = [names.series(one) for one in series]
        errors = [names.error(one) for one in errors]
        skipped = [names.skipped(one) for one in skipped]
    kept: list[Series] = []
    findings: list[Findings] = []
    for done, one in enumerate(series):
        first = one.recordings[0].source
        at = f"series {first.path} {first.record}"
        if at in lost:
            errors.append(_lost(one.file, lost[at]))
            continue
        tell("analyzing", done, len(series), at)
        ((_, answer),) = analyze_each([one], options)
        if isinstance(answer, ReadError):
            errors.append(answer)
        else:
            kept.append(one)
            findings.append(answer)
    tell("analyzing", len(series), len(series))
    document = build_document(findings, errors=errors, skipped=skipped)
    for i, one in enumerate(kept):
        (folder / KEPT.format(i)).write_bytes(to_bytes(one))
    (folder / DOCUMENT).write_text(document.model_dump_json(), encoding="utf-8")
    return {"series": len(kept)}


def analyze_again(arguments: Mapping[str, Any], folder: Path, tell: Tell) -> dict[str, Any]:
    """Analyze the kept series in ``folder`` with other options; write its findings there."""
    options = options_of(arguments["options"])
    series = from_bytes((folder / SERIES).read_bytes())
    tell("analyzing", 0, 1)
    ((_, answer),) = analyze_each([series], options)
    if isinstance(answer, ReadError):
        raise RefusedError(answer.reason, answer.hint, status=500)
    (folder / DOCUMENT).write_text(answer.model_dump_json(), encoding="utf-8")
    return {}


def _lost(file: str, how: str) -> ReadError:
    return ReadError(
        file=file,
        reason=f"The process that works on it should stay until it is done. Found it {how}.",
        hint="The rest went on without it. Is it damaged, or larger than the others? "
        "Export it again, or send it alone.",
    )


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def options_of(stated: Mapping[str, Any]) -> Options:
    """Options of the analysis, from what was sent.

    Raises:
        RefusedError: a value that cannot be.
    """
    try:
        return Options(**stated)
    except ValueError as error:
        raise RefusedError(str(error)) from None
