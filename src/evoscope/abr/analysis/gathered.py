"""Many equal warnings -> one: a list nobody reads hides the one warning that matters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from evoscope.abr.recording import Recording

MOST_LISTED = 5


def shortened(warnings: Iterable[str]) -> tuple[str, ...]:
    """Keep the first five of warnings that differ in numbers alone, and count the others.

    Example:
        >>> shortened(f"Record {i} is constant." for i in range(8))[-2:]
        ('Record 4 is constant.', 'The same is true of 3 more records.')
    """
    groups: dict[str, list[str]] = {}
    for warning in dict.fromkeys(warnings):
        groups.setdefault(_without_numbers(warning), []).append(warning)
    kept: list[str] = []
    for alike in groups.values():
        kept += alike[:MOST_LISTED]
        more = len(alike) - MOST_LISTED
        if more > 0:
            kept.append(f"The same is true of {more} more record{'s' if more > 1 else ''}.")
    return tuple(kept)


def of_records(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """Say what the reader noticed of single records once for all of them, with their number."""
    groups: dict[str, list[tuple[str, Recording]]] = {}
    for recording in recordings:
        for text in recording.warnings:
            groups.setdefault(_without_numbers(text), []).append((text, recording))
    return tuple(_said_once(group, len(recordings)) for group in groups.values())


def _said_once(group: Sequence[tuple[str, Recording]], total: int) -> str:
    text = group[0][0]
    records = list({id(recording): recording for _, recording in group}.values())
    if len(records) == 1:
        return f"Record {records[0].source.record} at {records[0].level_db:g} dB: {text}"
    count = f"{len(records)} records" if len(records) < total else f"All {total} records"
    if len(records) < total:
        listed = [f"{r.source.record} at {r.level_db:g} dB" for r in records[:MOST_LISTED]]
        more = ", ..." if len(records) > MOST_LISTED else ""
        count += f" ({', '.join(listed)}{more})"
    example = "" if all(other == text for other, _ in group) else "for example: "
    return f"{count}: {example}{text}"


def _without_numbers(text: str) -> str:
    return re.sub(r"[-+]?\d+(?:[.,]\d+)*", "#", text)
