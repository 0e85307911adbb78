"""Corpora by name: the part asked for, clean, and with nothing of a dev part in train."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from evoscope.text.corpora.corpus import Corpus, CorpusError, LicenceError, Source, Split
from evoscope.text.corpora.parts import in_part, text_key, without
from evoscope.text.corpora.read_authored import AUTHORED, authored_rows
from evoscope.text.corpora.read_emotions import (
    GOEMOTIONS,
    SEMEVAL,
    XED,
    goemotions,
    semeval2018_affect,
    xed_en,
)
from evoscope.text.corpora.read_intents import (
    BANKING77,
    CLINC150,
    DIALOGUE_ACTS,
    FILM_LINES,
    banking77,
    banking_names,
    clinc150,
    clinc_names,
    dialogue_acts,
    film_lines,
)
from evoscope.text.corpora.read_safety import (
    DAVIDSON,
    DAVIDSON_CLASSES,
    OLID,
    SURGE,
    TOXIC_SPANS,
    WIKI_CONTEXT,
    davidson_hate,
    olid,
    surge_toxicity,
    toxic_spans,
    wiki_context_toxicity,
)
from evoscope.text.corpora.read_style import (
    FORMALITY,
    POLITENESS,
    pavlick_formality,
    stanford_politeness,
)
from evoscope.text.corpora.read_vad import EMOBANK, emobank
from evoscope.text.corpora.rows import Row, build

VARIABLE = "EVOSCOPE_REALDATA"
"""Environment variable that names the folder of real data; corpora are in ``text/`` in it."""


@dataclass(frozen=True)
class _Reader:
    source: Source
    rows: Callable[[Path], Iterator[Row]]
    dev_share: float = 0.15
    names: Callable[[Path], tuple[str, ...]] = lambda _: ()
    weak: bool = False
    folder: str | None = None
    """That holds its files; ``None``: that of its name; empty: it comes with the package."""

    def place(self, root: Path | None) -> Path | None:
        """Folder of its files; ``None`` where it needs none."""
        name = self.source.name if self.folder is None else self.folder
        return root / name if name and root is not None else None

    @property
    def comes_along(self) -> bool:
        """Whether it needs no folder of corpora."""
        return not self.folder and self.folder is not None


_READERS = {
    reader.source.name: reader
    for reader in (
        _Reader(GOEMOTIONS, goemotions),
        _Reader(XED, xed_en, dev_share=0.1),
        _Reader(SEMEVAL, semeval2018_affect),
        _Reader(EMOBANK, emobank),
        _Reader(DAVIDSON, davidson_hate, names=lambda _: DAVIDSON_CLASSES),
        _Reader(OLID, olid),
        _Reader(TOXIC_SPANS, toxic_spans),
        _Reader(SURGE, surge_toxicity, dev_share=0.3),
        _Reader(WIKI_CONTEXT, wiki_context_toxicity, dev_share=0.5),
        _Reader(FORMALITY, pavlick_formality),
        _Reader(POLITENESS, stanford_politeness),
        _Reader(CLINC150, clinc150, names=clinc_names),
        _Reader(BANKING77, banking77, names=banking_names),
        _Reader(FILM_LINES, film_lines, dev_share=0.1, weak=True, folder="xed_en"),
        _Reader(DIALOGUE_ACTS, dialogue_acts),
        _Reader(AUTHORED, lambda _: authored_rows(), weak=True, folder=""),
    )
}


def corpus_names() -> tuple[str, ...]:
    """Name the corpora that can be read.

    Example:
        >>> "goemotions" in corpus_names()
        True
    """
    return tuple(_READERS)


def source(name: str) -> Source:
    """Say where a corpus comes from, without opening it.

    Raises:
        CorpusError: no such corpus.

    Example:
        >>> source("olid").may_train
        False
    """
    return _reader(name).source


def _reader(name: str) -> _Reader:
    if name not in _READERS:
        raise CorpusError(f"A corpus should be one of {sorted(_READERS)}. Found {name!r}.")
    return _READERS[name]


def _root(folder: str | Path | None) -> Path:
    if folder is not None:
        return Path(folder)
    if not (stated := os.environ.get(VARIABLE)):
        raise CorpusError(
            f"{VARIABLE} should name the folder of real data. Found it unset. "
            "Set it, or pass the folder that holds the corpora."
        )
    return Path(stated) / "text"


def _path(reader: _Reader, root: Path | None) -> Path:
    path = reader.place(root)
    if path is not None and not path.is_dir():
        raise CorpusError(
            f"The folder of corpora should hold {path.name}/. Found none. "
            f"Set {VARIABLE} to the folder that holds text/, or leave this corpus out."
        )
    return Path() if path is None else path


def _rows(reader: _Reader, root: Path | None, split: Split) -> list[Row]:
    try:
        return in_part(reader.rows(_path(reader, root)), split, dev_share=reader.dev_share)
    except CorpusError:
        raise
    except (ValueError, LookupError, SyntaxError, TypeError, OSError) as problem:
        raise CorpusError(
            f"Files of {reader.source.name} should be as they were published. "
            f"Found: {type(problem).__name__}: {problem}. Fetch the corpus again."
        ) from problem


def load(name: str, split: Split, *, folder: str | Path | None = None) -> Corpus:
    """Read one part of a corpus.

    ``train`` leaves out every text of any dev part found beside it, the parts of corpora that are
    for evaluation only included, and second copies; ``dev`` is whole, so that figures compare.

    Args:
        name: one of ``corpus_names()``.
        split: "train" or "dev"; a corpus for evaluation only is all dev.
        folder: that holds the corpora; default: ``text/`` in ``EVOSCOPE_REALDATA``.

    Raises:
        LicenceError: train of a corpus for evaluation only.
        CorpusError: no such corpus, no folder, or not as it should be.

    Example:
        >>> load("authored", "dev", folder=".").weak
        True
        >>> load("olid", "train", folder=".")
        Traceback (most recent call last):
            ...
        evoscope.text.corpora.corpus.LicenceError: A corpus to train on should be licensed for it. Found olid: research only (OffensEval 2019, tweets). Evaluate on split 'dev', or train on another.
    """  # noqa: E501  an error is one line
    reader = _reader(name)
    if split not in ("train", "dev"):
        raise CorpusError(f"split should be 'train' or 'dev'. Found {split!r}.")
    if split == "train" and not reader.source.may_train:
        raise LicenceError(
            "A corpus to train on should be licensed for it. "
            f"Found {name}: {reader.source.licence}. "
            "Evaluate on split 'dev', or train on another."
        )
    alone = reader.comes_along and folder is None and VARIABLE not in os.environ
    root = None if alone else _root(folder)
    rows = _rows(reader, root, split)
    dropped: dict[str, int] = {}
    if split == "train":
        rows, dropped = without(rows, _held_out(root))
    return build(
        reader.source,
        split,
        rows,
        native_names=reader.names(_path(reader, root)),
        weak=reader.weak,
        dropped=dropped,
    )


@lru_cache(maxsize=2)
def _held_out(root: Path | None) -> set[bytes]:
    """Keys of all dev parts there are: eight bytes a text."""
    keys: set[bytes] = set()
    for reader in _READERS.values():
        path = reader.place(root)
        if reader.comes_along or (path is not None and path.is_dir()):
            keys.update(text_key(row.text) for row in _rows(reader, root, "dev"))
    return keys


def load_training(
    names: Iterable[str] | None = None, *, folder: str | Path | None = None
) -> tuple[Corpus, ...]:
    """Read the train parts of several corpora; by default of all that may be trained on.

    Raises:
        LicenceError: one of the names is for evaluation only.
        CorpusError: as ``load``.
    """
    wanted = [name for name in corpus_names() if source(name).may_train] if names is None else names
    return tuple(load(name, "train", folder=folder) for name in wanted)
