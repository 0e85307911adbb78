"""What an analyzer answers about one patient, as rows: one per recording, one per series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.protocol.contestants import Contestant
from evoscope.abr.benchmark.protocol.patients import Patient, ViewedSeries
from evoscope.abr.benchmark.protocol.rivals import RIVAL_COLUMNS, rivals_of
from evoscope.abr.benchmark.protocol.sums import sums_of
from evoscope.abr.benchmark.real_thresholds import as_number
from evoscope.abr.cohort import CLASSES
from evoscope.abr.findings import WAVES, Findings, LossType, RecordingFindings, Trace
from evoscope.abr.recording import Recording, Series

Analyzer = Callable[[Series], Findings]
"""A contestant: anything that turns a series into findings."""
Denoiser = Callable[[Recording], NDArray[np.float64] | None]
"""A rival in denoising; ``None`` where it cannot answer."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Answers:
    """One patient's rows."""

    recordings: list[Row]
    series: list[Row]


def answer_patient(
    patient: Patient,
    *,
    analyzer: Analyzer,
    denoisers: Mapping[str, Denoiser],
    alone: int,
    seed: int,
) -> Answers:
    """Analyze every series of a patient in every view, and write the answers down.

    A recording that the findings do not mention is answered with nothing: no wave, no response,
    no waveform. Some recordings are shown once more without their series: their class is the
    answer to one recording, and the others have none.

    Args:
        patient: their series.
        analyzer: the contestant.
        denoisers: rivals in denoising, by name.
        alone: of how many recordings, drawn at random, the class is asked alone.
        seed: of that draw.

    Raises:
        RuntimeError: the analyzer failed; the series is named.
    """
    main = [one for one in patient.series if one.main]
    losses = _alone(main, analyzer, _drawn(patient.id, main, alone, seed))
    recordings: list[Row] = []
    series_rows: list[Row] = []
    found_all = _asked(analyzer, [(one.id, one.series) for one in patient.series])
    for viewed, findings in zip(patient.series, found_all, strict=True):
        series_rows.append(_series_row(viewed, findings))
        if not viewed.main:
            continue
        by_record = {one.record: one for one in findings.recordings}
        for recording, row, clean, rival in zip(
            viewed.series, viewed.rows, viewed.clean, rivals_of(viewed.series), strict=True
        ):
            found = by_record.get(recording.source.record)
            recordings.append(
                {
                    "row": int(row),
                    **_wave_columns(found),
                    "found_response": _response(found),
                    **_loss_columns(losses.get(int(row))),
                    **dict(zip(RIVAL_COLUMNS, rival.tolist(), strict=True)),
                    **_sums(recording, clean, found, denoisers),
                }
            )
    return Answers(recordings, series_rows)


def _asked(analyzer: Analyzer, named: Sequence[tuple[str, Series]]) -> list[Findings]:
    found: list[Findings] = []
    name = named[0][0] if named else ""
    try:
        # A contestant reads the series of a patient together.
        if isinstance(analyzer, Contestant):
            return analyzer.many([series for _, series in named])
        for name, series in named:  # noqa: B007
            found.append(analyzer(series))
    except Exception as error:
        raise RuntimeError(
            f"The analyzer should answer every series. It failed at series {name!r}: {error}"
        ) from error
    return found


def _drawn(name: str, main: Sequence[ViewedSeries], alone: int, seed: int) -> set[int]:
    """Rows to be asked alone: the same ones whoever works, in whatever order."""
    rows = np.sort(np.concatenate([one.rows for one in main]))
    rng = np.random.default_rng([seed, crc32(name.encode())])
    return set(rng.choice(rows, min(alone, rows.size), replace=False).tolist())


def _alone(main: Sequence[ViewedSeries], analyzer: Analyzer, rows: set[int]) -> dict[int, LossType]:
    asked = [
        (int(row), one.id, Series((recording,)))
        for one in main
        for recording, row in zip(one.series, one.rows, strict=True)
        if int(row) in rows
    ]
    found = _asked(analyzer, [(name, series) for _, name, series in asked])
    return {row: one.loss_type for (row, _, _), one in zip(asked, found, strict=True)}


def _series_row(viewed: ViewedSeries, findings: Findings) -> Row:
    series, threshold = viewed.series, findings.threshold
    answer = as_number(threshold, series.levels_db)
    steps = np.diff(series.levels_db)
    return {
        "series_id": viewed.id,
        "view": viewed.view,
        "main": viewed.main,
        "lowest_level_db": series.levels_db[0],
        "step_db": float(np.median(steps)) if steps.size else np.nan,
        "found_status": threshold.status,
        "found_threshold_db": _or_nan(answer),
        "found_fitted_db": _or_nan(answer if threshold.fitted_db is None else threshold.fitted_db),
        "found_low_db": _or_nan(threshold.low_db),
        "found_high_db": _or_nan(threshold.high_db),
        **_loss_columns(findings.loss_type),
    }


def _loss_columns(loss: LossType | None) -> Row:
    """The likeliest class and all probabilities; nothing where it was not asked for.

    An analyzer that states probabilities is held to them, named or not.
    """
    stated = {} if loss is None else loss.probabilities
    name = None if loss is None else loss.name
    return {"found_class": max(stated, key=stated.__getitem__) if stated else name} | {
        f"found_class_{name}": stated.get(name, np.nan) for name in CLASSES
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
    denoisers: Mapping[str, Denoiser],
) -> Row:
    truth = np.asarray(clean, dtype=np.float64)
    denoised = None if found is None else _on_clock(found.denoised, recording.time_ms)
    filtered = {name: one(recording) for name, one in denoisers.items()}
    raw = np.asarray(recording.waveform, dtype=np.float64)
    return dict(sums_of(truth, {"found": denoised, "raw": raw, **filtered}))


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
