"""Findings of many series -> one document: what needs two ears or several frequencies."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence

import evoscope
from evoscope.abr import norms
from evoscope.abr.analysis.ears import type_of_ear
from evoscope.abr.analysis.intervals import difference, flag_of
from evoscope.abr.findings import (
    AudiogramPoint,
    Document,
    EarFinding,
    Estimate,
    Findings,
    InterauralFinding,
    ReadError,
    SkippedFile,
    Threshold,
)

# An interval wider than this places no point in an audiogram.
WIDEST_INTERVAL_DB = 30.0


def build_document(
    findings: Sequence[Findings],
    *,
    errors: Sequence[ReadError] = (),
    skipped: Sequence[SkippedFile] = (),
) -> Document:
    """Gather findings into the published document, with what needs several series."""
    findings = mixed_references_said(findings)
    return Document(
        version=evoscope.__version__,
        series=tuple(findings),
        interaural=tuple(interaural(findings)),
        audiogram=tuple(audiogram(findings)),
        ears=tuple(ears(findings)),
        errors=tuple(errors),
        skipped=tuple(skipped),
    )


def folder_of(findings: Findings) -> str:
    """The folder a series was read from: names of subjects mean something only inside one."""
    if findings.recordings:
        return os.path.dirname(findings.recordings[0].path)
    return os.path.dirname(findings.info.file)


def mixed_references_said(findings: Sequence[Findings]) -> tuple[Findings, ...]:
    """Warn in each series of an ear and stimulus that was split by level reference."""
    references: dict[tuple[object, ...], set[str]] = defaultdict(set)

    def key(one: Findings) -> tuple[object, ...]:
        info = one.info
        same = (info.subject, info.ear, info.stimulus, info.rate_hz, info.transducer)
        return (folder_of(one), *same)

    for one in findings:
        references[key(one)].add(one.info.level_reference)
    said = []
    for one in findings:
        mixed = sorted(references[key(one)])
        if len(mixed) > 1:
            listed = ", ".join("not stated" if r == "unknown" else f"dB {r}" for r in mixed)
            text = (
                f"Levels of this ear and stimulus have different references ({listed}): they were "
                "not joined; each reference is a series with a threshold of its own."
            )
            one = one.model_copy(update={"warnings": (*one.warnings, text)})
        said.append(one)
    return tuple(said)


def interaural(findings: Sequence[Findings]) -> list[InterauralFinding]:
    """Right minus left wave V at every level both ears of a subject were tested at.

    Only inside one folder, and only where each ear has one series: subject "1" of two folders may
    be two people, and of a test and its re-test neither is the one to compare.
    """
    ears: dict[tuple[object, ...], dict[str, list[Findings]]] = defaultdict(dict)
    for one in findings:
        info = one.info
        if info.ear in ("left", "right"):
            same = (info.subject, info.stimulus, info.rate_hz, info.transducer)
            key = (folder_of(one), *same, info.level_reference)
            ears[key].setdefault(info.ear, []).append(one)
    found = []
    for pair in ears.values():
        if len(pair) < 2 or any(len(series) > 1 for series in pair.values()):
            continue
        right, left = pair["right"][0], pair["left"][0]
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
    """Estimated hearing level of human tone series: threshold minus the eHL correction.

    The corrections are ``norms.EHL_SOURCE``; a threshold whose interval is wider than 30 dB is no
    point.
    """
    points = []
    for one in findings:
        info, threshold = one.info, one.threshold
        if info.species != "human" or info.frequency_hz is None:
            continue
        correction = norms.ehl_correction_db(info.frequency_hz)
        status, value_db = threshold.status, threshold.value_db
        unit = "dB" if info.level_reference == "unknown" else f"dB {info.level_reference}"
        notes = []
        if status == "no_response" and threshold.low_db is not None:
            notes.append(f"threshold above {round(threshold.low_db, 1):g} {unit}")
        elif status == "below_range" and threshold.high_db is not None:
            notes.append(f"threshold at or below {round(threshold.high_db, 1):g} {unit}")
        elif value_db is not None and _width_db(threshold) > WIDEST_INTERVAL_DB:
            status, value_db = "inconclusive", None
            notes.append(
                f"the threshold's interval is {_width_db(threshold):.0f} dB wide, more than "
                f"{WIDEST_INTERVAL_DB:g} dB: no point"
            )
        if info.level_reference in ("SPL", "peSPL"):
            notes.append(f"dB {info.level_reference} converted to nHL approximately (within 5 dB)")
        elif info.level_reference == "unknown":
            notes.append("level reference not stated, taken as nHL")

        def hearing_level(
            level_db: float | None,
            reference: str = info.level_reference,
            less_db: float = correction,
        ) -> float | None:
            if level_db is None:
                return None
            stated = "nHL" if reference == "unknown" else reference
            return norms.to_nhl(level_db, stimulus="tone", level_reference=stated) - less_db

        value = hearing_level(value_db)
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
                status=status,
                correction_db=correction,
                note="; ".join(notes),
            )
        )
    return points


def ears(findings: Sequence[Findings]) -> list[EarFinding]:
    """Loss type of every ear of which several series say something of it.

    Series are of one ear where folder, subject and side are the same.
    """
    of_ear: dict[tuple[str, str, str], list[Findings]] = defaultdict(list)
    for one in findings:
        if one.info.ear in ("left", "right") and one.loss_type.probabilities:
            of_ear[folder_of(one), one.info.subject, one.info.ear].append(one)
    return [
        EarFinding(
            subject=subject,
            ear=ear,
            series=tuple(one.info.name for one in found),
            loss_type=type_of_ear([one.loss_type for one in found]),
        )
        for (_, subject, ear), found in of_ear.items()
        if len(found) > 1
    ]


def _width_db(threshold: Threshold) -> float:
    """Width of the threshold's interval; 0 where an end is open."""
    if threshold.low_db is None or threshold.high_db is None:
        return 0.0
    return threshold.high_db - threshold.low_db
