"""The real recordings with thresholds read by people: found, read, matched with their labels."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from evoscope.abr.formats import read
from evoscope.abr.recording import Series

VARIABLE = "EVOSCOPE_REALDATA"


@dataclass(frozen=True, eq=False)
class Labelled:
    """A series with the threshold people gave it.

    Attributes:
        name: what the table calls it.
        animal: subject: the group intervals resample.
        series: the recordings.
        threshold_db: label in dB.
    """

    name: str
    animal: str
    series: Series
    threshold_db: float


def real_folder() -> Path:
    """Return the folder of real ABR recordings.

    Raises:
        SystemExit: the variable is unset or names no folder.
    """
    named = os.environ.get(VARIABLE)
    if not named or not (Path(named) / "abr").is_dir():
        raise SystemExit(
            f"{VARIABLE} should name the folder that holds abr/ with the real recordings. "
            f"Found {named!r}."
        )
    return Path(named) / "abr"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a label table; comment lines are left out."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def human_clicks(folder: Path) -> list[Labelled]:
    """Two ears, IHS; the label is the median of five experts."""
    where = folder / "human_click_ihs"
    readings: dict[str, list[float]] = {}
    for row in rows_of(where / "expert_thresholds.csv"):
        readings.setdefault(row["subject"], []).append(float(row["threshold_all_sweeps_db"]))
    return [
        Labelled(key, key, series, median(readings[key]))
        for series in read(where / "txt")
        for key in [series.recordings[0].subject.id.split("_")[0]]
    ]


def mouse_arf(folder: Path) -> list[Labelled]:
    """Seven mice x five frequencies, single averages; one reader.

    Mice are matched by file name: one mouse's files carry another number inside.
    """
    where = folder / "mouse_tdt_samp8"
    labels = {
        (row["mouse"], float(row["freq_hz"])): float(row["threshold_db"])
        for row in rows_of(where / "manual_thresholds.csv")
    }
    found = []
    for series in read(where / "arf"):
        frequency = series.recordings[0].stimulus.frequency_hz
        match = re.search(r"_(\d{4})_", Path(series.recordings[0].source.path).name)
        if match is None or frequency is None:
            continue
        key = (match[1], frequency)
        found.append(Labelled(f"{key[0]} {frequency:g} Hz", key[0], series, labels[key]))
    return found


def mouse_trials(folder: Path) -> list[Labelled]:
    """One mouse, eight frequencies, single trials; one reader."""
    where = folder / "mouse_psi"
    labels = {
        float(row["frequency"]): float(row["manual_threshold"])
        for row in rows_of(where / "manual_thresholds.csv")
    }
    return [
        Labelled(f"{frequency:g} Hz", f"{frequency:g}", series, labels[frequency])
        for series in read(next(where.glob("*abr_io")))
        for frequency in [series.recordings[0].stimulus.frequency_hz or 0.0]
    ]


def human_tones(folder: Path, readings: Path) -> list[Labelled]:
    """Four ears x two frequencies, two replicates; the label is this project's own reading."""
    labels = {
        (row["subject"], float(row["frequency_hz"])): float(row["threshold_db"])
        for row in rows_of(readings)
    }
    return [
        Labelled(series.name, subject, series, labels[subject, frequency])
        for series in read(folder / "human_tone_wfdb")
        for subject in [series.recordings[0].subject.id]
        for frequency in [series.recordings[0].stimulus.frequency_hz or 0.0]
    ]
