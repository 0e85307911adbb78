"""Clean responses of a bank of ears to one stimulus, in the coordinates of the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.directions import DIRECTIONS, SUMMATING, respond_directions
from evoscope.abr.benchmark.limits.ear_bank import EarBank
from evoscope.abr.benchmark.limits.noise_model import N_DRIFT, NoiseModel
from evoscope.abr.norms import WAVE_LABELS
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.components import Components, respond_all
from evoscope.abr.simulation.evoked import muscle_response, summating_potential
from evoscope.abr.simulation.measure import measure_waves

USUAL_RATE_HZ = 33.1
"""Templates are made at this rate; other rates delay and shrink them when they are compared."""
_PRINCIPAL = 40
_CHUNK = 100
_V = WAVE_LABELS.index("V")
# V smaller than the first is never seen, larger than the second nearly always: only between them
# does each response need to be measured (20 nV is what counts as a wave).
_SURELY_ABSENT_UV, _SURELY_PRESENT_UV = 0.002, 0.030


@dataclass(frozen=True, eq=False, kw_only=True)
class TemplateBank:
    """Templates: one row per ear, one column per level.

    Attributes:
        level_db: ``(L,)`` ascending.
        response: ``(K, L, D)`` float32.
        change: ``(K, L, 10, D)`` along each of ``directions.DIRECTIONS``.
        project: ``(D, samples)`` from samples to coordinates, drift first.
        drift_power: ``(D,)``.
    """

    level_db: NDArray[np.float64]
    response: NDArray[np.float32]
    change: NDArray[np.float32]
    project: NDArray[np.float64]
    drift_power: NDArray[np.float64]


def build_templates(
    bank: EarBank,
    noise: NoiseModel,
    *,
    stimulus: str,
    frequency_hz: float | None,
    level_db: NDArray[np.float64],
) -> TemplateBank:
    """Simulate the clean responses of every ear at every level, and keep what noise leaves of them.

    Of the coordinates of the noise model, those of the drift are kept, and of the others the 40
    principal components of the responses: the noise is white there, so any rotation is as good.

    Args:
        bank: the ears.
        noise: its coordinates.
        stimulus: what is played.
        frequency_hz: of a tone.
        level_db: ``(L,)`` ascending, at least two.
    """
    time_ms = bank.profile.time_ms
    chunks = [bank.ears[i : i + _CHUNK] for i in range(0, len(bank.ears), _CHUNK)]
    # The principal components are those of a sample: every k-th ear.
    sample = bank.ears[:: max(1, len(bank.ears) // 600)]
    values, _, summating = _respond(sample, stimulus, frequency_hz, level_db, time_ms)
    project = _coordinates(noise, values + summating)
    turn = project.T.astype(np.float32)
    k, depth = len(bank.ears), project.shape[0]
    response = np.empty((k, level_db.size, depth), dtype=np.float32)
    change = np.empty((k, level_db.size, len(DIRECTIONS), depth), dtype=np.float32)
    for number, ears in enumerate(chunks):
        rows = slice(number * _CHUNK, number * _CHUNK + len(ears))
        values, moving, summating = _respond(ears, stimulus, frequency_hz, level_db, time_ms)
        shape = (len(ears), level_db.size, -1, depth)
        heard = (values @ turn).reshape(shape)[:, :, 0]
        change[rows, :, :SUMMATING] = (moving @ turn).reshape(shape)
        change[rows, :, SUMMATING] = (summating @ turn).reshape(shape)[:, :, 0]
        response[rows] = heard + change[rows, :, SUMMATING]
        # A worse threshold makes the response that of a softer level.
        change[rows, :, -1] = -np.gradient(heard, level_db.astype(np.float32), axis=1)
    return TemplateBank(
        level_db=level_db,
        response=response,
        change=change,
        project=project,
        drift_power=np.concatenate(
            [noise.drift_power[:N_DRIFT], np.zeros(project.shape[0] - N_DRIFT)]
        ),
    )


def _respond(
    ears: Sequence[ClinicEar],
    stimulus: str,
    frequency_hz: float | None,
    level_db: NDArray[np.float64],
    time_ms: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Responses ``(ears * L, samples)``, their changes and summating potentials, ear by ear."""
    parts = respond_all(
        ears,
        level_db=level_db,
        stimulus=stimulus,
        frequency_hz=frequency_hz,
        rate_hz=USUAL_RATE_HZ,
    )
    heard = np.stack([ear.normal_level_db(level_db, stimulus, frequency_hz) for ear in ears])
    nhl = np.stack([ear.nhl(h, stimulus, frequency_hz) for ear, h in zip(ears, heard, strict=True)])
    values, change = respond_directions(ears, parts, heard_nhl=nhl.ravel(), time_ms=time_ms)
    summating = np.zeros_like(values)
    for index, ear in enumerate(ears):
        rows = slice(index * level_db.size, (index + 1) * level_db.size)
        if ear.muscle_uv:
            values[rows] += muscle_response(ear, nhl[index], time_ms)
        if ear.summating_uv:
            summating[rows] = summating_potential(ear, nhl[index], time_ms)
    return values, change, summating


def _coordinates(noise: NoiseModel, values: NDArray[np.float32]) -> NDArray[np.float64]:
    rest = noise.whiten[N_DRIFT:]
    inside = values.astype(np.float64) @ rest.T
    _, vectors = np.linalg.eigh(inside.T @ inside)
    principal = vectors[:, ::-1][:, :_PRINCIPAL].T
    return np.concatenate([noise.whiten[:N_DRIFT], principal @ rest])


def wave_v_present(parts: Components) -> NDArray[np.bool_]:
    """Tell which responses have a wave V, as ``measure_waves`` does, where that is in doubt."""
    size = parts.size_uv[:, _V]
    present = size >= _SURELY_PRESENT_UV
    rows = np.flatnonzero((size > _SURELY_ABSENT_UV) & ~present)
    if rows.size:
        some = Components(
            centre_ms=parts.centre_ms[rows],
            sd_ms=parts.sd_ms[rows],
            weight_uv=parts.weight_uv[rows],
            latency_ms=parts.latency_ms[rows],
            size_uv=parts.size_uv[rows],
            stretch=parts.stretch[rows],
        )
        present[rows] = measure_waves(some).present[:, _V]
    return np.asarray(present)
