"""A plain adult ear to change one thing at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from evoscope.abr.simulation import ClinicEar, get_profile
from evoscope.abr.simulation.components import Components, respond
from evoscope.abr.simulation.measure import measure_waves
from evoscope.abr.simulation.morphology import MORPHOLOGIES
from evoscope.abr.simulation.one_patient import PatientStreams, draw_ears
from evoscope.abr.simulation.plan import plan_clinic

PLAIN = ClinicEar(
    side="right",
    species="human",
    sex="unknown",
    age_weeks=25 * 52.18,
    level_reference="nHL",
    loss="normal",
    mechanism="normal",
    # Its IV neither pulls V nor stands in its way; the size of III is stated below.
    morphology=MORPHOLOGIES["missing III"],
    anchors_hz=(500.0, 1000.0, 2000.0, 4000.0),
    hearing_loss_db=(0.0, 0.0, 0.0, 0.0),
    gap_db=0.0,
    offset_db=0.0,
    response_from_db=None,
    delay_ms=(0.0, 0.0, 0.0, 0.0, 0.0),
    soft_ms=0.0,
    size=(1.0, 1.0, 1.0, 1.0, 1.0),
    breadth=1.0,
    microphonic=None,
    summating_uv=0.0,
    muscle_uv=0.0,
    slow_uv=0.0,
)


def ear(**change: Any) -> ClinicEar:
    return dataclasses.replace(PLAIN, **change)


def clinic_ears(profile: str, *, patients: int, seed: int, enrich: bool) -> Iterator[ClinicEar]:
    """All ears of a clinic, without playing anything to them."""
    chosen = get_profile(profile)
    plan = plan_clinic(chosen, patients=patients, seed=seed, enrich=enrich)
    for index in range(patients):
        yield from draw_ears(PatientStreams.of(seed, index), chosen, plan, index, both_ears=enrich)


def responses(of: ClinicEar, *levels: float, rate_hz: float = 17.1, **stimulus: Any) -> Components:
    return respond(
        of,
        level_db=np.array(levels, dtype=np.float64),
        stimulus=stimulus.get("stimulus", "click"),
        frequency_hz=stimulus.get("frequency_hz"),
        rate_hz=rate_hz,
    )


def wave(of: ClinicEar, name: str, level_db: float, **stimulus: Any) -> tuple[float, float]:
    """Latency and amplitude as measured on the noise-free response; NaN when absent."""
    found = measure_waves(responses(of, level_db, **stimulus))
    index = ("I", "II", "III", "IV", "V").index(name)
    return float(found.latency_ms[0, index]), float(found.amplitude_uv[0, index])
