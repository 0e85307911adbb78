"""Which corpus teaches or tests which head: the table of the documentation."""

from __future__ import annotations

from pathlib import Path

from evoscope.text.corpora.load import corpus_names, load, source


def heads_table(*, folder: str | Path | None = None) -> str:
    """Write the table as Markdown, from the corpora themselves.

    Args:
        folder: that holds the corpora; default: ``text/`` in ``EVOSCOPE_REALDATA``.

    Raises:
        CorpusError: a corpus is not there.
    """
    lines = [
        "| corpus | train | dev | split | heads (labels) | own scale or classes | licence | "
        "trained on | source | note |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name in corpus_names():
        where = source(name)
        dev = load(name, "dev", folder=folder)
        train = len(load(name, "train", folder=folder)) if where.may_train else None
        heads = "; ".join(
            f"{task}: {', '.join(labels)}" if len(labels) < 28 else f"{task}: all 28"
            for task, labels in dev.known_labels().items()
            if labels
        )
        own = list(dev.scores)
        if dev.native is not None:
            own.append(f"{len(dev.native.names)} classes")
        if dev.passages:
            own.append("passages")
        cells = (
            f"{name}{' (weak)' if dev.weak else ''}",
            "-" if train is None else f"{train:,}",
            f"{len(dev):,}",
            "official" if where.official else "drawn by hash",
            heads or "none",
            ", ".join(own) or "-",
            where.licence,
            "yes" if where.may_train else "no, evaluated only",
            where.cite,
            where.note or "-",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
