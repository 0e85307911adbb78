"""Small synthetic files of the binary and folder formats, written byte by byte.

Each builder makes its file from the published layout alone, without the reader it tests.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def response(
    n_samples: int, rate_hz: float, onset_sample: float, level_db: float
) -> NDArray[np.float64]:
    """A synthetic response in microvolts: three bumps that grow and come sooner with level."""
    time_ms = (np.arange(n_samples) - onset_sample) * 1000.0 / rate_hz
    late_ms = (90.0 - level_db) * 0.02
    waves = sum(
        size * np.exp(-0.5 * ((time_ms - at - late_ms) / 0.25) ** 2)
        for at, size in ((1.6, 0.3), (3.7, 0.4), (5.6, 1.0))
    )
    noise = np.random.default_rng(int(level_db) + 100).normal(0.0, 0.02, n_samples)
    return np.asarray(waves * level_db / 90.0 + noise)


def arf_bytes(
    records: list[dict[str, Any]],
    *,
    time: str = "q",
    points: str = "H",
    names: tuple[str, ...] = ("Freq", "Level", "Atten-A"),
    units: tuple[str, ...] = ("Hz", "dB", "dB"),
    subject: bytes = b"M7",
    ref1: bytes = b"Left Ear",
    siggen: bytes = b"TonePip.sig",
) -> bytes:
    """A BioSig file of one group; ``time="I"``, ``points="h"`` make it BioSigRP."""
    group_at = 6 + 800 + 8000 + 4 + 1
    padded = names + ("..........",) * (10 - len(names))
    group = struct.pack(
        f"<3h16s16s16s50s2{time}100s100s", 0, 0, len(records), subject, ref1, b"", b"",
        1_700_000_000, 1_700_000_100, siggen, b"",
    )  # fmt: skip
    group += b"".join(struct.pack("<15s", name.encode()) for name in padded)
    group += b"".join(
        struct.pack("<5s", unit.encode()) for unit in units + ("",) * (10 - len(units))
    )
    group += struct.pack("<fihi", 5.12, 0, 2, 0) + bytes(92)
    body, offsets = b"", []
    for index, record in enumerate(records):
        volts = np.asarray(record["volts"], dtype="<f4")
        offsets.append(group_at + len(group) + len(body))
        variables = tuple(record["variables"]) + (0.0,) * (10 - len(record["variables"]))
        period_us = record.get("period_us", 40.96)
        body += struct.pack(
            f"<2h{time}2hBc{points}5f3h2{time}10f", index, 0, 1_700_000_000, 0, index,
            record.get("channel", 1), b"\0", record.get("n_points", volts.size),
            record.get("delay_ms", 0.0), volts.size * period_us / 1000.0, period_us, 99.0,
            record.get("gain", 20.0), 1, record.get("sweeps", 512), record.get("rejected", 3),
            1_700_000_000, 1_700_000_001, *variables,
        )  # fmt: skip
        body += bytes(360) + volts.tobytes()
    header = struct.pack("<3h", 1, 1, len(records))
    header += struct.pack("<200i", group_at, *[0] * 199)
    header += struct.pack("<2000i", *offsets, *[0] * (2000 - len(offsets)))
    return header + bytes(4) + bytes(1) + group + body


def arf_records(levels: tuple[float, ...] = (80.0, 60.0, 40.0)) -> list[dict[str, Any]]:
    """Records of an 8 kHz tone; stored volts are a twentieth of the signal (Gain is 20)."""
    return [
        {
            "volts": response(244, 1e6 / 40.96, 0.0, level) * 1e-6 / 20.0,
            "variables": (8000.0, level, 90.0 - level),
        }
        for level in levels
    ]


def build_arf(folder: Path) -> Path:
    """A BioSigRZ file: one tone at three levels."""
    path = folder / "mouse7_tone.arf"
    path.write_bytes(arf_bytes(arf_records()))
    return path


def write_wfdb(
    folder: Path,
    name: str,
    microvolts: NDArray[np.float64],
    *,
    gain: str = "1.0000e-009/nV",
    scale: float = 1e-9,
    comment: str = "##<SPL>: 80 <Stim Freq (kHz)>:1 <Ear>: r <Total Trials Used>:1511 "
    "<wnsfmp>:4.1 <Condition>: Normal",
    data_file: str | None = None,
) -> Path:
    """A record with an ABR channel (``integers * scale`` microvolts) and an OAE channel."""
    integers = np.rint(microvolts / scale).astype("<i4")
    both = np.stack([integers, np.arange(integers.size, dtype="<i4")], axis=1)
    (folder / f"{name}.dat").write_bytes(both.tobytes())
    dat = data_file or f"{name}.dat"
    path = folder / f"{name}.hea"
    path.write_text(
        f"{name} 2 48000 {integers.size}\n{dat} 32 {gain} 32 0 0 0 0 ABR\n"
        f"{dat} 32 0.3/V 32 0 0 0 0 OAE\n{comment}"
    )
    return path


def build_wfdb(folder: Path) -> Path:
    """A WFDB record in earndb's grammar, its gain upside down as there."""
    return write_wfdb(folder, "N1_evoked_ave80_F1_R1", response(960, 48_000.0, 0.0, 80.0))


def psi_trials(
    n_each: int = 20, levels: tuple[float, ...] = (20.0, 80.0), hertz: tuple[float, ...] = (8000.0,)
) -> list[tuple[float, float, float, int]]:
    """Interleaved trials: time in s, frequency, level, polarity, 81 a second."""
    trials = []
    for repeat in range(n_each):
        for frequency in hertz:
            for level in levels:
                time_s = 0.1 + len(trials) / 81.0
                trials.append((time_s, frequency, level, 1 if repeat % 2 == 0 else -1))
    return trials


def write_psi(
    folder: Path,
    *,
    trials: list[tuple[float, float, float, int]] | None = None,
    rate_hz: float = 20_000.0,
    attributes: dict[str, Any] | None = None,
    microphonic_uv: float = 0.0,
    chunk: int = 8192,
) -> Path:
    """A raw folder: uncompressed zarr (format 2) of volts, and its trial list."""
    trials = psi_trials() if trials is None else trials
    path = folder / "mouse9 abr_io"
    zarr = path / "eeg.zarr"
    zarr.mkdir(parents=True)
    n_samples = int((trials[-1][0] + 0.1) * rate_hz)
    eeg = np.random.default_rng(1).normal(0.0, 0.5, n_samples)
    for time_s, _, level, polarity in trials:
        at = round(time_s * rate_hz)
        eeg[at : at + 240] += response(240, rate_hz, 0.0, level)
        eeg[at : at + 20] += polarity * microphonic_uv
    padded = np.zeros(-(-n_samples // chunk) * chunk, dtype="<f4")
    padded[:n_samples] = eeg * 1e-6
    for index in range(padded.size // chunk):
        (zarr / str(index)).write_bytes(padded[index * chunk : (index + 1) * chunk].tobytes())
    array = {
        "chunks": [chunk], "compressor": None, "dtype": "<f4", "fill_value": 0.0,
        "filters": None, "order": "C", "shape": [n_samples], "zarr_format": 2,
    }  # fmt: skip
    (zarr / ".zarray").write_text(json.dumps(array))
    settings = {"fs": rate_hz, "gain_correction": 1, "latency_correction": 0}
    (zarr / ".zattrs").write_text(json.dumps(settings | (attributes or {})))
    rows = ["," + "t0,target_tone_frequency,target_tone_level,target_tone_polarity,ordering,rate"]
    rows += [
        f"{index},{time_s:.8f},{frequency:g},{level:g},{polarity},interleaved_ramp,81"
        for index, (time_s, frequency, level, polarity) in enumerate(trials)
    ]
    (path / "erp_metadata.csv").write_text("\n".join(rows) + "\n")
    return path


def build_psi(folder: Path) -> Path:
    """A psi raw folder: an 8 kHz tone at two levels, 20 trials each."""
    return write_psi(folder)


def build_psi_averages(folder: Path) -> Path:
    """A psi table of averages: two frequencies, two levels, seconds and volts."""
    rate_hz, onset = 12_500.0, 12.0
    columns = [(f, level) for f in (4000.0, 8000.0) for level in (20.0, 80.0)]
    waves = [response(125, rate_hz, onset, level) * 1e-6 for _, level in columns]
    rows = [
        "frequency," + ",".join(f"{f}" for f, _ in columns),
        "level," + ",".join(f"{level}" for _, level in columns),
        "epoch_n," + ",".join("512" for _ in columns),
        "epoch_reject_ratio," + ",".join("0.01" for _ in columns),
        "time" + "," * len(columns),
    ]
    for index in range(125):
        cells = (f"{wave[index]!r}" for wave in (w.tolist() for w in waves))
        rows.append(f"{(index - onset) / rate_hz!r}," + ",".join(cells))
    path = folder / "mouse9 abr_io ABR average waveforms.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def edf_bytes(
    microvolts: NDArray[np.float64],
    annotations: list[tuple[float, str]],
    *,
    rate_hz: int = 8000,
    label: str = "EEG Cz-A2",
    unit: str = "uV",
    limit_uv: float = 3.2767,
    patient: str = "P5 F X X",
) -> bytes:
    """An EDF+C file of one-second records with one EEG and one annotation channel."""
    n_records = microvolts.size // rate_hz
    tal_bytes = 2000

    def column(*cells: object, width: int) -> bytes:
        return b"".join(str(cell).ljust(width)[:width].encode("latin-1") for cell in cells)

    header = column("0", width=8) + column(patient, "Startdate X X X X", width=80)
    header += column("01.01.24", "10.00.00", 256 * 3, width=8) + column("EDF+C", width=44)
    header += column(n_records, 1, width=8) + column(2, width=4)
    header += column(label, "EDF Annotations", width=16) + column("", "", width=80)
    header += column(unit, "", width=8)
    header += column(-limit_uv, -1, width=8) + column(limit_uv, 1, width=8)
    header += column(-32767, -32768, width=8) + column(32767, 32767, width=8)
    header += column("", "", width=80) + column(rate_hz, tal_bytes // 2, width=8)
    header += column("", "", width=32)
    integers = np.clip(np.rint(microvolts / limit_uv * 32767), -32767, 32767).astype("<i2")
    body = b""
    for record in range(n_records):
        tal = f"+{record}\x14\x14\0".encode()
        for time_s, text in annotations:
            if record <= time_s < record + 1:
                tal += f"+{time_s:.6f}\x14{text}\x14\0".encode()
        assert len(tal) <= tal_bytes
        body += integers[record * rate_hz : (record + 1) * rate_hz].tobytes()
        body += tal.ljust(tal_bytes, b"\0")
    return header + body


def eeg_with_responses(
    stimuli: list[tuple[float, float]], n_seconds: int = 3, rate_hz: int = 8000
) -> NDArray[np.float64]:
    """EEG in microvolts with a response at each ``(time in s, level in dB)``."""
    eeg = np.random.default_rng(2).normal(0.0, 0.3, n_seconds * rate_hz)
    for time_s, level in stimuli:
        at = round(time_s * rate_hz)
        eeg[at : at + 96] += response(96, rate_hz, 0.0, level)
    return np.asarray(eeg)


def build_mne(folder: Path) -> Path:
    """An EDF+ file whose annotations name clicks at two levels, 20 stimuli a second."""
    stimuli = [(0.1 + k * 0.05, 40.0 if k % 2 else 80.0) for k in range(56)]
    annotations = [(time_s, f"click {level:g} dB nHL") for time_s, level in stimuli]
    path = folder / "ear.edf"
    path.write_bytes(edf_bytes(eeg_with_responses(stimuli), annotations))
    return path


BUILDERS: dict[str, Callable[[Path], Path]] = {
    "arf": build_arf,
    "wfdb": build_wfdb,
    "psi": build_psi,
    "psi-averages": build_psi_averages,
    "mne": build_mne,
}
