"""Which passages a score depends on: each is left out in turn (Zeiler & Fergus 2014)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.text.findings import Highlight, TextFindings
from evoscope.text.taxonomy import TAXONOMY

_WORD = re.compile(r"\S+")
MOST = 48
"""Passages at most; in a longer text each is several words."""
_LEAST = 0.01
"""A smaller fall of a score is no reason to point at anything."""


def highlights(
    text: str,
    findings: TextFindings,
    *,
    limits: Mapping[str, float],
    scores: Callable[[Sequence[str]], Mapping[str, NDArray[np.float64]]],
) -> tuple[Highlight, ...]:
    """Find the passages that the first emotion, and safety labels that are called, depend on.

    Args:
        text: as it was given: passages are characters of it.
        findings: of it.
        limits: label of safety -> from which probability on it is called.
        scores: answers texts as they are given, ``(n, labels)`` by task.

    Returns:
        Passages without which a score falls, those it falls most without first.
    """
    spans = passages(text)
    if len(spans) < 2:
        return ()
    asked = [("emotions", findings.emotion)]
    asked += [("safety", one) for one, s in findings.safety.scores.items() if s >= limits[one]]
    answers = scores([text, *(text[:start] + " " + text[end:] for start, end in spans)])
    found = []
    for task, label in asked:
        values = answers[task][:, TAXONOMY[task].index(label)]
        for (start, end), fall in zip(spans, values[0] - values[1:], strict=True):
            if fall >= _LEAST:
                weight = round(float(fall), 6)
                found.append(Highlight(start=start, end=end, task=task, label=label, weight=weight))
    return tuple(sorted(found, key=lambda one: (one.task, one.label, -one.weight)))


def passages(text: str, *, most: int = MOST) -> Sequence[tuple[int, int]]:
    """Cut a text at its spaces into passages of as many words as make them few enough.

    Example:
        >>> passages("so very  sad"), passages("a b c d", most=2)
        ([(0, 2), (3, 7), (9, 12)], [(0, 3), (4, 7)])
    """
    words = [found.span() for found in _WORD.finditer(text)]
    step = max(1, int(np.ceil(len(words) / most)))
    groups = [words[i : i + step] for i in range(0, len(words), step)]
    return [(group[0][0], group[-1][1]) for group in groups]
