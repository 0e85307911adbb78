"""Writing recordings as plain CSV (the format :mod:`evoscope.abr.formats.plain_csv` documents)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.text import write_atomically
from evoscope.abr.recording import Recording

_Cell = str | float | int | bool | None

_FIELDS: dict[str, Callable[[Recording], _Cell]] = {
    "level_db": lambda r: r.level_db,
    "level_reference": lambda r: r.stimulus.level_reference,
    "stimulus": lambda r: r.stimulus.kind,
    "frequency_hz": lambda r: r.stimulus.frequency_hz,
    "rate_hz": lambda r: r.stimulus.rate_hz,
    "polarity": lambda r: r.stimulus.polarity,
    "transducer": lambda r: r.stimulus.transducer,
    "tube_delay_ms": lambda r: r.stimulus.tube_delay_ms,
    "tube_delay_included": lambda r: r.stimulus.tube_delay_included,
    "duration_ms": lambda r: r.stimulus.duration_ms,
    "masking_db": lambda r: r.stimulus.masking_db,
    "subject": lambda r: r.subject.id,
    "ear": lambda r: r.subject.ear,
    "species": lambda r: r.subject.species,
    "sex": lambda r: r.subject.sex,
    "age_years": lambda r: r.subject.age_years,
    "age_weeks": lambda r: r.subject.age_weeks,
    "sweeps": lambda r: r.sweeps,
    "sweeps_rejected": lambda r: r.sweeps_rejected,
    "high_pass_hz": lambda r: r.band_hz[0] if r.band_hz else None,
    "low_pass_hz": lambda r: r.band_hz[1] if r.band_hz else None,
    "sampling_rate_hz": lambda r: r.sampling_rate_hz,
    "onset_ms": lambda r: r.onset_sample * 1000.0 / r.sampling_rate_hz,
    "onset_source": lambda r: r.onset_source,
}


def write_csv(recordings: Iterable[Recording], path: Path | str) -> Path:
    """Write recordings, with half-averages and all they state, as a plain CSV.

    Reading the file gives them back: samples bit by bit, everything else equal. Single trials
    and warnings are not written.

    Args:
        recordings: recordings or a series; sampling rates and lengths may differ.
        path: the file; ``.gz`` is gzipped. Written whole or not at all.

    Raises:
        ValueError: no recordings, or fewer than 16 samples (not recognisable as waveforms).

    Example:
        >>> import tempfile
        >>> from evoscope.abr.recording import Source, Stimulus, Subject
        >>> rec = Recording(waveform=np.arange(20) / 3, sampling_rate_hz=20_000, onset_sample=2.5,
        ...                 stimulus=Stimulus(kind="click", level_db=60), subject=Subject(id="a"),
        ...                 source=Source(path="x", format="made"))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_csv([rec], folder + "/a.csv").name
        'a.csv'
    """
    records = list(recordings)
    length = max((r.n_samples for r in records), default=0)
    if length < 16:
        raise ValueError(
            f"A waveform table should have recordings of at least 16 samples. Found {length}."
        )
    out = io.StringIO()
    out.write("# evoscope waveforms\n# units: uV\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["record", "half", *_FIELDS, *range(length)])
    for number, recording in enumerate(records):
        fields = [_text(get(recording)) for get in _FIELDS.values()]
        parts = {"average": recording.waveform}
        if recording.halves is not None:
            parts |= {"A": recording.halves[0], "B": recording.halves[1]}
        for half, samples in parts.items():
            writer.writerow([number, half, *fields, *_samples(samples, length)])
    return write_atomically(path, out.getvalue(), "utf-8")


def _text(value: _Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return " ".join(value.split())  # a line break would end the row
    return repr(value) if isinstance(value, int) else repr(float(value))


def _samples(samples: NDArray[np.float32], length: int) -> list[str]:
    # Nine significant digits give every float32 back.
    return [f"{value:.9g}" for value in samples.tolist()] + [""] * (length - samples.size)
