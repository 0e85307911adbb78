"""Wave V of normal grown-up ears over level, beside the published tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.fit.document import FEWEST_EARS, CurvePoint
from evoscope.abr.benchmark.fit.table import Table
from evoscope.abr.norms import amplitude, latency, person

ADULT_YEARS = 18.0
AMPLITUDE_LEVELS_DB = (20.0, 40.0, 60.0)
"""Levels of Elberling, Callo & Don 2010."""


def normal_adult_clicks(table: Table) -> pd.DataFrame:
    """True wave V of normal adult ears to clicks, moved to a young adult at 17/s.

    The effects of age, sex and rate are taken out as published (``norms.person``), so that ears
    meet the tables at the tables' own conditions. Columns: ear, level_db, latency_ms,
    amplitude_uv.
    """
    frame = table.frame
    years = frame["age_weeks"].div(person.WEEKS_PER_YEAR).fillna(frame["age_years"])
    chosen = (
        (frame["species"] == "human")
        & (frame["loss_type"] == "normal")
        & (frame["stimulus"] == "click")
        & frame["wave_V_present"]
        & (years >= ADULT_YEARS)
    )
    shown = frame[chosen]
    rows = [
        (f"{patient} {ear}", level, ms - _delay_ms(age, sex, rate), uv / _factor(age, sex, rate))
        for patient, ear, level, ms, uv, age, sex, rate in zip(
            shown["patient_id"], shown["ear"], shown["level_db"], shown["wave_V_latency_ms"],
            shown["wave_V_amplitude_uv"], years[chosen], shown["sex"], shown["rate_hz"],
            strict=True,
        )
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["ear", "level_db", "latency_ms", "amplitude_uv"])


def _delay_ms(age_years: float, sex: str, rate_hz: float) -> float:
    return person.delay_ms("V", age_weeks=None, age_years=age_years, sex=sex, rate_hz=rate_hz)


def _factor(age_years: float, sex: str, rate_hz: float) -> float:
    return person.amplitude_factor(
        "V", age_weeks=None, age_years=age_years, sex=sex, rate_hz=rate_hz
    )


def latency_curve(ears: pd.DataFrame) -> tuple[CurvePoint, ...]:
    """Latency at every level of the cohort over the mean of the published tables."""
    return tuple(
        _point(ears, float(level), "latency_ms") for level in np.unique(ears["level_db"].to_numpy())
    )


def amplitude_curve(ears: pd.DataFrame) -> tuple[CurvePoint, ...]:
    """Amplitude at the levels of Elberling, Callo & Don 2010."""
    tested = set(ears["level_db"])
    return tuple(_point(ears, x, "amplitude_uv") for x in AMPLITUDE_LEVELS_DB if x in tested)


def _point(ears: pd.DataFrame, level_db: float, column: str) -> CurvePoint:
    here = ears[ears["level_db"] == level_db]
    norm = (latency if column == "latency_ms" else amplitude)(
        "V",
        level_db=level_db,
        stimulus="click",
        frequency_hz=None,
        species="human",
        level_reference="nHL",
    )
    assert norm is not None  # humans have one
    values, n_ears = here[column].to_numpy(), here["ear"].nunique()
    inside = bool(abs(values.mean() - norm.mean) <= norm.sd)
    return CurvePoint(
        level_db=level_db,
        n=values.size,
        ears=n_ears,
        mean=float(values.mean()),
        sd=float(values.std()),
        published=norm.mean,
        published_sd=norm.sd,
        inside=inside if n_ears >= FEWEST_EARS else None,
    )
