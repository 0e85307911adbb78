"""Which channel of a multi-channel file holds the brainstem response."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Best first: a channel that says what it is, then the vertex (where the response is largest),
# then the forehead, then anything that calls itself EEG.
_NAMES = (
    re.compile(r"\bABR\b|\bBAEP\b|\bBERA\b", re.I),
    re.compile(r"\bvertex\b|(?<![a-z])C(z|3|4)(?![a-z])", re.I),
    re.compile(r"(?<![a-z])F(p)?z(?![a-z])|\bforehead\b", re.I),
    re.compile(r"EEG", re.I),
)


def choose_channel(names: Sequence[str]) -> int | None:
    """Return the index of the response's channel, or ``None`` when the names do not tell.

    Example:
        >>> choose_channel(["ABR", "OAE"]), choose_channel(["A1", "EEG Cz-A2"])
        (0, 1)
        >>> choose_channel(["left", "right"]) is None
        True
    """
    for pattern in _NAMES:
        for index, name in enumerate(names):
            if pattern.search(name):
                return index
    return 0 if len(names) == 1 else None
