"""An output folder that appears whole or not at all, and never costs anyone a file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

OWN = frozenset(
    [
        "thresholds.csv",
        "waves.csv",
        "intervals.csv",
        "recordings.csv",
        "audiogram.csv",
        "errors.csv",
        "skipped.csv",
        "findings.json",
        "report.html",
        "figures",
    ]
)


class OutputError(ValueError):
    """An output folder that should not be written: why, and what to do."""


def check_output(folder: Path, *, overwrite: bool, inputs: Sequence[Path] = ()) -> None:
    """Refuse a folder whose content would be at risk, before any work is done.

    Raises:
        OutputError: it is a file; it is not empty and ``overwrite`` is off; or replacing it would
            move an input or the working directory.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"The output should be a folder. Found a file: {folder}.")
    parent = _nearest_existing(folder.parent)
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise OutputError(f"The output's parent should be a writable folder. Found {parent}.")
    if not folder.is_dir():
        return
    if any(folder.iterdir()) and not overwrite:
        raise OutputError(
            f"The output folder should be new or empty. Found files in {folder}. "
            "Choose another folder, or add --overwrite to replace the results in it."
        )
    target = folder.resolve()
    for path in (Path.cwd(), *inputs):
        resolved = path.resolve()
        if resolved == target or target in resolved.parents:
            what = f"the input {path}" if path in inputs else "the working directory"
            raise OutputError(
                f"The output folder should not hold {what}. Found {folder}. "
                "Choose another folder: inputs are never touched."
            )


@contextmanager
def staged(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield a temporary sibling folder that becomes ``folder`` when the block ends well.

    With ``overwrite`` the results of an earlier run are replaced; files that Evoscope did not
    write stay. When the block raises (Ctrl-C included) ``folder`` is as it was.

    Example:
        >>> home = Path(tempfile.mkdtemp())
        >>> with staged(home / "out", overwrite=False) as partial:
        ...     _ = (partial / "report.html").write_text("done")
        >>> [p.name for p in (home / "out").iterdir()]
        ['report.html']
    """
    check_output(folder, overwrite=overwrite)
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
    try:
        yield partial
        _open_to_others(partial)
        _install(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _install(partial: Path, target: Path) -> None:
    if not target.exists():
        partial.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
    old.rmdir()
    target.rename(old)
    try:
        partial.rename(target)
    except BaseException:
        old.rename(target)
        raise
    for entry in old.iterdir():
        if entry.name not in OWN:
            entry.rename(target / entry.name)
    shutil.rmtree(old)


def _open_to_others(folder: Path) -> None:
    """Give the folder the permissions that ``mkdir`` would: ``mkdtemp`` makes it private."""
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)


def _nearest_existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
