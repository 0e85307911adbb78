"""Findings made by hand: every status, with and without halves, waves, norms and warnings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from evoscope.abr.findings import (
    WAVES,
    Analyzer,
    AudiogramPoint,
    CurvePoint,
    Document,
    Estimate,
    Findings,
    InterauralFinding,
    IntervalFinding,
    LossType,
    ReadError,
    RecordingFindings,
    SeriesInfo,
    SkippedFile,
    Threshold,
    Trace,
    Wave,
)

TO_V_MS = {"I": 4.0, "II": 3.0, "III": 2.0, "IV": 0.7, "V": 0.0}
SIZE = {"I": 0.4, "II": 0.2, "III": 0.5, "IV": 0.3, "V": 1.0}
LOST_BELOW_DB = {"I": 45, "II": 55, "III": 30, "IV": 55, "V": 8}
EVIDENCE = "correlation of the halves"


def around(value: float, half: float) -> Estimate:
    return Estimate(value=round(value, 3), low=round(value - half, 3), high=round(value + half, 3))


def make_recording(
    level_db: float,
    *,
    record: int = 0,
    response: bool = True,
    halves: bool = True,
    path: str = "clinic/a.txt",
    rng: np.random.Generator,
    **changes: Any,
) -> RecordingFindings:
    """A click average at one level: a Gaussian for each wave, in coloured noise."""
    time = -2.0 + 0.05 * np.arange(400)
    clean = np.zeros_like(time)
    waves, intervals = [], []
    v_ms = 5.3 + 3.4 * np.exp(-0.03 * level_db)
    size_uv = 0.45 * (1 - np.exp(-max(level_db - 2, 0) / 25))
    for name in WAVES:
        present = response and level_db >= LOST_BELOW_DB[name]
        if not present:
            waves.append(Wave(name=name, probability=0.08, present=False))
            continue
        at = v_ms - TO_V_MS[name]
        size = size_uv * SIZE[name]
        clean += size * np.exp(-0.5 * ((time - at) / 0.28) ** 2)
        clean -= 0.4 * size * np.exp(-0.5 * ((time - at - 0.9) / 0.4) ** 2)
        jitter = float(rng.normal(0, 0.04))
        waves.append(
            Wave(
                name=name,
                probability=0.97,
                present=True,
                latency_ms=around(at + jitter, 0.06 + 0.3 * np.exp(-level_db / 20)),
                amplitude_uv=around(size * 1.4, 0.05),
            )
        )
    seen = {w.name: w.latency_ms.value for w in waves if w.latency_ms is not None}
    for name, low, high in (("I-V", 3.6, 4.4), ("III-V", 1.6, 2.3)):
        first, second = name.split("-")
        if first in seen and second in seen:
            value = seen[second] - seen[first]
            intervals.append(
                IntervalFinding(
                    name=name,  # type: ignore[arg-type]
                    estimate=around(value, 0.1),
                    norm_low=low,
                    norm_high=high,
                    flag="above" if value > high else "below" if value < low else "within",
                )
            )
    noise = np.convolve(rng.normal(0, 0.09, time.size), np.ones(5) / 5, mode="same")
    values = clean + noise
    smooth = clean + np.convolve(noise, np.ones(7) / 7, mode="same")
    trace = {"start_ms": -2.0, "step_ms": 0.05}
    content: dict[str, Any] = {
        "path": path,
        "format": "csv",
        "record": record,
        "level_db": level_db,
        "sweeps": 1500 if halves else None,
        "noise_source": "halves" if halves else "none",
        "residual_noise_nv": float(rng.uniform(32, 48)) if halves else None,
        "snr_db": 6.0 if halves else None,
        "response_probability": 0.99 if response else 0.1,
        "call": ("CR" if response and level_db >= 10 else "RA") if halves else "INC",
        "call_rule": "clear response: amplitude at least 40 nV and 3 times the noise",
        "more_sweeps": 1400 if halves else None,
        "stopping": "1,400 more sweeps to reach 40 nV" if halves else "",
        "waves": tuple(waves),
        "intervals": tuple(intervals),
        "trace": Trace(values_uv=tuple(np.round(values, 5).tolist()), **trace),
        "denoised": Trace(values_uv=tuple(np.round(smooth, 5).tolist()), **trace),
    }
    return RecordingFindings(**{**content, **changes})


def make_threshold(status: str, **changes: Any) -> Threshold:
    levels = np.arange(0, 65, 5)
    rise = 0.95 / (1 + np.exp(-(levels - 12) / 4))
    content: dict[str, Any] = {
        "status": status,
        "level_reference": "nHL",
        "method": "sigmoid fitted to the correlation of half-averages",
        "criterion": 0.35,
        "evidence_name": EVIDENCE,
        "curve": tuple(
            CurvePoint(
                level_db=float(level),
                evidence=float(value + 0.05 * np.sin(level)) if status != "no_response" else 0.05,
                fitted=float(value) if status == "estimated" else None,
            )
            for level, value in zip(levels, rise, strict=True)
        ),
    }
    ends = {
        "estimated": {"value_db": 10.0, "low_db": 5.0, "high_db": 15.0},
        "no_response": {"low_db": 60.0},
        "below_range": {"high_db": 0.0},
        "inconclusive": {"reason": "The noise is too high at 20 to 40 dB."},
    }
    return Threshold(**{**content, **ends[status], **changes})


def make_series(
    subject: str = "P3",
    *,
    status: str = "estimated",
    levels: tuple[float, ...] = tuple(float(level) for level in range(0, 65, 5)),
    replicates: int = 1,
    halves: bool = True,
    warnings: tuple[str, ...] = (),
    seed: int = 0,
    **info: Any,
) -> Findings:
    rng = np.random.default_rng(seed)
    about: dict[str, Any] = {
        "name": f"{subject} right click",
        "file": "clinic/a.txt",
        "subject": subject,
        "ear": "right",
        "species": "human",
        "stimulus": "click",
        "transducer": "insert",
        "rate_hz": 27.1,
        "level_reference": "nHL",
        **info,
    }
    threshold = make_threshold(status, level_reference=about["level_reference"])
    common = {
        "response": status != "no_response",
        "halves": halves,
        "path": about["file"],
        "rng": rng,
    }
    recordings = tuple(
        make_recording(level, record=n, **common) for level in levels for n in range(replicates)
    )
    pooled = (
        tuple(make_recording(level, pooled=replicates, **common) for level in levels)
        if replicates > 1
        else recordings
    )
    return Findings(
        info=SeriesInfo(**about),
        recordings=recordings,
        levels=tuple(sorted(pooled, key=lambda one: one.level_db)),
        threshold=threshold,
        loss_type=LossType(name="cannot tell", reason="Needs bone conduction."),
        processing=("Band-pass 100 to 3000 Hz, zero phase.", "No sweep was rejected."),
        warnings=warnings,
        analyzer=Analyzer(name="classical", version="0.1.0"),
    )


@pytest.fixture(scope="session")
def series_factory() -> Callable[..., Findings]:
    return make_series


@pytest.fixture(scope="session")
def rich_document() -> Document:
    """One of everything a report has to show."""
    return Document(
        version="0.1.0",
        series=(
            make_series("P3", replicates=3),
            make_series("P3", name="P3 left click", ear="left", seed=2, status="below_range"),
            make_series(
                "=<script>alert(1)</script>",
                status="no_response",
                level_reference="unknown",
                warnings=("Time zero is not stated in the file; it was assumed.",),
            ),
            make_series(
                "M7",
                name="M7 4 kHz tone",
                status="inconclusive",
                halves=False,
                levels=(20.0, 40.0, 62.5),
                stimulus="4 kHz tone",
                frequency_hz=4000.0,
                species="mouse",
                level_reference="SPL",
                file="mice/m7.arf",
            ),
        ),
        interaural=(
            InterauralFinding(
                subject="P3",
                stimulus="click",
                level_db=60.0,
                estimate=around(0.35, 0.1),
                norm_high=0.3,
                flag="above",
                right_series="P3 right click",
                left_series="P3 left click",
            ),
        ),
        audiogram=(
            AudiogramPoint(
                subject="P3",
                ear="right",
                frequency_hz=500.0,
                hearing_level=around(20, 5),
                status="estimated",
                correction_db=-10.0,
            ),
            AudiogramPoint(
                subject="P3",
                ear="right",
                frequency_hz=4000.0,
                status="no_response",
                correction_db=0.0,
                note="above 90 dB nHL",
            ),
        ),
        errors=(
            ReadError(
                file="clinic/<b>.arf",
                reason="byte 12: the header should hold 2000 offsets. Found 3.",
                hint="Copy the file again.",
            ),
        ),
        skipped=(SkippedFile(file="clinic/notes.txt", why="not a recording"),),
    )
