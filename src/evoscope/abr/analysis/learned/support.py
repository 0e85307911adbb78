"""Whether the recordings themselves bear out a response that a network reads in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincc

from evoscope.abr.findings import RecordingFindings, Threshold

# Statuses by which a threshold says that there is a response.
CLAIM_A_RESPONSE = ("estimated", "below_range")
# Levels that are more likely to hold a response than not.
CLAIMED = 0.5
# Simulated clinic, 1600 series: 0.7 % of those with a threshold are as silent in all of these
# levels together. Without a stimulus nine in ten are.
SILENT_P = 0.1


def unsupported(levels: Sequence[RecordingFindings], threshold: Threshold) -> bool:
    """Say whether no level that is said to respond shows it in a test of its own.

    A network reads more than a test of one level can, but not where all of them together have
    nothing: their p-values are joined (Fisher 1925). Levels without a test are not asked.

    Args:
        levels: judged.
        threshold: of the series; only one that claims a response can be contradicted.
    """
    if len(levels) > 1 and threshold.status not in CLAIM_A_RESPONSE:
        return False
    tested = [
        level.p_value
        for level in levels
        if level.p_value is not None and (level.response_probability or 0.0) > CLAIMED
    ]
    if not tested:
        return False
    return joint_p(tested) > SILENT_P


def joint_p(p_values: Sequence[float]) -> float:
    """Join independent p-values into one: Fisher, Statistical Methods for Research Workers, 1925.

    Example:
        >>> round(joint_p([0.05]), 4), round(joint_p([0.05, 0.05]), 4)
        (0.05, 0.0175)
    """
    half_chi2 = -float(np.log(np.maximum(p_values, np.finfo(float).tiny)).sum())
    return float(gammaincc(len(p_values), half_chi2))
