"""Small synthetic files of the text formats, written from their layouts without the writers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.recording import Recording, Source, Stimulus, Subject

Samples = NDArray[np.float64]


def response(n_samples: int, rate_hz: float, onset: float, level_db: float) -> Samples:
    """A response in microvolts that grows and comes sooner with level, in a little noise."""
    time_ms = (np.arange(n_samples) - onset) * 1000.0 / rate_hz
    wave = np.exp(-0.5 * ((time_ms - 8.0 + level_db / 40.0) / 0.3) ** 2)
    noise = np.random.default_rng(int(level_db) + 500).normal(0.0, 0.02, n_samples)
    return np.asarray(wave * level_db / 100.0 + noise)


def recording(level_db: float = 60.0, **changes: Any) -> Recording:
    """A recording in memory, for writers and grouping."""
    n, rate = changes.pop("n", 240), changes.get("sampling_rate_hz", 20_000.0)
    a = response(n, rate, 20, level_db) + 0.01 * np.cos(np.arange(n))
    b = response(n, rate, 20, level_db) - 0.01 * np.cos(np.arange(n))
    fields: dict[str, Any] = {
        "waveform": ((a + b) / 2).astype(np.float32),
        "halves": np.stack([a, b]).astype(np.float32),
        "sampling_rate_hz": rate,
        "onset_sample": 20.0,
        "stimulus": Stimulus(kind="click", level_db=level_db, rate_hz=37.1),
        "subject": Subject(id="S1", ear="right", species="human"),
        "source": Source(path="made/s1.txt", format="made"),
        "sweeps": 2000,
        "sweeps_rejected": 3,
        "band_hz": (100.0, 3000.0),
    }
    return Recording(**fields | changes)


def ihs_text(
    records: Sequence[dict[str, Any]],
    *,
    n_points: int = 256,
    ad_volts: float = 10.0,
    columns: Sequence[str] = (
        "Average", "Average(uV)", "Buffer1", "Buffer1(uV)", "Buffer2", "Buffer2(uV)",
    ),
    comment: bool = False,
) -> str:  # fmt: skip
    """A SmartEP export; a record is ``level, period_us, zero, a, b, padding, freq``."""
    width = len(columns)

    def row(name: str, values: Sequence[object]) -> str:
        return f"{name}," + "".join(f"{value}" + "," * width for value in values)

    n = len(records)
    get = lambda key, default: [r.get(key, default) for r in records]  # noqa: E731
    lines = [
        row("Identifier:", ["TEST"] * n),
        row("File Name:", ["X"] * n),
        row("Ear:", get("ear", "R")),
        row("Intensity:", get("level", 60)),
        row("Stim. Rate:", [" 37.10"] * n),
        row("Sweeps:", get("sweeps", 1000)),
        row("Artifacts:", [7] * n),
        row("Smp. Period:", get("period_us", "50.00")),
        row("Amp. Gain:", ["100.00"] * n),
        row("Low Pass:", ["3000.00"] * n),
        row("High Pass:", ["100.00"] * n),
        row("Stim. Freq.", get("freq", 0)),
        row("Masking:", [0] * n),
        row("Zero Position:", get("zero", 21)),
        *([row("Comment:", ["quiet"] * n)] if comment else []),
        "Data Pnt:," + "".join(f"{name}:," for _ in records for name in columns),
    ]
    blocks = []
    for r in records:
        scale = ad_volts * 1e6 / (r.get("sweeps", 1000) * 32767 * 100.0 * 1000.0)
        base = response(
            n_points, 1e6 / float(r.get("period_us", 50)), r.get("zero", 21), r["level"]
        )
        a, b = (np.rint((base + x) / (2 * scale)) for x in (0.01, -0.01))
        if r.get("padding"):
            a[: r["padding"]] = b[: r["padding"]] = 0
        counts = {"Average": (a + b, scale), "Buffer1": (a, 2 * scale), "Buffer2": (b, 2 * scale)}
        blocks.append(
            np.stack(
                [
                    counts[c.removesuffix("(uV)")][0]
                    * (counts[c.removesuffix("(uV)")][1] if "uV" in c else 1)
                    for c in columns
                ],
                axis=1,
            )
        )
    for point in range(n_points):
        cells = [
            f"{value:10.4f}" if "uV" in name else f"{value:8.0f}"
            for block in blocks
            for name, value in zip(columns, block[point], strict=True)
        ]
        lines.append(f"{point + 1:4d}," + "".join(f"{cell}," for cell in cells))
    return "\n".join(lines) + "\n"


def epl_text(
    levels: Sequence[float] = (20, 40, 60, 80),
    *,
    frequency: str = "16.00",
    extra_zero_columns: int = 0,
    end: str = "\r\n",
    n: int = 300,
) -> str:
    """A CFTS level sweep."""
    columns = [response(n, 100_000.0, 0, level) for level in levels]
    columns += [np.zeros(n)] * extra_zero_columns
    rows = ["\t".join(f"{v: .6f}" for v in row) for row in np.stack(columns, axis=1)]
    header = [
        ":RUN-3\tLEVEL SWEEP\tTEMP:37.0\t1/1/2001\t8:03 AM\t0.1HR:",
        f":SW EAR: L\tSW FREQ: {frequency}\t# AVERAGES: 512\tREP RATE (/sec): 40\t"
        "DRIVER: x\tSAMPLE (µsec): 10\t",
        ":NOTES-",
        ":LEVELS:" + "".join(f"{level:g};" for level in levels),
        ":DATA",
    ]
    return end.join([*header, *rows, "", ""])


def biosig_ascii(
    groups: Sequence[tuple[str, Sequence[dict[str, float]]]], *, n: int = 64, onset_ms: float = 0
) -> str:
    """BioSig ASCII; a group is ``(signal file, its records' variables)``."""
    lines: list[str] = []
    for number, (signal, records) in enumerate(groups):
        lines += [
            "ABR Group Header  ==================================",
            f"    Group Number: {number}",
            f"         Records: {len(records)}",
            f"  SigGen File #1: {signal}",
            "      Subject ID: M12",
            "    Reference #1: 20201208",
            "    Reference #2: left ear",
            "----------------------------------------------------",
        ]
        for index, variables in enumerate(records):
            volts = response(n, 24414.0625, 0, variables["Level"]) * 1e-6
            lines += [
                "",
                f"   Record Number: {index}",
                f"   Aqu. Duration: {n * 0.04096:g} ms",
                f"     Onset Delay: {onset_ms:g} ms",
                f"      No. Points: {n}",
                "    No. Averages: 512",
                "   No. Artifacts: 2",
                "      Start Time: Tue Dec 08 22:14",
                "       Variables: ",
                *(
                    f"                  {name} = {value:g} {'Hz' if name == 'Freq' else 'dB'}"
                    for name, value in variables.items()
                ),
                *(f"{v:.5e}".replace("e-0", "e-00") for v in volts),
            ]
    return "\r\n".join(lines) + "\r\n"


def biosig_table(
    levels: Sequence[float] = (20, 50, 80),
    *,
    unit: str = "uv",
    frequency: str | None = "8000.0",
    preamble: str = "",
    channels: Sequence[int] = (1,),
    n: int = 40,
) -> str:
    """BioSigRZ CSV; ``frequency=None`` leaves the column out, as click files do."""
    named = [] if frequency is None else ["Freq(Hz)"]
    header = [
        "SGI", "Rec No.", "Gain", "No. Avgs", "No. Arts", "Time", "Chan", "Sub. ID", "Sub. Memo",
        "", *named, "Level(dB)", "Duration(ms)", "", "T1(ms)", f"V1({unit})", "", "Samp. Per.",
        "No. Samps.", "O.S. Time", f"Data({unit})...", *map(str, range(n)), "",
    ]  # fmt: skip
    rows = [preamble + ",".join(header)]
    for index, (level, channel) in enumerate((v, c) for v in levels for c in channels):
        samples = response(n, 24414.0625, 0, level) * {"uv": 1, "nv": 1000}.get(unit, 1)
        shown = [] if frequency is None else [frequency]
        rows.append(
            ",".join(
                [
                    *(str(v) for v in (1, index, 20, 512, 4, 1713164793, channel, 55, "", "")),
                    *shown, f"{level}", "5.0", "", "-1.0", "0.0", "", "40.96", str(n), "1.0", "",
                    *(repr(float(v)) for v in samples), "",
                ]
            )
        )  # fmt: skip
    return "\n".join(rows) + "\n"


def plain_rows(levels: Sequence[float] = (20, 50, 80), *, n: int = 200, top: str = "") -> str:
    """A plain CSV with a waveform per row."""
    top = top or "# sampling_rate_hz: 20000\n# onset_ms: 1\n# level_reference: nHL\n"
    header = "level_db,frequency_hz," + ",".join(map(str, range(n)))
    rows = [
        f"{level:g},4000," + ",".join(f"{v:.5f}" for v in response(n, 20_000.0, 20, level))
        for level in levels
    ]
    return top + "\n".join([header, *rows]) + "\n"


def _write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


BUILDERS: dict[str, Callable[[Path], Path]] = {
    "ihs": lambda folder: _write(
        folder, "P1-60db.TXT", ihs_text([{"level": 60}, {"level": 60, "period_us": 25, "zero": 40}])
    ),
    "epl": lambda folder: _write(folder, "ABR-7-3", epl_text(), "latin-1"),
    "biosig_text": lambda folder: _write(
        folder,
        "m12.txt",
        biosig_ascii(
            [
                ("Tone", [{"Freq": 8000, "Level": 80}, {"Freq": 8000, "Level": 40}]),
                ("Click", [{"Level": 90}]),
            ]
        ),
    ),
    "biosig_csv": lambda folder: _write(folder, "55.csv", biosig_table()),
    "csv": lambda folder: _write(folder, "rows.csv", plain_rows()),
}
