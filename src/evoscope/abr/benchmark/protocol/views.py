"""One set of sweeps, two ways to average it: over both polarities, or one average of each."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

View = Literal["alternating", "pair"]
"""``pair``: rarefaction and condensation side by side. ``alternating``: everything else."""
MAIN_FIRST: tuple[View, ...] = ("alternating", "pair")
"""Of two views of the same sweeps the first is what recordings are judged by."""
BEST_FIRST: tuple[View, ...] = ("pair", "alternating")
"""The first tells more of an ear: what inverts with the polarity comes from the cochlea."""


def views_of(
    series_ids: NDArray[np.object_], polarity: NDArray[np.object_]
) -> dict[View, NDArray[np.bool_]]:
    """Which rows each view reads, ``(n,)`` bool: in no view is a sweep averaged into two of them.

    A series of one single polarity is read as it is; beside alternating averages it adds nothing.

    Example:
        >>> ids = np.array(["a", "a", "a", "b"], dtype=object)
        >>> words = np.array(["alternating", "rarefaction", "condensation", "rarefaction"])
        >>> {view: rows.tolist() for view, rows in views_of(ids, words.astype(object)).items()}
        {'alternating': [True, False, False, True], 'pair': [False, True, True, False]}
    """
    rare, condensed = polarity == "rarefaction", polarity == "condensation"
    with_both = set(series_ids[rare].tolist()) & set(series_ids[condensed].tolist())
    with_other = set(series_ids[~(rare | condensed)].tolist())
    paired = (rare | condensed) & _among(series_ids, with_both)
    alone = (rare | condensed) & ~_among(series_ids, with_both | with_other)
    found: dict[View, NDArray[np.bool_]] = {"alternating": ~(rare | condensed) | alone}
    found["pair"] = paired
    return {view: rows for view, rows in found.items() if rows.any()}


def best_view(ears: pd.DataFrame) -> pd.DataFrame:
    """Of each ear the row of its best view: the pair where there is one."""
    order = ears["view"].map({view: place for place, view in enumerate(BEST_FIRST)})
    best = order.groupby([ears["patient_id"], ears["ear"]]).transform("min")
    return ears[order == best]


def _among(values: NDArray[np.object_], known: set[str]) -> NDArray[np.bool_]:
    return np.array([one in known for one in values], dtype=bool)
