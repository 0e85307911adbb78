"""Names that clients give to files, made into names that a folder can safely hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_PART_BYTES = 120
DEEPEST = 8
SHOWN = frozenset({".zarray", ".zattrs", ".zgroup", ".zmetadata"})
"""Parts of a recording (zarr) that only look hidden; every other file with a dot is left out."""
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True)
class Named:
    """A file as it was sent and as it will lie in the folder.

    Attributes:
        given: the client's name, cleaned so that it can be shown.
        path: relative, of safe parts, unlike every other; ``None`` for a file to leave out.
        why: why it is left out.
    """

    given: str
    path: str | None
    why: str = ""


def safe_names(given: Sequence[str | None]) -> list[Named]:
    """Choose where files go, by the names that a client gave them.

    Letters, digits and a few signs stay, so that the parts of a recording still find each other; a
    path keeps its folders, but never climbs out of ours. Names that would meet are numbered.

    Example:
        >>> [one.path for one in safe_names(["../../etc/passwd", "P3/right ear.csv", ".hidden"])]
        ['etc/passwd', 'P3/right ear.csv', None]
    """
    named: list[Named] = []
    files: set[str] = set()
    folders: set[str] = set()
    for number, name in enumerate(given, start=1):
        parts = [part for part in re.split(r"[/\\]+", name or "") if part not in ("", ".", "..")]
        shown = "/".join(map(_shown, parts)) or f"file {number}"
        if any(part.startswith(".") for part in parts if part not in SHOWN):
            named.append(Named(shown, None, "A hidden file."))
            continue
        safe = [_safe(part) for part in parts[-DEEPEST:]] or [f"file-{number}"]
        named.append(Named(shown, _untaken(safe, files, folders)))
    return named


def _safe(part: str) -> str:
    if part in SHOWN:
        return part
    text = unicodedata.normalize("NFC", part)
    text = "".join(c if c.isalnum() or c in " ._-+()[]#,&=@" else "_" for c in text)
    text = text.strip(" .") or "_"
    if _RESERVED.match(text):
        text = f"_{text}"
    stem, dot, suffix = text.rpartition(".")
    if len(text.encode()) > LONGEST_PART_BYTES:
        room = LONGEST_PART_BYTES - len(f".{suffix[:10]}".encode())
        text = stem.encode()[:room].decode("utf-8", "ignore") + dot + suffix[:10]
    return text


def _shown(part: str) -> str:
    text = part.encode("utf-8", "replace").decode("utf-8")
    text = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return text if len(text) <= LONGEST_PART_BYTES else f"{text[:LONGEST_PART_BYTES]}..."


def _untaken(parts: list[str], files: set[str], folders: set[str]) -> str:
    """A path that no earlier file has, or stands in the way of; case does not tell names apart."""
    path = ""
    for folder in parts[:-1]:
        wanted = f"{path}{folder}"
        while wanted.lower() in files:
            wanted += "_"
        folders.add(wanted.lower())
        path = f"{wanted}/"
    stem, dot, suffix = parts[-1].partition(".")
    wanted, number = f"{path}{parts[-1]}", 1
    while wanted.lower() in files or wanted.lower() in folders:
        number += 1
        wanted = f"{path}{stem} ({number}){dot}{suffix}"
    files.add(wanted.lower())
    return wanted
