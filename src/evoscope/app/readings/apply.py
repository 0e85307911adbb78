"""A reading on top of findings: what a report of a corrected series says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from evoscope.abr.analysis.intervals import intervals_of
from evoscope.abr.findings import (
    WAVES,
    Estimate,
    Findings,
    LossType,
    RecordingFindings,
    SeriesInfo,
    Threshold,
    Wave,
    WaveName,
)
from evoscope.abr.recording import Recording, Source, Stimulus, Subject
from evoscope.app.readings.fold import LossMark, Reading, ThresholdMark, WaveMark

_Marks = Mapping[tuple[float, WaveName], WaveMark]


def corrected(findings: Findings, reading: Reading) -> Findings:
    """Put a person's marks in the place of what the analysis says, and say so in the warnings.

    A mark is of a level, as a reader sees it: of a level with one recording, that recording's row
    changes too. What was marked has no interval: nobody measured how sure the reader is.

    Example:
        >>> from evoscope.abr.analysis import Options, analyze
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, _ = simulate_series(true_threshold_db=20, levels_db=[40, 60], seed=1)
        >>> found = analyze(series, options=Options(analyzer="classical"))
        >>> corrected(found, Reading(rater="anna")) == found
        True
    """
    if reading.is_empty:
        return findings
    marks: _Marks = {(mark.level_db, mark.wave): mark for mark in reading.waves}
    single = {level.level_db for level in findings.levels if level.pooled == 1}
    levels = tuple(_with_marks(level, marks, findings.info) for level in findings.levels)
    recordings = tuple(
        _with_marks(one, marks, findings.info) if one.level_db in single else one
        for one in findings.recordings
    )
    threshold = findings.threshold
    if reading.threshold is not None:
        threshold = _marked(threshold, reading.threshold, findings.levels_db)
    loss_type = findings.loss_type if reading.loss_type is None else _typed(reading.loss_type)
    return findings.model_copy(
        update={
            "levels": levels,
            "recordings": recordings,
            "threshold": threshold,
            "loss_type": loss_type,
            "warnings": (_said(reading, findings.info.level_reference), *findings.warnings),
        }
    )


def _with_marks(level: RecordingFindings, marks: _Marks, info: SeriesInfo) -> RecordingFindings:
    here = {wave: mark for (at, wave), mark in marks.items() if at == level.level_db}
    if not here:
        return level
    analyzed = {wave.name: wave for wave in level.waves}
    marked = {**analyzed, **{name: _wave(mark) for name, mark in here.items()}}
    waves = tuple(marked[name] for name in WAVES if name in marked)
    intervals = intervals_of(waves, _subject_at(level.level_db, info), species=info.species)
    return level.model_copy(update={"waves": waves, "intervals": intervals})


def _wave(mark: WaveMark) -> Wave:
    def exactly(value: float | None) -> Estimate | None:
        return None if value is None else Estimate(value=value)

    return Wave(
        name=mark.wave,
        probability=1.0 if mark.present else 0.0,
        present=mark.present,
        latency_ms=exactly(mark.latency_ms),
        amplitude_uv=exactly(mark.amplitude_uv),
    )


def _subject_at(level_db: float, info: SeriesInfo) -> Recording:
    """Whose intervals they are: norms ask for subject, level and rate, not for a waveform."""
    return Recording(
        waveform=np.zeros(1, dtype=np.float32),
        sampling_rate_hz=1.0,
        onset_sample=0.0,
        stimulus=Stimulus(kind="unknown", level_db=level_db, rate_hz=info.rate_hz),
        subject=Subject(
            id=info.subject,
            age_years=info.age_years,
            age_weeks=info.age_weeks,
            sex=info.sex,  # type: ignore[arg-type]  # the findings' word comes from a Subject
        ),
        source=Source(path=info.file, format=""),
    )


def _marked(threshold: Threshold, mark: ThresholdMark, levels_db: tuple[float, ...]) -> Threshold:
    return threshold.model_copy(
        update={
            "status": mark.status,
            "value_db": mark.value_db,
            "fitted_db": None,
            "low_db": max(levels_db, default=None) if mark.status == "no_response" else None,
            "high_db": min(levels_db, default=None) if mark.status == "below_range" else None,
            "method": _by(mark),
            "reason": "",
        }
    )


def _typed(mark: LossMark) -> LossType:
    """A type without a probability: nobody measured how sure the reader is."""
    return LossType(name=mark.value, reason=f"Type {_by(mark)}.")


def _by(mark: ThresholdMark | LossMark) -> str:
    return f"marked by {mark.rater} on {mark.at:%Y-%m-%d}"


def _said(reading: Reading, reference: str) -> str:
    unit = "dB" if reference == "unknown" else f"dB {reference}"
    what = [f"{mark.wave} at {mark.level_db:g} {unit}" for mark in reading.waves]
    what += ["the threshold"] * (reading.threshold is not None)
    what += ["the loss type"] * (reading.loss_type is not None)
    last = max(mark.at for mark in reading.marks)
    return f"Corrected by {reading.rater}, last on {last:%Y-%m-%d}: {', '.join(what)}."
