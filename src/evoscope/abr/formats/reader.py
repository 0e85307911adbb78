"""What every file format provides: a name, a sniff and a read."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording

HEAD_BYTES = 65_536
# Recordings pack 4 to 10 times, a gzip bomb about 1,000 times.
_MOST_PACKING = 200
_ALWAYS_UNPACKED = 1 << 20


@dataclass(frozen=True)
class Head:
    """The beginning of a file, looked at before any reader is chosen.

    Attributes:
        path: the file or folder.
        data: its first 64 KiB, gunzipped when gzipped; empty for a folder.
        is_folder: whether it is a folder (psi recordings are).
        gzipped: whether the bytes on disk are gzip.
    """

    path: Path
    data: bytes
    is_folder: bool = False
    gzipped: bool = False

    @property
    def text(self) -> str:
        """The head as Latin-1 text, which never fails to decode."""
        return self.data.decode("latin-1")


@dataclass(frozen=True)
class Reader:
    """One file format.

    Attributes:
        name: what ``Source.format`` says and the user sees.
        sniff: whether the head is this format, judged by content: extensions lie.
        read: the recordings of the file; raises ``FormatError`` and nothing else.
        companion: whether a file is a part of a recording another file opens (a ``.dat`` beside
            its ``.hea``): such files are neither read alone nor reported as skipped.
    """

    name: str
    sniff: Callable[[Head], bool]
    read: Callable[[Path], list[Recording]]
    companion: Callable[[Path], bool] = lambda _path: False


def peek(path: Path) -> Head:
    """Read the head of a file, looking through gzip."""
    if path.is_dir():
        return Head(path, b"", is_folder=True)
    with path.open("rb") as file:
        data = file.read(HEAD_BYTES)
    if data[:2] != b"\x1f\x8b":
        return Head(path, data)
    try:
        return Head(path, zlib.decompressobj(31).decompress(data, HEAD_BYTES), gzipped=True)
    except zlib.error:
        return Head(path, data, gzipped=True)


def read_bytes(path: Path, limit: int) -> bytes:
    """Read a whole file, gunzipping it, but never more than ``limit`` bytes of content.

    Raises:
        FormatError: unreadable, a damaged gzip stream, or one that unpacks to far more than a
            recording does.
    """
    try:
        with path.open("rb") as file:
            # Never ask for the limit itself: Python reserves what is asked for.
            raw = file.read(min(limit, path.stat().st_size))
        if raw[:2] != b"\x1f\x8b":
            return raw
        stream = zlib.decompressobj(31)
        most = min(limit, max(_ALWAYS_UNPACKED, _MOST_PACKING * len(raw)))
        data = stream.decompress(raw, most)
    except (OSError, zlib.error) as error:
        raise FormatError(
            str(path), "", f"The file should be readable. Found: {error}.", "Copy it again."
        ) from error
    if not stream.eof and len(data) < limit:
        raise FormatError(
            str(path),
            f"byte {len(raw)} of the gzip stream",
            f"It should end, within {most} bytes of content. Found no end.",
            "The file was cut short, or is no recording: copy it again.",
        )
    return data
