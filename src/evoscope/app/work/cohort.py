"""Kept series and what a reader marked in them -> a cohort to train on, with its split."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis.intake import Refused, take_in
from evoscope.abr.cohort import CLASSES, COLUMNS, Cohort, CohortWriter, make_split, named_split_path
from evoscope.abr.encoding import ONSET_SAMPLE, SAMPLING_RATE_HZ
from evoscope.abr.encoding.grid import on_grid, samples_to_cover
from evoscope.abr.findings import WAVES, Findings
from evoscope.abr.recording import Recording, Series
from evoscope.app.jobs.child import Tell
from evoscope.app.readings import Reading
from evoscope.app.work.analyze import options_of
from evoscope.app.work.refused import RefusedError
from evoscope.app.work.stored import from_bytes

INPUT = "cohort.json"
KEPT = "series-{}.npz"
OUTPUT = "cohort.zip"
SEED = 0
"""Of the split: the same patients are split alike in every export."""


def export_cohort(arguments: Mapping[str, Any], folder: Path, tell: Tell) -> dict[str, Any]:
    """Write ``cohort.zip``: a cohort and its patient split.

    Args:
        arguments: ``accept``: whether waves and thresholds that the reader left as they were count
            as marked so; else they are unknown.
        folder: holds ``cohort.json`` (``series``: findings, options, reading) and the recordings.
        tell: how far it is.

    Returns:
        ``file``, and ``left_out``: series that cannot be used, with why.
    """
    given = json.loads((folder / INPUT).read_bytes())["series"]
    rows: list[tuple[str, Recording, dict[str, Any]]] = []
    left_out = []
    for i, one in enumerate(given):
        tell("reading", i, len(given))
        findings = Findings.model_validate(one["findings"])
        # As the analysis took it in: its clock is the one that marks were made on.
        taken = take_in(
            from_bytes((folder / KEPT.format(i)).read_bytes()), options_of(one["options"])
        )
        if isinstance(taken, Refused):
            left_out.append({"id": one["id"], "why": taken.warnings[-1] if taken.warnings else ""})
            continue
        reading = Reading.model_validate(one["reading"])
        marks = _marks(findings, reading, accept=arguments["accept"])
        rows += _rows(one["id"], taken.series, findings, marks, _loss_class(reading))
    if not rows:
        raise RefusedError(
            "A cohort should hold at least one series that can be used. Found none.",
            "Correct a series first.",
        )
    rows.sort(key=lambda row: row[2]["patient_id"])
    cohort = _write(folder / "cohort.parquet", rows)
    split = make_split(cohort, seed=SEED)
    split.save(named_split_path(cohort))
    with zipfile.ZipFile(folder / OUTPUT, "w") as packed:
        for path in (cohort.path, named_split_path(cohort)):
            packed.write(path, path.name)
    return {"file": OUTPUT, "left_out": left_out}


_Marks = Mapping[float, Mapping[str, Any]]


def _marks(findings: Findings, reading: Reading, *, accept: bool) -> _Marks:
    """Marked columns by level."""
    marks: dict[float, dict[str, Any]] = {}
    for level in findings.levels:
        here: dict[str, Any] = {}
        for wave in WAVES:
            mark, found = reading.wave(level.level_db, wave), level.wave(wave)
            if mark is not None:
                here |= _columns(wave, mark.present, mark.latency_ms, mark.amplitude_uv)
            elif accept and found is not None:
                latency, amplitude = found.latency_ms, found.amplitude_uv
                here |= _columns(
                    wave,
                    found.present,
                    latency.value if latency and found.present else None,
                    amplitude.value if amplitude and found.present else None,
                )
        marks[level.level_db] = here
    threshold = findings.threshold if accept else None
    said = reading.threshold or threshold
    if said is not None and said.value_db is not None:
        for here in marks.values():
            here["marked_threshold_db"] = said.value_db
    return marks


def _loss_class(reading: Reading) -> str | None:
    """The class that the reader named; the machine's own is never a label, accepted or not."""
    mark = reading.loss_type
    return None if mark is None or mark.value not in CLASSES else mark.value


def _columns(
    wave: str, present: bool, latency_ms: float | None, amplitude_uv: float | None
) -> dict[str, Any]:
    return {
        f"marked_{wave}_present": present,
        f"marked_{wave}_latency_ms": latency_ms,
        f"marked_{wave}_amplitude_uv": amplitude_uv,
    }


def _rows(
    identity: str, series: Series, findings: Findings, marks: _Marks, loss_class: str | None
) -> list[tuple[str, Recording, dict[str, Any]]]:
    measured = {(one.path, one.record): one for one in findings.recordings}
    rows = []
    for number, one in enumerate(series.recordings):
        stimulus, subject = one.stimulus, one.subject
        beside = measured.get((one.source.path, one.source.record))
        row = {
            "patient_id": subject.id,
            "ear": subject.ear,
            "series_id": f"{subject.id} {identity}",
            "record": number,
            "species": subject.species,
            "age_years": subject.age_years,
            "age_weeks": subject.age_weeks,
            "sex": subject.sex,
            "stimulus": stimulus.kind,
            "frequency_hz": stimulus.frequency_hz,
            "level_db": one.level_db,
            "level_reference": stimulus.level_reference,
            "rate_hz": stimulus.rate_hz,
            "polarity": stimulus.polarity,
            "transducer": stimulus.transducer,
            "sweeps": one.sweeps,
            "residual_noise_nv": None if beside is None else beside.residual_noise_nv,
            "fmp": None if beside is None else beside.fmp,
            "synthetic": False,
            "weight": 1.0,
            "loss_type": loss_class,
            **marks.get(one.level_db, {}),
        }
        rows.append((identity, one, row))
    return rows


def _write(path: Path, rows: Sequence[tuple[str, Recording, dict[str, Any]]]) -> Cohort:
    """Write on the recordings' own clock where they share one, else on that of the networks."""
    recordings = [recording for _, recording, _ in rows]
    clocks = {(r.sampling_rate_hz, r.onset_sample, r.n_samples) for r in recordings}
    if len(clocks) == 1:
        ((rate_hz, onset, n_samples),) = clocks
    else:
        last_ms = min(float(r.time_ms[-1]) for r in recordings)
        rate_hz, onset, n_samples = SAMPLING_RATE_HZ, ONSET_SAMPLE, samples_to_cover(last_ms)

    def placed(values: NDArray[np.float32], recording: Recording) -> NDArray[np.floating]:
        if len(clocks) == 1:
            return values
        return on_grid(values, recording.time_ms, n_samples)

    columns: dict[str, Any] = {
        column.name: [row.get(column.name) for _, _, row in rows] for column in COLUMNS
    }
    columns["waveform"] = [placed(r.waveform, r) for r in recordings]
    for name, half in (("half_a", 0), ("half_b", 1)):
        columns[name] = [
            None if r.halves is None else placed(r.halves[half], r) for r in recordings
        ]
    columns["sampling_rate_hz"] = [rate_hz] * len(rows)
    columns["onset_sample"] = [onset] * len(rows)
    with CohortWriter(
        path,
        n_samples=n_samples,
        sampling_rate_hz=rate_hz,
        onset_sample=onset,
        provenance={"exported": "corrections"},
    ) as writer:
        writer.append(columns)
    return Cohort.open(path)
