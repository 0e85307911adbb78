"""Result files, and the tables of the docs that are filled from them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path


def commit_of(folder: Path) -> str:
    """Commit of a checkout, with ``+changes`` when files differ from it; ``unknown`` outside."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", "src")
        return git("rev-parse", "HEAD") + ("+changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def short_commit(commit: str) -> str:
    """Twelve characters of what `commit_of` found, and whether files differed from it.

    Example:
        >>> short_commit(40 * "a"), short_commit(40 * "a" + "+changes")
        ('aaaaaaaaaaaa', 'aaaaaaaaaaaa+changes')
    """
    name, mark, rest = commit.partition("+")
    return name[:12] + mark + rest


def write_text(text: str | Iterable[str], path: Path) -> None:
    """Write a file atomically: whole or not at all, making its folder where there is none.

    Args:
        text: all of it, or piece by piece.
        path: of the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.writelines([text] if isinstance(text, str) else text)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def number(value: float | None) -> str:
    """Three significant digits, without an exponent; a dash for nothing.

    Example:
        >>> [number(v) for v in (4.428, 0.0721, 61442.0, None)]
        ['4.43', '0.072', '61442', '-']
    """
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def fill(text: str, name: str, table: str) -> str:
    """Put a table between ``<!-- table:name -->`` and ``<!-- /table -->``.

    Raises:
        ValueError: the text has no such place.
    """
    pattern = re.compile(rf"(<!-- table:{re.escape(name)} -->\n).*?(<!-- /table -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"the document should have <!-- table:{name} -->. Found none.")
    return pattern.sub(lambda m: f"{m[1]}{table}\n{m[2]}", text)


def fill_file(path: Path, name: str, table: str) -> None:
    """Fill a table in a document on disk."""
    path.write_text(fill(path.read_text("utf-8"), name, table), encoding="utf-8")
