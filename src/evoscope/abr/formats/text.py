"""Text files: bounded reading, decoding, lines and atomic writing, shared by the text formats."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import Head

# A year of one clinic's exports is smaller; anything above is not one recording file.
MAX_BYTES = 512 * 1024 * 1024
# Real exports compress 4 to 10 times; a gzip bomb about 1,000 times.
MAX_RATIO = 200
_ALWAYS_ALLOWED = 1024 * 1024

_GZIP = b"\x1f\x8b"
_LEVEL_TOKEN = re.compile(
    r"[-_ .]*(?<![0-9.])-?\d+(?:[.,]\d+)?[ _]*db(?:[ _]*(?:nhl|hl|spl|pespl))?(?![a-z])", re.I
)


def load_text(path: Path) -> str:
    """Read a text file whole, gunzipped and decoded, lines ended by LF.

    UTF-8, UTF-16 (with or without its mark) and Latin-1 are recognised; content is limited to
    512 MB and to 200 times the size of a gzipped file.

    Raises:
        FormatError: unreadable, empty, too large, damaged gzip, or bytes that are not text.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FormatError(
                str(path),
                "",
                f"A text recording should be at most {MAX_BYTES // 2**20} MB. Found {size} bytes.",
                "Split the export into one file per subject.",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise FormatError(
            str(path), "", f"The file should be readable. Found: {error.strerror or error}."
        ) from error
    if raw[:2] == _GZIP:
        raw = _gunzip(raw, path)
    if not raw.strip():
        raise FormatError(
            str(path), "", "A recording should hold data. Found an empty file.", "Export it again."
        )
    return with_plain_line_ends(_decode(raw, path))


def head_text(head: Head) -> str:
    """Decode the head of a file for sniffing, lines ended by LF; never fails."""
    data = head.data
    encoding = _encoding(data)
    if encoding == "utf-16-unmarked":
        text = data.decode("utf-16-le", "replace")
    else:
        text = data.decode(encoding or "latin-1", "replace")
    return with_plain_line_ends(text.lstrip("\ufeff"))


def with_plain_line_ends(text: str) -> str:
    """Turn CR LF and CR into LF: old Macintosh exports end lines with CR alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield line number and line, one at a time.

    A list of all lines costs up to 60 bytes for a line of one: too much for a hostile file.
    """
    start, number = 0, 1
    while (stop := text.find("\n", start)) >= 0:
        yield number, text[start:stop]
        start, number = stop + 1, number + 1
    if start < len(text):
        yield number, text[start:]


def stem_of(path: Path | str) -> str:
    """Return the file's name without ``.gz`` and without its extension.

    Example:
        >>> stem_of("P3_TEMP-03-60db.TXT.gz"), stem_of("ABR-52-3")
        ('P3_TEMP-03-60db', 'ABR-52-3')
    """
    name = Path(path).name
    if name.lower().endswith(".gz"):
        name = name[:-3]
    return Path(name).stem or name


def without_level(stem: str) -> str:
    """Remove the level from a file's stem, so that the files of one ear share a subject.

    Many devices write one file per level and the level is all that differs between their names.
    The rule: a number followed by ``dB`` (and a reference), with the separators before it.

    Example:
        >>> [without_level(s) for s in ("P3_TEMP-03-60db", "P6-0db", "left 40 dB nHL", "S80")]
        ['P3_TEMP-03', 'P6', 'left', 'S80']
    """
    return strip_level(stem) or stem


def strip_level(name: str) -> str:
    """Remove the level from a name; nothing is left of one that is a level and no more.

    Example:
        >>> strip_level("P6-0db"), strip_level("80 dB nHL")
        ('P6', '')
    """
    return _LEVEL_TOKEN.sub("", name).strip("-_ .")


def write_atomically(path: Path | str, text: str, encoding: str) -> Path:
    """Write a text file whole or not at all; a ``.gz`` name is gzipped.

    Returns:
        The path written.
    """
    target = Path(path)
    data = text.encode(encoding)
    if target.suffix.lower() == ".gz":
        data = gzip.compress(data, mtime=0)  # no clock in the file: same input, same bytes
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)  # mkstemp makes private files
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    return target


def _gunzip(raw: bytes, path: Path) -> bytes:
    limit = min(MAX_BYTES, max(_ALWAYS_ALLOWED, MAX_RATIO * len(raw)))
    parts: list[bytes] = []
    size = 0
    rest = raw
    try:
        while rest[:2] == _GZIP:
            member = zlib.decompressobj(31)
            part = member.decompress(rest, limit + 1 - size)
            size += len(part)
            if size > limit:
                raise FormatError(
                    str(path),
                    "",
                    f"A gzipped recording should unpack to at most {limit} bytes. Found more.",
                    "Unpack the file yourself and look at what it is.",
                )
            if not member.eof:
                raise FormatError(
                    str(path),
                    f"byte {len(raw)}",
                    "The gzip stream should be complete. Found its end missing.",
                    "The file was cut short: copy it again.",
                )
            parts.append(part)
            rest = member.unused_data
    except zlib.error as error:
        raise FormatError(
            str(path), "", f"The gzip stream should be intact. Found: {error}.", "Copy it again."
        ) from error
    return b"".join(parts)


def _encoding(data: bytes) -> str | None:
    if data[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = data[:256]
    # ASCII in UTF-16: every second byte is zero.
    if len(sample) >= 4 and sample[1::2].count(0) > 0.9 * len(sample[1::2]):
        return "utf-16-unmarked"
    return None


def _decode(raw: bytes, path: Path) -> str:
    encoding = _encoding(raw)
    try:
        if encoding == "utf-16-unmarked":
            text = raw.decode("utf-16-le")
        elif encoding:
            text = raw.decode(encoding)
        else:
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                text = raw.decode("latin-1")  # what Windows devices write: a micro sign, a degree
    except UnicodeDecodeError as error:
        raise FormatError(
            str(path),
            f"byte {error.start}",
            f"The text should be valid {error.encoding}. Found a byte that is not.",
            "Save the file as UTF-8 text.",
        ) from error
    if "\0" in text:
        raise FormatError(
            str(path),
            f"character {text.index(chr(0))}",
            "A text file should have no zero bytes. Found one.",
            "The file is damaged or binary: export it again.",
        )
    return text
