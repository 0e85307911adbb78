"""An output folder that appears whole or not at all, and never costs anyone a file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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
        "findings.jsonl",
        "report.html",
        "figures",
    ]
)


class OutputError(ValueError):
    """An output folder that should not be written: why, and what to do."""


def check_output(folder: Path, *, overwrite: bool, inputs: Sequence[Path] = ()) -> None:
    """Refuse a folder whose content would be at risk, before any work is done.

    Raises:
        OutputError: it is a file; it is not empty and ``overwrite`` is off; nothing can be made
            beside it; or replacing it would move an input or the working directory.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"The output should be a folder. Found a file: {folder}.")
    _check_writable(_nearest_existing(folder.parent))
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
    write stay. When the block raises (Ctrl-C included) ``folder`` is as it was. Without it,
    results that another run put there meanwhile stay, and this one raises ``OutputError``.

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
        _install(partial, target, overwrite=overwrite)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _install(partial: Path, target: Path, *, overwrite: bool) -> None:
    if not overwrite or not target.exists():
        _claim(partial, target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
    old.rmdir()
    target.rename(old)
    try:
        _claim(partial, target)
    except BaseException:
        if target.exists():  # another run's results: what was not ours goes on living in them
            _keep_what_is_not_ours(old, target)
        else:
            old.rename(target)
        raise
    _keep_what_is_not_ours(old, target)


def _claim(partial: Path, target: Path) -> None:
    """Rename onto nothing or an empty folder: of two runs that end together, one gets it."""
    with suppress(OSError):
        target.rmdir()  # only an empty folder goes; Windows renames onto none at all
    try:
        partial.rename(target)
    except OSError:
        if not target.exists():
            raise
        raise OutputError(
            f"The output folder should still be new or empty when the work is done. Found {target} "
            "written by another run meanwhile; its results were kept, these were not. "
            "Choose another folder, or add --overwrite to replace the results in it."
        ) from None


def _keep_what_is_not_ours(old: Path, target: Path) -> None:
    for entry in old.iterdir():
        if entry.name not in OWN:
            entry.rename(target / entry.name)
    shutil.rmtree(old)


def _open_to_others(folder: Path) -> None:
    """Give the folder the permissions that ``mkdir`` would: ``mkdtemp`` makes it private."""
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)


def _check_writable(parent: Path) -> None:
    """Make a folder and remove it again: permission bits do not tell what a disk allows."""
    try:
        Path(tempfile.mkdtemp(prefix=".evoscope-", dir=parent)).rmdir()
    except OSError as error:
        raise OutputError(
            f"The output's parent should be a writable folder. Found {parent}: {error.strerror}. "
            "Choose another folder."
        ) from None


def _nearest_existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
