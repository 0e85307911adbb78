"""Findings of many series -> one document: what needs two ears or several frequencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import evoscope
from evoscope.abr import norms
from evoscope.abr.analysis.intervals import difference, flag_of
from evoscope.abr.findings import (
    AudiogramPoint,
    Document,
    Estimate,
    Findings,
    InterauralFinding,
    ReadError,
    SkippedFile,
)


def build_document(
    findings: Sequence[Findings],
    *,
    errors: Sequence[ReadError] = (),
    skipped: Sequence[SkippedFile] = (),
) -> Document:
    """Gather findings into the published document, with interaural differences and audiogram."""
    return Document(
        version=evoscope.__version__,
        series=tuple(findings),
        interaural=tuple(interaural(findings)),
        audiogram=tuple(audiogram(findings)),
        errors=tuple(errors),
        skipped=tuple(skipped),
    )


def interaural(findings: Sequence[Findings]) -> list[InterauralFinding]:
    """Right minus left wave V at every level both ears of a subject were tested at."""
    ears: dict[tuple[object, ...], dict[str, Findings]] = defaultdict(dict)
    for one in findings:
        info = one.info
        if info.ear in ("left", "right"):
            key = (info.subject, info.stimulus, info.rate_hz, info.transducer, info.level_reference)
            ears[key].setdefault(info.ear, one)
    found = []
    for pair in ears.values():
        if len(pair) < 2:
            continue
        right, left = pair["right"], pair["left"]
        lefts = {level.level_db: level for level in left.levels}
        for level in right.levels:
            other = lefts.get(level.level_db)
            mine = level.wave("V")
            theirs = None if other is None else other.wave("V")
            if mine is None or theirs is None or not (mine.latency_ms and theirs.latency_ms):
                continue
            norm = norms.interpeak(
                "interaural V", species=right.info.species, level_db=level.level_db
            )
            estimate = difference(theirs.latency_ms, mine.latency_ms)
            found.append(
                InterauralFinding(
                    subject=right.info.subject,
                    stimulus=right.info.stimulus,
                    level_db=level.level_db,
                    estimate=estimate,
                    norm_low=None if norm is None else norm.low,
                    norm_high=None if norm is None else norm.high,
                    flag=flag_of(estimate.value, norm),
                    right_series=right.info.name,
                    left_series=left.info.name,
                )
            )
    return found


def audiogram(findings: Sequence[Findings]) -> list[AudiogramPoint]:
    """Estimated hearing level of human tone series: threshold minus the eHL correction."""
    points = []
    for one in findings:
        info, threshold = one.info, one.threshold
        if info.species != "human" or info.frequency_hz is None:
            continue
        correction = norms.ehl_correction_db(info.frequency_hz)
        note = norms.EHL_SOURCE
        if info.level_reference in ("SPL", "peSPL"):
            note += f"; dB {info.level_reference} converted to nHL approximately (within 5 dB)"
        elif info.level_reference == "unknown":
            note += "; level reference not stated, taken as nHL"

        def hearing_level(
            level_db: float | None,
            reference: str = info.level_reference,
            less_db: float = correction,
        ) -> float | None:
            if level_db is None:
                return None
            stated = "nHL" if reference == "unknown" else reference
            return norms.to_nhl(level_db, stimulus="tone", level_reference=stated) - less_db

        value = hearing_level(threshold.value_db)
        points.append(
            AudiogramPoint(
                subject=info.subject,
                ear=info.ear,
                frequency_hz=info.frequency_hz,
                hearing_level=None
                if value is None
                else Estimate(
                    value=value,
                    low=hearing_level(threshold.low_db),
                    high=hearing_level(threshold.high_db),
                ),
                status=threshold.status,
                correction_db=correction,
                note=note,
            )
        )
    return points
