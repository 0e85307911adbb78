"""A model pack on disk, opened: every byte is what was written."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from evoscope.runtime import manifest as layout
from evoscope.runtime.card import Card
from evoscope.runtime.errors import PackError
from evoscope.runtime.expected import Expected
from evoscope.runtime.manifest import CARD, Manifest, check_files, graph_file, stamp, unsealed


@dataclass(frozen=True)
class Pack:
    """An opened pack. Holds no weights: a graph is read, and verified again, when it is run.

    Attributes:
        folder: absolute path.
        manifest: the content of its ``card.json``.
    """

    folder: Path
    manifest: Manifest

    @property
    def card(self) -> Card:
        """The card."""
        return self.manifest.card

    @property
    def sha256(self) -> str:
        """Hash of the pack: of its card and every file."""
        return self.manifest.sha256

    def read(self, name: str) -> bytes:
        """Read a file of the pack, verified.

        Raises:
            PackError: no such file in the pack, or it is not what was written.
        """
        if name not in self.manifest.files:
            raise PackError(
                f"A file of pack {self.card.name} should be one of {sorted(self.manifest.files)}.",
                f"Found {name!r}.",
            )
        wanted = self.manifest.files[name]
        path = self.folder / name
        content = _read(path, at_most=wanted.bytes)
        found = None if content is None else stamp(content)
        if found != wanted:
            raise PackError(
                f"{path} should be the file that the pack was written with, {wanted.bytes} bytes "
                f"with SHA-256 {wanted.sha256[:12]}...",
                "Found "
                + ("no file." if found is None else f"SHA-256 {found.sha256[:12]}... instead."),
                "Take the pack from where it came from again.",
            )
        assert content is not None  # it has a stamp
        return content

    def graph(self, name: str) -> bytes:
        """Read the ONNX file of a graph, verified.

        Raises:
            PackError: no such graph, or its file is not what was written.
        """
        return self.read(self._named(name))

    def graph_path(self, name: str) -> Path:
        """Find the ONNX file of a graph, verified now.

        Opened from its path a graph takes less memory than from bytes: those are held beside it.

        Raises:
            PackError: no such graph, or its file is not what was written.
        """
        file = self._named(name)
        self.read(file)
        return self.folder / file

    def _named(self, name: str) -> str:
        if name not in self.card.graphs:
            raise PackError(
                f"A graph of pack {self.card.name} should be one of {sorted(self.card.graphs)}.",
                f"Found {name!r}.",
            )
        return graph_file(name)


def open_pack(path: str | Path, *, expected: Expected | None = None) -> Pack:
    """Open a model pack and verify it: schema, hashes, purpose.

    A pack is a folder. The hash tells damage and a change by hand; it does not tell who wrote the
    pack: whoever can change a file can also write it anew. What a foreign pack can do is bounded
    by what it holds (graphs, numbers, text) and by its size.

    Args:
        path: of the folder.
        expected: what the calling program relies on.

    Raises:
        PackError: not a pack, damaged, of another format, or not what is expected.
    """
    folder = Path(path)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        hint = "Unpack it first." if folder.suffix == ".zip" else "Check the path."
        raise PackError(
            f"A model pack should be a folder with a {CARD} in it.",
            f"Found {found} at {folder}.",
            hint,
        )
    folder = folder.resolve()
    content = _read(folder / CARD, at_most=layout.MAX_CARD_BYTES)
    if content is None:
        raise PackError(
            f"A model pack should have a {CARD}.",
            f"Found none in {folder}.",
            "Name the folder of a model pack.",
        )
    pack = Pack(folder, unsealed(content, str(folder / CARD)))
    check_files(pack.manifest)
    if expected is not None:
        expected.check(pack.card)
    for name in pack.manifest.files:
        pack.read(name)
    return pack


def _read(path: Path, *, at_most: int) -> bytes | None:
    """Read a regular file, of a file that grew no more than shows it; ``None`` where none is."""
    try:
        # Never a pipe or a device, which could block or have no end.
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as file:
            return file.read(at_most + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PackError(
            f"{path} should be readable.", f"Found {error.strerror}.", "Check its permissions."
        ) from error
