"""A recipe may only say something of corpora that a run learns from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evoscope.text.corpora import Corpus


def check_learned_from(field: str, named: Iterable[str], corpora: Sequence[Corpus]) -> None:
    """Refuse a name that is none of the corpora.

    Args:
        field: of the recipe, that names them.
        named: what it names.
        corpora: that are learned from.

    Raises:
        ValueError: a corpus that is not there.

    Example:
        >>> check_learned_from("texts", ["emobank"], [])
        Traceback (most recent call last):
        ValueError: texts should name corpora that are learned from: []. Found ['emobank'].
    """
    names = {corpus.source.name for corpus in corpora}
    if unknown := sorted(set(named) - names):
        raise ValueError(
            f"{field} should name corpora that are learned from: {sorted(names)}. Found {unknown}."
        )
