"""``card.json``: the card, the hash of every file, and one hash over it all."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import Field, ValidationError

from evoscope.runtime.card import Card
from evoscope.runtime.errors import PackError
from evoscope.runtime.model import Model, Name, Sha256

FORMAT = 1
"""Version of the layout of ``card.json``. Another is refused, never guessed at."""

CARD = "card.json"
MAX_CARD_BYTES = 8 * 2**20
MAX_PACK_BYTES = 2**30
"""Far above any pack that is shipped: a bound on what a foreign one can make this program read."""

GRAPH_SUFFIX = ".onnx"
ATTACHED_SUFFIXES = (".json", ".safetensors", ".txt")
"""Kinds of files that hold data and cannot run code. Pickle and its kin are not among them."""


class Stamp(Model):
    """Size and SHA-256 of a file."""

    bytes: int = Field(ge=0)
    sha256: Sha256


class Manifest(Model):
    """What ``card.json`` holds.

    Attributes:
        format: `FORMAT`.
        card: of the model.
        files: every other file of the pack, by its plain name.
        sha256: of the pack: over the three above, hence over every byte of every
            other file.
    """

    format: int
    card: Card
    files: dict[Name, Stamp]
    sha256: Sha256


def stamp(content: bytes) -> Stamp:
    """Measure a file's content.

    Example:
        >>> stamp(b"abc").sha256[:8]
        'ba7816bf'
    """
    return Stamp(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def graph_file(graph: str) -> str:
    """Name the file of a graph."""
    return graph + GRAPH_SUFFIX


def sealed(card: Card, files: dict[str, Stamp]) -> bytes:
    """Write ``card.json``; the same card and files give the same bytes.

    Raises:
        PackError: the card is too large.
    """
    body = {
        "format": FORMAT,
        "card": card.model_dump(mode="json"),
        "files": {name: files[name].model_dump(mode="json") for name in sorted(files)},
    }
    text = json.dumps(
        body | {"sha256": _pack_hash(body)}, indent=1, allow_nan=False, ensure_ascii=False
    )
    content = (text + "\n").encode()
    _check_size(len(content))
    return content


def unsealed(content: bytes, source: str) -> Manifest:
    """Read ``card.json`` and check it against its own hash.

    Args:
        content: of the file.
        source: the file, for messages.

    Raises:
        PackError: not a card, of another format, changed since it was written, or against
            the schema.
    """
    _check_size(len(content))
    body = _parsed(content, source)
    if body.get("format") != FORMAT:
        raise PackError(
            f"{source} should be a model pack's card of format {FORMAT}.",
            f"Found format {body.get('format')!r}.",
            "Update Evoscope to read a newer one; write an older one again.",
        )
    stated = body.pop("sha256", None)
    # Over what is in the file, not over what a schema makes of it: a field that is added to the
    # schema later leaves the hashes of older packs alone.
    found = _pack_hash(body)
    if stated != found:
        raise PackError(
            f"{source} should have the hash that it states, {stated}.",
            f"Found {found}: the card was changed after it was written.",
            "Take the pack from where it came from again.",
        )
    try:
        return Manifest.model_validate(body | {"sha256": stated})
    except ValidationError as error:
        first = error.errors()[0]
        raise PackError(
            f"{source} should follow the schema of a card.",
            f"Found {'.'.join(str(part) for part in first['loc'])}: {first['msg']}",
            "Write the pack with this version of Evoscope.",
        ) from None


def check_files(manifest: Manifest) -> None:
    """Check that a pack has the files that it should have, and nothing that could run code.

    Raises:
        PackError: another set of graphs, another kind of file, or too many bytes.
    """
    files, name = manifest.files, manifest.card.name
    wanted = {graph_file(graph) for graph in manifest.card.graphs}
    graphs = {file for file in files if file.endswith(GRAPH_SUFFIX)}
    if graphs != wanted:
        raise PackError(
            f"Pack {name} should hold the graphs of its card, {sorted(wanted)}.",
            f"Found {sorted(graphs)}.",
            "Write the pack again.",
        )
    unknown = [file for file in files if file not in graphs and not _attachable(file)]
    if unknown:
        raise PackError(
            f"Attached files should be of the kinds {', '.join(ATTACHED_SUFFIXES)}, and none "
            f"should be named {CARD}.",
            f"Found {unknown}.",
            "Other kinds could run code and are not read.",
        )
    total = sum(one.bytes for one in files.values())
    if total > MAX_PACK_BYTES:
        raise PackError(
            f"The files of a pack should have {MAX_PACK_BYTES} bytes or fewer in all.",
            f"Found {total} in {name}.",
            "Ship a smaller model.",
        )


def _attachable(file: str) -> bool:
    return file != CARD and file.endswith(ATTACHED_SUFFIXES)


def _check_size(size: int) -> None:
    if size > MAX_CARD_BYTES:
        raise PackError(
            f"A card should have {MAX_CARD_BYTES} bytes or fewer.",
            f"Found {size}.",
            "Put large tables into an attached file.",
        )


def _pack_hash(body: dict[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _parsed(content: bytes, source: str) -> dict[str, Any]:
    try:
        body = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise PackError(
            f"{source} should be JSON.", f"Found {error}.", "Take the pack again."
        ) from None
    if not isinstance(body, dict):
        raise PackError(
            f"{source} should be a JSON object.",
            f"Found {type(body).__name__}.",
            "Name the folder of a model pack.",
        )
    return body


def _no_constant(text: str) -> None:
    raise ValueError(f"{text}, which JSON does not have")
