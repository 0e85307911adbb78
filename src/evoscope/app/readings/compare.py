"""Two readers of the same series, machine or human: where they differ, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from evoscope.abr.findings import WAVES, Findings, WaveName
from evoscope.app.readings.answers import (
    Compared,
    Comparison,
    Figure,
    LossSaid,
    ThresholdSaid,
    WaveAgreement,
    WavePair,
    WaveSaid,
)
from evoscope.app.readings.fold import Reading
from evoscope.measure import Measured, concordance, limit_of_agreement
from evoscope.measure.measured import undefined


def compared(series: str, findings: Findings, a: Reading | None, b: Reading | None) -> Compared:
    """Put two readings of a series side by side; ``None`` is the machine's."""
    pairs = [
        WavePair(
            level_db=level.level_db,
            wave=wave,
            a=_said(findings, a, level.level_db, wave),
            b=_said(findings, b, level.level_db, wave),
        )
        for level in findings.levels
        for wave in WAVES
        if level.wave(wave) is not None
        or any(r is not None and r.wave(level.level_db, wave) for r in (a, b))
    ]
    return Compared(
        series=series,
        level_reference=findings.info.level_reference,
        a=_threshold(findings, a),
        b=_threshold(findings, b),
        loss_type_a=_loss_type(findings, a),
        loss_type_b=_loss_type(findings, b),
        waves=tuple(pairs),
    )


def comparison(a: str, b: str, series: Sequence[Compared]) -> Comparison:
    """Summarise readings of several series.

    Example:
        >>> comparison("machine", "anna", []).threshold_bias_db.n
        0
    """
    thresholds = [(one.a.value_db, one.b.value_db) for one in series]
    named = [(x, y) for x, y in thresholds if x is not None and y is not None]
    statuses = [one.a.status == one.b.status for one in series]
    types = [one.loss_type_a.name == one.loss_type_b.name for one in series]
    pairs = [pair for one in series for pair in one.waves]
    return Comparison(
        a=a,
        b=b,
        series=tuple(series),
        waves=tuple(_wave(wave, [p for p in pairs if p.wave == wave]) for wave in WAVES),
        threshold_bias_db=_mean([y - x for x, y in named]),
        threshold_concordance=_figure(
            concordance([y for _, y in named], [x for x, _ in named])
            if named
            else undefined(0, "no pairs")
        ),
        threshold_status_agreement=_mean([float(same) for same in statuses]),
        loss_type_agreement=_mean([float(same) for same in types]),
    )


def _said(findings: Findings, reading: Reading | None, level_db: float, wave: WaveName) -> WaveSaid:
    mark = None if reading is None else reading.wave(level_db, wave)
    if mark is not None:
        return WaveSaid(
            present=mark.present,
            latency_ms=mark.latency_ms,
            amplitude_uv=mark.amplitude_uv,
            own=True,
        )
    level = next(one for one in findings.levels if one.level_db == level_db)
    found = level.wave(wave)
    if found is None or not found.present:
        return WaveSaid(present=False)
    return WaveSaid(
        present=True,
        latency_ms=None if found.latency_ms is None else found.latency_ms.value,
        amplitude_uv=None if found.amplitude_uv is None else found.amplitude_uv.value,
    )


def _threshold(findings: Findings, reading: Reading | None) -> ThresholdSaid:
    mark = None if reading is None else reading.threshold
    said = findings.threshold if mark is None else mark
    return ThresholdSaid(status=said.status, value_db=said.value_db, own=mark is not None)


def _loss_type(findings: Findings, reading: Reading | None) -> LossSaid:
    mark = None if reading is None else reading.loss_type
    if mark is not None:
        return LossSaid(name=mark.value, own=True)
    return LossSaid(name=findings.loss_type.name)


def _wave(wave: WaveName, pairs: Sequence[WavePair]) -> WaveAgreement:
    both = [(p.a, p.b) for p in pairs if p.a.present and p.b.present]
    when = [(x.latency_ms, y.latency_ms) for x, y in both]
    latencies = [(x, y) for x, y in when if x is not None and y is not None]
    sizes = [(x.amplitude_uv, y.amplitude_uv) for x, y in both]
    amplitudes = [(x, y) for x, y in sizes if x is not None and y is not None]
    first, second = [x for x, _ in latencies], [y for _, y in latencies]

    def limit(side: Literal["low", "high"]) -> Figure:
        if not latencies:
            return Figure(value=None, n=0, why="no pairs")
        return _figure(limit_of_agreement(second, first, side=side))

    return WaveAgreement(
        wave=wave,
        agreement=_mean([float(p.a.present == p.b.present) for p in pairs]),
        kappa=_kappa([p.a.present for p in pairs], [p.b.present for p in pairs]),
        latency_bias_ms=_mean([y - x for x, y in latencies]),
        latency_low_ms=limit("low"),
        latency_high_ms=limit("high"),
        amplitude_bias_uv=_mean([y - x for x, y in amplitudes]),
    )


def _kappa(a: Sequence[bool], b: Sequence[bool]) -> Figure:
    """Cohen's kappa of two raters on one question (Cohen 1960)."""
    if not a:
        return Figure(value=None, n=0, why="no pairs")
    x, y = np.array(a, dtype=float), np.array(b, dtype=float)
    by_chance = float(x.mean() * y.mean() + (1 - x.mean()) * (1 - y.mean()))
    if by_chance >= 1.0:
        return Figure(value=None, n=len(a), why="both always give the same answer")
    return Figure(value=float(((x == y).mean() - by_chance) / (1 - by_chance)), n=len(a))


def _mean(values: Sequence[float]) -> Figure:
    if not values:
        return Figure(value=None, n=0, why="no pairs")
    return Figure(value=float(np.mean(values)), n=len(values))


def _figure(measured: Measured) -> Figure:
    return Figure(value=measured.value, n=measured.n, why=measured.reason)
