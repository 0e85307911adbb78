"""Encoded series -> the arrays a network takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evoscope.abr.encoding import Encoded
from evoscope.runtime.engine import Array


def network_inputs(encoded: Sequence[Encoded], *, samples: int | None = None) -> dict[str, Array]:
    """Put series under each other, as long as the longest of them.

    Args:
        encoded: at least one series.
        samples: length to make them all; what is longer is cut, what is shorter is not covered
            at its end.

    Returns:
        One array per input of the graph, one row per recording.

    Example:
        >>> from evoscope.abr.classical.prepare import prepare
        >>> from evoscope.abr.encoding import encode
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, _ = simulate_series(true_threshold_db=20, levels_db=(20, 40), seed=1)
        >>> inputs = network_inputs(2 * [encode(prepare(series, human=True))])
        >>> inputs["waveforms"].shape, inputs["series"].tolist()
        ((4, 224), [0, 0, 1, 1])
    """
    length = samples or max(one.waveforms.shape[1] for one in encoded)
    return {
        "waveforms": _joined([one.waveforms for one in encoded], length),
        "noise": _joined([one.noise for one in encoded], length),
        "covered": _joined([one.covered for one in encoded], length),
        "conditions": np.concatenate([one.conditions for one in encoded]),
        "series": np.repeat(np.arange(len(encoded)), [len(one) for one in encoded]),
    }


def _joined(parts: Sequence[Array], length: int) -> Array:
    rows = sum(len(part) for part in parts)
    whole = np.zeros((rows, length), dtype=parts[0].dtype)
    first = 0
    for part in parts:
        shared = min(length, part.shape[1])
        whole[first : first + len(part), :shared] = part[:, :shared]
        first += len(part)
    return whole
