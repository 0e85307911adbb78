"""What an analyzer answers about one patient, as rows: one per recording, one per series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.protocol.contestants import Contestant
from evoscope.abr.benchmark.protocol.patients import Patient
from evoscope.abr.benchmark.protocol.rivals import RIVAL_COLUMNS, rivals_of
from evoscope.abr.benchmark.protocol.sums import sums_of
from evoscope.abr.benchmark.protocol.wiener import Wiener
from evoscope.abr.benchmark.real_thresholds import as_number
from evoscope.abr.cohort import CLASSES
from evoscope.abr.findings import WAVES, Findings, RecordingFindings, Trace
from evoscope.abr.recording import Recording, Series

Analyzer = Callable[[Series], Findings]
"""A contestant: anything that turns a series into findings."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Answers:
    """One patient's rows."""

    recordings: list[Row]
    series: list[Row]


def answer_patient(patient: Patient, analyzer: Analyzer, wiener: Wiener | None) -> Answers:
    """Analyze every series of a patient and write the answers down.

    A recording that the findings do not mention is answered with nothing: no wave, no response,
    no waveform.

    Raises:
        RuntimeError: the analyzer failed; the series is named.
    """
    recordings: list[Row] = []
    series_rows: list[Row] = []
    for name, series, findings in zip(
        patient.series_ids, patient.series, _findings(patient, analyzer), strict=True
    ):
        series_rows.append(_series_row(name, series, findings))
        by_record = {one.record: one for one in findings.recordings}
        rivals = rivals_of(series)
        loss = _loss_columns(findings)
        for recording, rival in zip(series, rivals, strict=True):
            place = recording.source.record
            found = by_record.get(place)
            recordings.append(
                {
                    "row": int(patient.rows[place]),
                    **_wave_columns(found),
                    "found_response": _response(found),
                    **loss,
                    **dict(zip(RIVAL_COLUMNS, rival.tolist(), strict=True)),
                    **_sums(recording, patient.clean[place], found, wiener),
                }
            )
    return Answers(recordings, series_rows)


def _findings(patient: Patient, analyzer: Analyzer) -> list[Findings]:
    found: list[Findings] = []
    name = patient.series_ids[0]
    try:
        # A contestant reads the series of a patient together.
        if isinstance(analyzer, Contestant):
            return analyzer.many(patient.series)
        for name, series in zip(patient.series_ids, patient.series, strict=True):  # noqa: B007
            found.append(analyzer(series))
    except Exception as error:
        raise RuntimeError(
            f"The analyzer should answer every series. It failed at series {name!r}: {error}"
        ) from error
    return found


def _series_row(name: str, series: Series, findings: Findings) -> Row:
    threshold = findings.threshold
    answer = as_number(threshold, series.levels_db)
    steps = np.diff(series.levels_db)
    return {
        "series_id": name,
        "lowest_level_db": series.levels_db[0],
        "step_db": float(np.median(steps)) if steps.size else np.nan,
        "found_status": threshold.status,
        "found_threshold_db": np.nan if answer is None else answer,
        "found_low_db": _or_nan(threshold.low_db),
        "found_high_db": _or_nan(threshold.high_db),
        **_loss_columns(findings),
    }


def _loss_columns(findings: Findings) -> Row:
    loss = findings.loss_type
    return {"found_class": loss.name} | {
        f"found_class_{name}": loss.probabilities.get(name, np.nan) for name in CLASSES
    }


def _wave_columns(found: RecordingFindings | None) -> Row:
    row: Row = {}
    for name in WAVES:
        wave = None if found is None else found.wave(name)
        present = wave is not None and wave.present
        row[f"found_{name}_present"] = present
        row[f"found_{name}_probability"] = 0.0 if wave is None else wave.probability
        for what in ("latency_ms", "amplitude_uv"):
            estimate = getattr(wave, what) if present else None
            row[f"found_{name}_{what}"] = np.nan if estimate is None else estimate.value
            for end in ("low", "high"):
                stated = None if estimate is None else getattr(estimate, end)
                row[f"found_{name}_{what}_{end}"] = _or_nan(stated)
    return row


def _response(found: RecordingFindings | None) -> float:
    return 0.0 if found is None else found.response_probability or 0.0


def _sums(
    recording: Recording,
    clean: NDArray[np.float32],
    found: RecordingFindings | None,
    wiener: Wiener | None,
) -> Row:
    truth = np.asarray(clean, dtype=np.float64)
    denoised = None if found is None else _on_clock(found.denoised, recording.time_ms)
    filtered = None if wiener is None else wiener(recording)
    raw = np.asarray(recording.waveform, dtype=np.float64)
    return dict(sums_of(truth, {"found": denoised, "raw": raw, "wiener": filtered}))


def _on_clock(trace: Trace, time_ms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Read a trace at a recording's own times; NaN where it does not reach."""
    own = trace.start_ms + trace.step_ms * np.arange(len(trace.values_uv))
    # A clock that differs by a rounding still covers its own ends.
    slack = 1e-6 * trace.step_ms
    inside = (time_ms >= own[0] - slack) & (time_ms <= own[-1] + slack)
    values = np.interp(time_ms, own, trace.values_uv)
    return np.where(inside, values, np.nan)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
