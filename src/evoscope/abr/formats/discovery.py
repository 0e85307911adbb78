"""From what a user names (files, folders, globs) to the files worth reading."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evoscope.abr.formats.dispatch import choose, look, readers
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.hints import explain
from evoscope.abr.formats.reader import Head

_OWN_REPORT = "findings.json"
_LICENCES = ("license", "licence", "copying")


@dataclass(frozen=True)
class Discovery:
    """What was found under the paths a user named.

    Attributes:
        recordings: files and folders to read, sorted inside each folder, each once. Reading one
            may still fail: then it is an error, not a skip.
        skipped: ``(path, why)`` of what is not a recording.
    """

    recordings: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...]


def discover(paths: Sequence[str | Path]) -> Discovery:
    """Find the recordings under files, folders (recursively) and globs.

    A path named alone is always a candidate: reading it explains what is wrong with it. Of
    several files at once (what a shell makes of ``*``), of a folder and of a glob, what is no
    recording is skipped with a reason. Hidden files are ignored, as are the parts of a recording
    that another file opens.

    Example:
        >>> discover(["one-file-that-is-missing.txt"]).recordings
        (PosixPath('one-file-that-is-missing.txt'),)
    """
    found: dict[Path, None] = {}
    skipped: dict[str, str] = {}
    several = len(paths) > 1
    for name in paths:
        path = Path(name)
        if path.exists() or not glob.has_magic(str(name)):
            _one(path, found, skipped, explicit=not (several and path.is_file()))
            continue
        matches = sorted(glob.glob(str(name), recursive=True))  # noqa: PTH207 - absolute patterns too
        for match in matches:
            _one(Path(match), found, skipped, explicit=False)
        if not matches:
            found[path] = None
    return Discovery(tuple(found), tuple(sorted(skipped.items())))


def _one(path: Path, found: dict[Path, None], skipped: dict[str, str], *, explicit: bool) -> None:
    if path.is_dir():
        for inner in _walk(path, skipped):
            _file(inner, found, skipped)
    elif explicit or not path.exists():
        found[path] = None
    else:
        _file(path, found, skipped)


def _walk(folder: Path, skipped: dict[str, str]) -> Iterator[Path]:
    """Yield the files below a folder, and folders that are recordings themselves."""
    for root, folders, files in os.walk(folder):
        here = Path(root)
        if choose(Head(here, b"", is_folder=True)) is not None:
            folders.clear()
            yield here
            continue
        if _OWN_REPORT in files and "report.html" in files:
            folders.clear()
            skipped[root] = "A report of this program."
            continue
        for name in [f for f in folders if f.lower().endswith(".zarr")]:
            skipped[str(here / name)] = "A Zarr array without the folder that describes it."
        folders[:] = sorted(
            f
            for f in folders
            if not f.startswith((".", "__MACOSX")) and not f.lower().endswith(".zarr")
        )
        yield from (here / name for name in sorted(files) if not name.startswith("."))


def _file(path: Path, found: dict[Path, None], skipped: dict[str, str]) -> None:
    try:
        if path.is_dir():
            found[path] = None
            return
        head = look(path)
        if choose(head) is not None:
            found[path] = None
        elif not any(reader.companion(path) for reader in readers()):
            skipped[str(path)] = _why(head)
    except FormatError as error:
        skipped[str(path)] = error.reason


def _why(head: Head) -> str:
    if any(word in head.path.stem.lower() for word in _LICENCES):
        return "A licence."
    hint = explain(head)
    return f"{hint.what} {hint.todo}".rstrip() if hint.telling else hint.what
