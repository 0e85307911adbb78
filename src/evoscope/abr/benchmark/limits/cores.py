"""What cannot be integrated analytically: mechanism, morphology, degree. And where to start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.directions import coordinates
from evoscope.abr.benchmark.limits.ear_bank import EarBank
from evoscope.abr.benchmark.limits.ear_parameters import degree_db
from evoscope.abr.simulation.clinic_ear import ClinicEar

Array = NDArray[np.float64]

DEGREE_STEP_DB = 10.0
_STARTS, _OF_CLASS, _OF_CELL = 32, 4, 2
_LEAST_SD = np.array([0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.1, 1.0])
"""Floors for cells with few ears."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Cells:
    """Ears of a bank sorted into cells that differ in kind.

    Attributes:
        cell: ``(K,)``: equal mechanism, morphology and, of losses, degree to 10 dB.
        place: ``(K, 9)`` along the directions.
        mechanism: ``(K,)`` index.
    """

    cell: NDArray[np.int64]
    place: Array
    mechanism: NDArray[np.int64]

    @classmethod
    def of(cls, bank: EarBank) -> Cells:
        """Sort the ears of a bank."""
        names: dict[tuple[str, str, float], int] = {}
        kinds: dict[str, int] = {}
        cell, mechanism = [], []
        for ear in bank.ears:
            degree = 0.0 if ear.mechanism == "normal" else degree_db(ear) // DEGREE_STEP_DB
            if ear.mechanism == "profound":
                degree = 0.0
            key = (ear.mechanism, ear.morphology.name, degree)
            if ear.response_from_db == np.inf:
                key = (ear.mechanism, "silent", 0.0)
            cell.append(names.setdefault(key, len(names)))
            mechanism.append(kinds.setdefault(ear.mechanism, len(kinds)))
        return cls(cell=np.array(cell), place=coordinates(bank.ears), mechanism=np.array(mechanism))


@dataclass(frozen=True, eq=False, kw_only=True)
class Starts:
    """Ears from which to look for the best ones around.

    Attributes:
        ears: ``C`` of the bank.
        loss: ``(C,)`` index of their class.
        log_prior: ``(C,)`` of each start's cell, shared by the starts in it.
        mean, sd: ``(C, 9)`` of the prior within the cell, relative to the start.
    """

    ears: tuple[ClinicEar, ...]
    loss: NDArray[np.int64]
    log_prior: Array
    mean: Array
    sd: Array


def choose_starts(
    bank: EarBank, cells: Cells, rows: NDArray[np.intp], log_likelihood: Array
) -> Starts:
    """Choose the ears of a bank that come nearest: the best of each cell, some of each class.

    Args:
        bank: the ears.
        cells: theirs.
        rows: ``(K',)`` those whose age and sex fit.
        log_likelihood: ``(K',)`` approximate.
    """
    order = np.argsort(-log_likelihood)
    in_cell: dict[int, int] = {}
    best: list[int] = []
    for place in order.tolist():
        cell = int(cells.cell[rows[place]])
        in_cell[cell] = in_cell.get(cell, 0) + 1
        if in_cell[cell] <= _OF_CELL:
            best.append(place)
    chosen = best[:_STARTS]
    for name in np.unique(bank.loss[rows]):
        chosen += [p for p in best if bank.loss[rows[p]] == name][:_OF_CLASS]
    ears = rows[list(dict.fromkeys(chosen))]
    weight = np.exp(bank.log_weight[rows] - bank.log_weight[rows].max())
    weight /= weight.sum()
    log_prior, mean, sd = [], [], []
    for ear in ears:
        same = cells.cell[rows] == cells.cell[ear]
        shared = int((cells.cell[ears] == cells.cell[ear]).sum())
        log_prior.append(np.log(weight[same].sum() / shared))
        kind = cells.mechanism[rows] == cells.mechanism[ear]
        centre, spread = _moments(cells.place[rows[kind]], weight[kind])
        # The degree is that of the cell; everything else has nothing to do with it.
        own, own_sd = _moments(cells.place[rows[same], -1:], weight[same])
        centre[-1:], spread[-1:] = own, np.maximum(own_sd, DEGREE_STEP_DB / np.sqrt(12.0))
        mean.append(centre - cells.place[ear])
        sd.append(np.maximum(spread, _LEAST_SD))
    return Starts(
        ears=tuple(bank.ears[index] for index in ears),
        loss=bank.loss[ears],
        log_prior=np.array(log_prior),
        mean=np.array(mean),
        sd=np.array(sd),
    )


def _moments(values: Array, weight: Array) -> tuple[Array, Array]:
    centre = np.average(values, axis=0, weights=weight)
    return centre, np.sqrt(np.average(np.square(values - centre), axis=0, weights=weight))
