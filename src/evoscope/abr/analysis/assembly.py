"""What both analyzers end with: one recording judged, and a series put together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis.gathered import shortened
from evoscope.abr.analysis.intake import Refused
from evoscope.abr.analysis.intervals import intervals_of
from evoscope.abr.averaging import SubAverages
from evoscope.abr.classical.detection import detect
from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.classical.threshold import inconclusive
from evoscope.abr.findings import (
    Analyzer,
    Findings,
    LossType,
    RecordingFindings,
    SeriesInfo,
    Trace,
    Wave,
)
from evoscope.abr.recording import Recording, Series

CHILD_YEARS = 12.0
# What is drawn and kept of a trace, in ms after onset.
DRAWN_MS = (-2.0, 25.0)
CAP_WARNING = (
    "A compound action potential has no waves I to V: none are named. The threshold is that of the "
    "potential."
)


def judge(
    prepared: Prepared,
    parts: SubAverages,
    recording: Recording,
    *,
    level: int,
    pooled: bool,
    waves: tuple[Wave, ...],
    response_probability: float,
    modelled_uv: float | None,
    denoised: Trace,
    species: str,
) -> RecordingFindings:
    """Write down one recording, or a level with all of its recordings.

    Args:
        prepared: the series it belongs to.
        parts: its independent sub-averages.
        recording: it, or any recording of the level.
        level: index of its level.
        pooled: whether it stands for all recordings of the level.
        waves: named in it.
        response_probability: what its series says of it.
        modelled_uv: residual noise the series expects of it, for when it measures none.
        denoised: the response without its noise.
        species: whose norms apply.
    """
    members = prepared.series.at(prepared.levels_db[level])
    sweeps = prepared.level_sweeps[level] if pooled else recording.sweeps
    years = recording.subject.age_years
    judged = detect(
        parts,
        prepared,
        modelled_nv=None if modelled_uv is None else 1000 * modelled_uv,
        response_probability=response_probability,
        waves=waves,
        sweeps=sweeps,
        child=years is not None and years < CHILD_YEARS,
    )
    value = None if judged.test is None else judged.test.value
    is_half = judged.noise_source == "halves"
    of_many = pooled and len(members) > 1
    return RecordingFindings(
        path=prepared.series.file if of_many else recording.source.path,
        format=recording.source.format,
        record=0 if of_many else recording.source.record,
        pooled=len(members) if pooled else 1,
        level_db=recording.level_db,
        sweeps=sweeps,
        noise_source=judged.noise_source,
        residual_noise_nv=judged.residual_nv,
        fmp=None if is_half else value,
        half_f=value if is_half else None,
        p_value=None if judged.test is None else judged.test.p_value,
        snr_db=judged.snr_db,
        response_probability=response_probability,
        call=judged.call.call,
        call_rule=judged.call.rule,
        more_sweeps=judged.more_sweeps,
        stopping=judged.stopping,
        waves=waves,
        intervals=intervals_of(waves, recording, species=species),
        trace=drawn(parts.mean(), prepared.time_ms),
        denoised=denoised,
        warnings=() if of_many else recording.warnings,
    )


def drawn(values: NDArray[np.floating], time_ms: NDArray[np.float64]) -> Trace:
    """Cut a waveform on a uniform axis to what is drawn of it."""
    first = int(np.searchsorted(time_ms, DRAWN_MS[0]))
    last = int(np.searchsorted(time_ms, DRAWN_MS[1], side="right"))
    return Trace(
        start_ms=float(time_ms[first]),
        step_ms=float(time_ms[1] - time_ms[0]),
        values_uv=tuple(np.round(values[first:last].astype(np.float64), 4).tolist()),
    )


def describe(series: Series) -> SeriesInfo:
    """Say what a series is, as understood from its files."""
    first: Recording = series.recordings[0]
    subject, stimulus = first.subject, first.stimulus
    return SeriesInfo(
        name=series.name,
        file=series.file,
        subject=subject.id,
        ear=subject.ear,
        species=subject.species,
        age_years=subject.age_years,
        age_weeks=subject.age_weeks,
        sex=subject.sex,
        stimulus=stimulus.label,
        frequency_hz=stimulus.frequency_hz,
        transducer=stimulus.transducer,
        rate_hz=stimulus.rate_hz,
        level_reference=stimulus.level_reference,
    )


def nothing_to_see(refused: Refused, analyzer: Analyzer) -> Findings:
    """Findings of a series no recording of which can be analyzed."""
    reason = " ".join(("No recording could be analyzed.", *refused.warnings[-1:]))
    return Findings(
        info=describe(refused.series),
        recordings=(),
        levels=(),
        threshold=inconclusive(refused.series.key.level_reference, reason),
        loss_type=LossType(name="cannot tell", reason=reason),
        warnings=shortened(refused.warnings),
        analyzer=analyzer,
    )
