"""Whose word is learned: what is so, or what a clinician marked."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from evoscope.abr.encoding import STATUSES, UNKNOWN, EncodedCohort

LabelKind: TypeAlias = Literal["truth", "marked"]
_STATUS = {name: number for number, name in enumerate(STATUSES)}


def as_labelled(cohort: EncodedCohort, labels: LabelKind) -> EncodedCohort:
    """Put the labels that are to be learned where the truth is.

    Where marks are learned, waves and threshold are those marked, and a response is what had a wave
    marked in it: without that, no ear could be told to have none. A wave that is marked nowhere is
    one that these clinicians do not look for: nothing is known of it. Loss types and clean traces
    are nobody's marks; they stay where they are known.

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
    return replace(
        cohort,
        present=present,
        marked_present=present,
        latency_ms=cohort.marked_latency_ms,
        amplitude_uv=cohort.marked_amplitude_uv,
        response=response,
        threshold_db=cohort.marked_threshold_db,
        status=status.astype(np.int8),
    )


def _any(present: np.ndarray, threshold_db: np.ndarray) -> bool:
    return bool((present != UNKNOWN).any() or np.isfinite(threshold_db).any())
