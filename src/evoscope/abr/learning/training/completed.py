"""A calibration on few patients, completed by that of the pack the training began with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from evoscope.abr.analysis.learned.calibration import Calibration, PerWave
from evoscope.abr.encoding import UNKNOWN, EncodedCohort
from evoscope.abr.findings import WAVES
from evoscope.abr.learning.training.chosen_labels import LabelKind

_NEVER = 1.0


class Completed(NamedTuple):
    """A calibration, and what of it is another pack's, in words."""

    calibration: Calibration
    kept: tuple[str, ...]


def completed(
    own: Calibration, cohort: EncodedCohort, start: Calibration, labels: LabelKind
) -> Completed:
    """Keep of a starting pack's calibration what the own patients cannot give.

    A clinic marks some of the waves, and has few ears without any response. What its patients say
    nothing of stays as it was; no coverage is reported of that: it was never counted with the new
    weights.

    Args:
        own: fitted on the cohort.
        cohort: the patients it stands on, with the labels that were learned.
        start: of the pack the training began with.
        labels: what was learned. From which probability a wave is called present is not chosen by
            marks: few unmarked waves may be called, and waves that a reader overlooked would push
            that limit so far that two in five marked ones were missed.
    """
    waves = [bool(own.latency[w]) for w in WAVES]
    heights = [bool(own.amplitude[w]) for w in WAVES]
    classes = np.unique(cohort.loss_class[cohort.loss_class != UNKNOWN]).size >= 2
    response = {0, 1} <= set(cohort.response.tolist())
    silent = own.response_sign < _NEVER
    threshold = bool(own.threshold_db)
    named = {
        **{f"wave {w}": there for w, there in zip(WAVES, waves, strict=True)},
        **{
            f"amplitude of wave {w}": there or not wave
            for w, there, wave in zip(WAVES, heights, waves, strict=True)
        },
        "from when on waves are called": labels == "truth",
        "response": response,
        "ears without response": silent,
        "threshold": threshold,
        "loss types": classes,
    }
    fitted = {f"latency.{w}" for w, there in zip(WAVES, waves, strict=True) if there}
    fitted |= {f"amplitude.{w}" for w, there in zip(WAVES, heights, strict=True) if there}
    fitted |= {"threshold"} if threshold else set()
    whole = own.model_copy(
        update={
            "existence_temperature": _chosen(
                waves, own.existence_temperature, start.existence_temperature
            ),
            "existence_above": _chosen(
                [there and labels == "truth" for there in waves],
                own.existence_above,
                start.existence_above,
            ),
            "response_temperature": (own if response else start).response_temperature,
            "response_sign": (own if silent else start).response_sign,
            "silent_from": (own if silent else start).silent_from,
            "class_temperature": (own if classes else start).class_temperature,
            "class_bias": (own if classes else start).class_bias,
            "latency": {w: (own.latency[w] or start.latency[w]) for w in WAVES},
            "amplitude": {w: (own.amplitude[w] or start.amplitude[w]) for w in WAVES},
            "threshold_db": (own if threshold else start).threshold_db,
            "coverage": tuple(row for row in own.coverage if row.task in fitted),
        }
    )
    return Completed(whole, tuple(name for name, there in named.items() if not there))


def _chosen(own_counts: list[bool], own: PerWave, start: PerWave) -> PerWave:
    pairs = zip(own_counts, own, start, strict=True)
    i, ii, iii, iv, v = (a if mine else b for mine, a, b in pairs)
    return i, ii, iii, iv, v
