"""Names of people and files, replaced by names that only the holder of the key can make again."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from evoscope.abr.findings import ReadError, SkippedFile
from evoscope.abr.recording import Recording, Series

LETTERS = 10
KINDS = frozenset((".csv", ".txt", ".tsv", ".arf", ".hea", ".dat", ".edf", ".bdf", ".vhdr", ".gz"))
"""Endings that stay: any other may be a name."""
_SHORTEST_REPLACED = 3  # a subject "1" in a sentence is rather a number


class Pseudonyms:
    """Pseudonyms under a key: the same name has the same one, in every upload.

    A keyed hash (HMAC-SHA-256), shortened to 50 bits: without the key, names cannot be tried.

    Args:
        key: of the server; whoever has it can tell whether a pseudonym is a given name's.
        files: of the upload: a warning on one may name another.

    Example:
        >>> names = Pseudonyms(b"key of this server")
        >>> names.of("Anna Smith") == names.of("Anna Smith"), len(names.of("Anna Smith"))
        (True, 12)
    """

    def __init__(self, key: bytes, files: Iterable[str] = ()) -> None:
        self._key = key
        self._known = _words(files)

    def of(self, name: str) -> str:
        """The pseudonym of a name."""
        digest = hmac.new(self._key, name.encode("utf-8", "replace"), hashlib.sha256).digest()
        return f"S-{base64.b32encode(digest).decode()[:LETTERS]}"

    def path(self, path: str) -> str:
        """A path with every part replaced; what kind of file it is stays."""
        parts = PurePath(path).parts
        if not parts:
            return path
        *folders, last = parts
        kind = PurePath(last).suffix.lower()
        kind = kind if kind in KINDS else ""
        return "/".join([*map(self.of, folders), f"{self.of(last)}{kind}"])

    def series(self, series: Series) -> Series:
        """A series whose subject and files have pseudonyms, in its warnings too."""
        known = {r.subject.id for r in series} | _words(r.source.path for r in series)
        return series.with_recordings(tuple(self._recording(r, known) for r in series))

    def error(self, error: ReadError) -> ReadError:
        """An error whose file has a pseudonym, in its reason too."""
        known = _words([error.file])
        return ReadError(
            file=self.path(error.file),
            reason=self._text(error.reason, known),
            hint=self._text(error.hint, known),
        )

    def skipped(self, skipped: SkippedFile) -> SkippedFile:
        """A skipped file that has a pseudonym."""
        why = self._text(skipped.why, _words([skipped.file]))
        return SkippedFile(file=self.path(skipped.file), why=why)

    def _recording(self, recording: Recording, known: set[str]) -> Recording:
        source, subject = recording.source, recording.subject
        return replace(
            recording,
            subject=replace(subject, id=self.of(subject.id)),
            source=replace(source, path=self.path(source.path)),
            warnings=tuple(self._text(text, known) for text in recording.warnings),
        )

    def _text(self, text: str, known: set[str]) -> str:
        for name in sorted(known | self._known, key=len, reverse=True):
            if len(name) >= _SHORTEST_REPLACED:
                text = text.replace(name, self.of(name))
        return text


def _words(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        pure = PurePath(path)
        found |= {path, pure.stem, *pure.parts}
    return {word for word in found if word and word not in ("/", ".")}
