"""A name for every series that no other series has: what joins the tables, figures and report."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from evoscope.abr.findings import Findings, SeriesInfo


def series_names(series: Sequence[Findings]) -> tuple[str, ...]:
    """Name each series apart from the others, adding only what tells it apart.

    Two series may share subject, ear and stimulus and differ in transducer or rate; what still
    collides after that (the same ear recorded twice) is numbered.

    Example:
        >>> series_names(())
        ()
    """
    names = [one.info.name for one in series]
    for detail in (_transducer, _rate, _reference):
        repeated = {name for name, count in Counter(names).items() if count > 1}
        for name in repeated:
            members = [i for i, found in enumerate(names) if found == name]
            details = {i: detail(series[i].info) for i in members}
            if len(set(details.values())) > 1:
                for i in members:
                    names[i] = f"{name} {details[i]}".rstrip()
    totals, seen = Counter(names), Counter[str]()
    for i, name in enumerate(names):
        seen[name] += 1
        if totals[name] > 1:
            names[i] = f"{name} ({seen[name]})"
    return tuple(names)


def slugs(names: Sequence[str]) -> tuple[str, ...]:
    """Turn series names into file names that every file system takes, numbered where they collide.

    Example:
        >>> slugs(["P3 right 4 kHz tone", "P3/right 4 kHz tone", "../.."])
        ('P3-right-4-kHz-tone', 'P3-right-4-kHz-tone-2', 'series')
    """
    taken: set[str] = set()
    found = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        base = re.sub(r"[^A-Za-z0-9_+]+", "-", plain).strip("-")[:80].rstrip("-") or "series"
        slug, number = base, 1
        # Lower case: two names that differ in case are one file on macOS and Windows.
        while slug.lower() in taken:
            number += 1
            slug = f"{base}-{number}"
        taken.add(slug.lower())
        found.append(slug)
    return tuple(found)


def _transducer(info: SeriesInfo) -> str:
    return "" if info.transducer == "unknown" else info.transducer


def _rate(info: SeriesInfo) -> str:
    return "" if info.rate_hz is None else f"{info.rate_hz:g}/s"


def _reference(info: SeriesInfo) -> str:
    return (
        "dB (no reference)" if info.level_reference == "unknown" else f"dB {info.level_reference}"
    )
