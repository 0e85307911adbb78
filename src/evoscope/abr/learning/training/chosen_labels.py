"""Whose word is learned: what is so, or what a clinician marked."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.encoding import STATUSES, UNKNOWN, EncodedCohort, column

LabelKind: TypeAlias = Literal["truth", "marked"]
_USUAL_STEP_DB = 10.0
_STATUS = {name: number for number, name in enumerate(STATUSES)}


def as_labelled(cohort: EncodedCohort, labels: LabelKind) -> EncodedCohort:
    """Put the labels that are to be learned where the truth is.

    Where marks are learned, waves and threshold are those marked, and a response is what had a wave
    marked in it: without that, no ear could be told to have none. A wave that is marked nowhere is
    one that these clinicians do not look for: nothing is known of it. Loss types and clean traces
    are nobody's marks; they stay where they are known. A marked threshold is the softest level with
    a response; the ear's own, which is what a network learns, is taken to lie in the middle between
    that and the next softer level: with the level itself for it, every other ear is read a step too
    high.

    Args:
        cohort: encoded.
        labels: ``truth`` or ``marked``.

    Raises:
        ValueError: a cohort without such labels; the message says which ones it has.

    Example:
        >>> from tempfile import mkdtemp
        >>> from evoscope.abr.encoding import encode_cohort
        >>> from evoscope.abr.simulation.make import simulate
        >>> cohort = simulate(f"{mkdtemp()}/cohort.parquet", patients=6, seed=1)
        >>> patients = set(cohort.to_pandas(["patient_id"])["patient_id"])
        >>> encoded = encode_cohort(cohort, patients)
        >>> marked = as_labelled(encoded, "marked")
        >>> wave = 4  # V
        >>> bool((marked.present[:, wave] == encoded.marked_present[:, wave]).all())
        True
    """
    there = {
        "truth": _any(cohort.present, cohort.threshold_db),
        "marked": _any(cohort.marked_present, cohort.marked_threshold_db),
    }
    if not there[labels]:
        others = [kind for kind, known in there.items() if known]
        raise ValueError(
            f"labels should be what the cohort has. Found {labels!r}, and "
            + (
                f"{others[0]!r} labels alone in the cohort: use --set labels={others[0]}."
                if others
                else "neither waves nor thresholds in the cohort, true or marked: label some."
            )
        )
    if labels == "truth":
        return cohort
    marked = cohort.marked_present
    response = marked.max(axis=1)  # 1 where any is marked, 0 where none is, -1 where none is known
    present = np.where((marked == 1).any(axis=0), marked, UNKNOWN).astype(np.int8)
    starts = cohort.first[:-1]
    lowest, highest = (f.reduceat(response, starts) for f in (np.minimum, np.maximum))
    status = np.select(
        [lowest == UNKNOWN, highest == 0, lowest == 1],
        [UNKNOWN, _STATUS["no_response"], _STATUS["below_range"]],
        default=_STATUS["estimated"],
    )
    threshold_db = _between_levels(cohort)
    return replace(
        cohort,
        present=present,
        marked_present=present,
        latency_ms=cohort.marked_latency_ms,
        amplitude_uv=cohort.marked_amplitude_uv,
        response=response,
        threshold_db=threshold_db,
        marked_threshold_db=threshold_db,
        status=status.astype(np.int8),
    )


def _between_levels(cohort: EncodedCohort) -> NDArray[np.float32]:
    """Marked thresholds, half a step below the level that was marked."""
    level_db = cohort.conditions[:, column("level_db")].astype(np.float64)
    marked = cohort.marked_threshold_db.astype(np.float64)
    between = marked.copy()
    for one in np.flatnonzero(np.isfinite(marked)):
        tested = np.unique(level_db[cohort.first[one] : cohort.first[one + 1]])
        softer = tested[tested < marked[one]]
        step_db = np.median(np.diff(tested)) if tested.size > 1 else _USUAL_STEP_DB
        between[one] -= 0.5 * (marked[one] - softer[-1] if softer.size else step_db)
    return between.astype(np.float32)


def _any(present: np.ndarray, threshold_db: np.ndarray) -> bool:
    return bool((present != UNKNOWN).any() or np.isfinite(threshold_db).any())
