"""What a normal ear would show where a series was recorded: the curves behind its plots."""

from __future__ import annotations

from evoscope.abr import norms
from evoscope.abr.findings import SeriesInfo, WaveName


def latency_norm(info: SeriesInfo, wave: WaveName, *, level_db: float) -> norms.Norm | None:
    """Return when a wave of a normal ear comes, in ms, under the conditions of a series.

    Args:
        info: person and stimulus, as understood from the files.
        wave: I to V.
        level_db: in the series' own reference.

    Returns:
        The norm (``norms.latency`` names its sources), or ``None`` where its species has none.

    Example:
        >>> from evoscope.abr.findings import SeriesInfo
        >>> info = SeriesInfo(
        ...     name="P3 right", file="p3.csv", subject="P3", ear="right", species="human",
        ...     stimulus="click", transducer="insert", level_reference="nHL",
        ... )
        >>> norm = latency_norm(info, "V", level_db=60)
        >>> round(norm.mean, 2)
        6.01
    """
    return norms.latency(
        wave,
        level_db=level_db,
        stimulus=info.stimulus.removesuffix(" stimulus"),  # "unknown stimulus": no kind is known
        frequency_hz=info.frequency_hz,
        species=info.species,
        age_weeks=info.age_weeks,
        age_years=info.age_years,
        sex=info.sex,
        rate_hz=info.rate_hz,
        level_reference=info.level_reference,
        transducer=info.transducer,
    )
