"""The marginals of a simulated clinic, by the names of ``targets``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.simulation.columns import Columns

_KEPT = (
    "patient_id", "loss_type", "level_db", "rate_hz", "age_years", "fmp", "residual_noise_nv",
    *(f"marked_{w}_{what}" for w in ("I", "III", "V")
      for what in ("present", "latency_ms", "amplitude_uv")),
)  # fmt: skip


def gather(patients: Iterable[Columns]) -> dict[str, NDArray[Any]]:
    """Collect the scalar columns of many patients; waveforms become their sums."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in _KEPT}
    sums: list[NDArray[np.float64]] = []
    for columns in patients:
        for name in _KEPT:
            parts[name].append(np.asarray(columns[name]))
        wave = columns["waveform"].astype(np.float64)
        sums.append(np.array([wave.size, wave.sum(), np.square(wave).sum()]))
    found: dict[str, NDArray[Any]] = {k: np.concatenate(v) for k, v in parts.items()}
    found["sums"] = np.sum(sums, axis=0)
    return found


def clinic_marginals(table: dict[str, NDArray[Any]]) -> dict[str, float]:
    """Return every marginal of ``targets.CLINIC_TARGETS`` that the cohort has."""
    loss, fmp, noise = table["loss_type"], table["fmp"], table["residual_noise_nv"]
    _, first, per_patient = np.unique(table["patient_id"], return_index=True, return_counts=True)
    size, total, squares = table["sums"]
    out = {
        "recordings": float(loss.size),
        "recordings per patient, mean": float(per_patient.mean()),
        "recordings per patient, median": float(np.median(per_patient)),
        "recordings per patient, largest": float(per_patient.max()),
        "Fmp > 3.1, %": _percent(fmp > 3.1),
        "residual noise, mean nV": float(noise.mean()),
        "residual noise, SD nV": float(noise.std()),
        "signal SD, uV": float(np.sqrt(squares / size - (total / size) ** 2)),
        "age, mean years": float(np.nanmean(table["age_years"])),
        "age, SD years": float(np.nanstd(table["age_years"])),
        "age missing, %": _percent(np.isnan(table["age_years"])),
        "level, mean dB": float(table["level_db"].mean()),
        "level, SD dB": float(table["level_db"].std()),
    }
    clear = fmp > 3.0
    for name in np.unique(loss):
        of_class = loss == name
        marked = table["marked_V_present"][of_class]
        out[f"patients, {name}"] = float((loss[first] == name).sum())
        out[f"recordings, {name}, %"] = _percent(of_class)
        out[f"V marked, {name}, %"] = _percent(marked)
        if (of_class & clear).any():
            out[f"V marked at Fmp > 3, {name}, %"] = _percent(marked[clear[of_class]])
    for quantile in (5, 25, 50, 75, 90, 95, 99):
        out[f"Fmp, {quantile} %"] = float(np.percentile(fmp, quantile))
    for level in range(0, 101, 5):
        out[f"level {level} dB, %"] = _percent(table["level_db"] == level)
    for rate in np.unique(table["rate_hz"]):
        out[f"rate {rate:g} /s, %"] = _percent(table["rate_hz"] == rate)
    for wave in ("I", "III", "V"):
        marked = table[f"marked_{wave}_present"].astype(bool)
        out[f"{wave} marked, %"] = _percent(marked)
        for what, name in (("latency_ms", "latency"), ("amplitude_uv", "amplitude")):
            unit = "ms" if name == "latency" else "uV"
            values = table[f"marked_{wave}_{what}"]
            out |= _moments(f"{wave} {name}", values[marked], unit)
            if wave == "V":
                chosen = marked & clear & (loss == "normal")
                out |= _moments(f"V {name}, normal at Fmp > 3", values[chosen], unit)
    return out


def _moments(name: str, values: NDArray[np.float64], unit: str) -> dict[str, float]:
    if values.size == 0:
        return {}
    return {
        f"{name}, mean {unit}": float(values.mean()),
        f"{name}, SD {unit}": float(values.std()),
        f"{name}, least {unit}": float(values.min()),
        f"{name}, most {unit}": float(values.max()),
    }


def _percent(which: NDArray[Any]) -> float:
    return 100.0 * float(np.mean(which.astype(bool)))
