"""``evoscope abr inspect``."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from evoscope.abr.formats import group
from evoscope.abr.recording import Recording, Series
from evoscope.abr.report import words
from evoscope.cli.console import print_table, say
from evoscope.cli.inputs import read_inputs
from evoscope.cli.usage_error import UsageError


def run_inspect(paths: Sequence[str], *, json: bool) -> int:
    """Read and describe; return 1 when some inputs failed."""
    if not paths:
        raise UsageError("There should be at least one file or folder to inspect. Found none.")
    inputs = read_inputs(paths)
    described = [describe(series) for series in group(inputs.recordings)]
    if json:
        found = {
            "series": described,
            "errors": [error.model_dump() for error in inputs.errors],
            "skipped": [skipped.model_dump() for skipped in inputs.skipped],
        }
        sys.stdout.write(json_module.dumps(found, ensure_ascii=False, indent=2) + "\n")
    else:
        for one in described:
            print_table(one["name"], ("What", "Understood as"), _rows(one))
        for skipped in inputs.skipped:
            say(f"skipped {skipped.file}: {skipped.why}")
    for error in inputs.errors:
        say(f"evoscope: {error.file}: {error.reason} {error.hint}".rstrip())
    return 1 if inputs.errors else 0


def describe(series: Series) -> dict[str, Any]:
    """Say what was understood of a series, as JSON-ready values; ``None`` where nothing is said."""
    recordings = series.recordings
    first = recordings[0]
    sizes = [float(np.ptp(r.waveform)) for r in recordings]
    warnings = {text: None for r in recordings for text in r.warnings}
    sweeps = [r.sweeps for r in recordings if r.sweeps is not None]
    return {
        "name": series.name,
        "files": sorted({r.source.path for r in recordings}),
        "formats": sorted({r.source.format for r in recordings}),
        "subject": first.subject.id,
        "ear": first.subject.ear,
        "species": first.subject.species,
        "stimulus": first.stimulus.label,
        "frequency_hz": first.stimulus.frequency_hz,
        "transducer": first.stimulus.transducer,
        "rate_hz": first.stimulus.rate_hz,
        "polarities": sorted({r.stimulus.polarity for r in recordings}),
        "levels_db": list(series.levels_db),
        "level_reference": first.stimulus.level_reference,
        "recordings": len(recordings),
        "sweeps": [min(sweeps), max(sweeps)] if sweeps else None,
        "sampling_rates_hz": sorted({round(r.sampling_rate_hz, 3) for r in recordings}),
        "window_ms": [
            round(min(float(r.time_ms[0]) for r in recordings), 3),
            round(max(float(r.time_ms[-1]) for r in recordings), 3),
        ],
        "time_zero": sorted({r.onset_source for r in recordings}),
        "peak_to_peak_uv": [round(min(sizes), 4), round(max(sizes), 4)],
        "parts": sorted({_parts(r) for r in recordings}),
        "warnings": list(warnings),
    }


def _parts(recording: Recording) -> str:
    if recording.epochs is not None:
        return "single trials"
    return "half-averages" if recording.halves is not None else "average only"


def _rows(one: dict[str, Any]) -> list[tuple[str, str]]:
    levels = ", ".join(words.level(level) for level in one["levels_db"])
    low, high = one["window_ms"]
    small, large = one["peak_to_peak_uv"]
    files = one["files"]
    rate = one["rate_hz"]
    rows = [
        ("file" if len(files) == 1 else f"{len(files)} files", "\n".join(files)),
        ("format", ", ".join(one["formats"])),
        ("species", one["species"]),
        ("stimulus", one["stimulus"]),
        ("polarity", ", ".join(one["polarities"])),
        ("transducer", one["transducer"]),
        ("rate", "not stated" if rate is None else f"{rate:g} per second"),
        ("levels", f"{levels} {words.decibel(one['level_reference'])}"),
        ("level reference", one["level_reference"]),
        ("recordings", str(one["recordings"])),
        ("sweeps", _range(one["sweeps"])),
        ("sampling rate", ", ".join(f"{rate:g} Hz" for rate in one["sampling_rates_hz"])),
        ("window", f"{low:g} to {high:g} ms, time zero: {', '.join(one['time_zero'])}"),
        ("size", f"{small:.3g} to {large:.3g} \N{MICRO SIGN}V peak to peak"),
        ("parts", ", ".join(one["parts"])),
    ]
    return [*rows, *(("warning", text) for text in one["warnings"])]


def _range(ends: list[int] | None) -> str:
    if ends is None:
        return "not stated"
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
