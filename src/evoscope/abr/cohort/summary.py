"""What is in a cohort, in numbers to print."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from evoscope.abr.cohort.classes import CLASSES
from evoscope.abr.cohort.reader import Cohort
from evoscope.abr.cohort.split import UNLABELLED

_READ = (
    "patient_id",
    "ear",
    "series_id",
    "loss_type",
    "level_db",
    "age_years",
    "rate_hz",
    "marked_V_present",
)


def describe(cohort: Cohort) -> dict[str, Any]:
    """Count a cohort's recordings per class, level, age and rate, ready for JSON.

    ``age_years`` counts whole years; what is not stated is counted under ``"unknown"``. A class's
    ``patients`` have at least one ear of it. ``marked_v`` is the share of recordings whose wave V
    is marked, of those where marking is known (``None`` where it never is).
    """
    counts: dict[str, Counter[Any]] = defaultdict(Counter)
    members: dict[str, set[Any]] = defaultdict(set)
    for batch in cohort.batches(list(_READ)):
        for patient, ear, series, loss, level, age, rate, marked in zip(
            *(column.to_pylist() for column in batch.columns), strict=True
        ):
            name = loss or UNLABELLED
            counts["class"][name] += 1
            members[name].add(patient)
            members["patient"].add(patient)
            members["ear"].add((patient, ear))
            members["series"].add(series)
            counts["level"][level] += 1
            counts["age"][None if age is None else int(age)] += 1
            counts["rate"][rate] += 1
            if marked is not None:
                counts["known"][name] += 1
                counts["marked"][name] += marked
    grid = cohort.metadata
    return {
        "recordings": cohort.n_rows,
        "patients": len(members["patient"]),
        "ears": len(members["ear"]),
        "series": len(members["series"]),
        "n_samples": grid.n_samples,
        "sampling_rate_hz": grid.sampling_rate_hz,
        "onset_sample": grid.onset_sample,
        "classes": {
            name: {
                "recordings": counts["class"][name],
                "share": counts["class"][name] / cohort.n_rows,
                "patients": len(members[name]),
                "marked_v": (
                    counts["marked"][name] / counts["known"][name]
                    if counts["known"][name]
                    else None
                ),
            }
            for name in (*CLASSES, UNLABELLED)
            if counts["class"][name]
        },
        "levels_db": _sorted(counts["level"]),
        "age_years": _sorted(counts["age"]),
        "rates_hz": _sorted(counts["rate"]),
    }


def _sorted(counter: Counter[Any]) -> dict[str, int]:
    known = sorted(value for value in counter if value is not None)
    found = {f"{value:g}": counter[value] for value in known}
    return found | ({"unknown": counter[None]} if None in counter else {})
