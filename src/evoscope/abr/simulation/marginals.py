"""The marginals of a simulated clinic, by the names of ``targets``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.simulation.columns import Columns

_KEPT = (
    "patient_id", "loss_type", "level_db", "rate_hz", "age_years", "fmp", "residual_noise_nv",
    "weight",
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
        sums.append(weighted_sums(wave, np.asarray(columns["weight"])))
    found: dict[str, NDArray[Any]] = {k: np.concatenate(v) for k, v in parts.items()}
    found["sums"] = np.sum(sums, axis=0)
    return found


def weighted_sums(waves: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Number of samples, their sum and the sum of their squares, each row by its weight.

    Example:
        >>> weighted_sums(np.array([[1.0, 3.0]]), np.array([2.0])).tolist()
        [4.0, 8.0, 20.0]
    """
    rows = [np.full(len(waves), waves.shape[1]), waves.sum(axis=1), np.square(waves).sum(axis=1)]
    return np.asarray(np.stack(rows) @ weight)


def clinic_marginals(table: dict[str, NDArray[Any]]) -> dict[str, float]:
    """Return every marginal of ``targets.CLINIC_TARGETS`` that the cohort has.

    Rows count by their ``weight``, which is 1 in an ordinary clinic: the marginals of an enriched
    one are those of the clinic that it was made from.
    """
    loss, fmp, noise = table["loss_type"], table["fmp"], table["residual_noise_nv"]
    weight = np.asarray(table["weight"], dtype=np.float64)
    _, first, per_patient = np.unique(table["patient_id"], return_index=True, return_counts=True)
    of_patient = weight[first]
    size, total, squares = table["sums"]
    aged = ~np.isnan(table["age_years"])
    age_mean, age_sd = _mean_and_sd(table["age_years"][aged], weight[aged])
    noise_mean, noise_sd = _mean_and_sd(noise, weight)
    level_mean, level_sd = _mean_and_sd(table["level_db"], weight)
    out = {
        "recordings": float(weight.sum()),
        "recordings per patient, mean": float(np.average(per_patient, weights=of_patient)),
        "recordings per patient, median": _percentile(per_patient, of_patient, 50.0),
        "recordings per patient, largest": float(per_patient.max()),
        "Fmp > 3.1, %": _percent(fmp > 3.1, weight),
        "residual noise, mean nV": noise_mean,
        "residual noise, SD nV": noise_sd,
        "signal SD, uV": float(np.sqrt(squares / size - (total / size) ** 2)),
        "age, mean years": age_mean,
        "age, SD years": age_sd,
        "age missing, %": _percent(~aged, weight),
        "level, mean dB": level_mean,
        "level, SD dB": level_sd,
    }
    clear = fmp > 3.0
    marked_v = table["marked_V_present"].astype(bool)
    for name in np.unique(loss):
        of_class = loss == name
        out[f"patients, {name}"] = float(of_patient[loss[first] == name].sum())
        out[f"recordings, {name}, %"] = _percent(of_class, weight)
        out[f"V marked, {name}, %"] = _percent(marked_v[of_class], weight[of_class])
        if (of_class & clear).any():
            out[f"V marked at Fmp > 3, {name}, %"] = _percent(
                marked_v[of_class & clear], weight[of_class & clear]
            )
    for quantile in (5, 25, 50, 75, 90, 95, 99):
        out[f"Fmp, {quantile} %"] = _percentile(fmp, weight, quantile)
    for level in range(0, 101, 5):
        out[f"level {level} dB, %"] = _percent(table["level_db"] == level, weight)
    for rate in np.unique(table["rate_hz"]):
        out[f"rate {rate:g} /s, %"] = _percent(table["rate_hz"] == rate, weight)
    for wave in ("I", "III", "V"):
        marked = table[f"marked_{wave}_present"].astype(bool)
        out[f"{wave} marked, %"] = _percent(marked, weight)
        for what, name in (("latency_ms", "latency"), ("amplitude_uv", "amplitude")):
            unit = "ms" if name == "latency" else "uV"
            values = table[f"marked_{wave}_{what}"]
            out |= _moments(f"{wave} {name}", values[marked], weight[marked], unit)
            if wave == "V":
                chosen = marked & clear & (loss == "normal")
                name = f"V {name}, normal at Fmp > 3"
                out |= _moments(name, values[chosen], weight[chosen], unit)
    return out


def _moments(
    name: str, values: NDArray[np.float64], weight: NDArray[np.float64], unit: str
) -> dict[str, float]:
    if values.size == 0:
        return {}
    mean, sd = _mean_and_sd(values, weight)
    return {
        f"{name}, mean {unit}": mean,
        f"{name}, SD {unit}": sd,
        f"{name}, least {unit}": float(values.min()),
        f"{name}, most {unit}": float(values.max()),
    }


def _mean_and_sd(values: NDArray[Any], weight: NDArray[np.float64]) -> tuple[float, float]:
    if values.size == 0:
        return float("nan"), float("nan")
    mean = float(np.average(values, weights=weight))
    return mean, float(np.sqrt(np.average(np.square(values - mean), weights=weight)))


def _percentile(values: NDArray[Any], weight: NDArray[np.float64], percent: float) -> float:
    """Percentile between the middles of the rows' weights: ``np.percentile`` of equal weights."""
    order = np.argsort(values, kind="stable")
    steps = weight[order]
    middle = np.cumsum(steps) - 0.5 * steps
    span = middle[-1] - middle[0]
    if span == 0.0:
        return float(values[0])
    return float(np.interp(percent / 100.0, (middle - middle[0]) / span, values[order]))


def _percent(which: NDArray[Any], weight: NDArray[np.float64]) -> float:
    return 100.0 * float(np.average(which.astype(bool), weights=weight))
