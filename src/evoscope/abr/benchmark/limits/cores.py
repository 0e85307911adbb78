"""What cannot be integrated analytically: mechanism, morphology, degree. And where to start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.directions import coordinates
from evoscope.abr.benchmark.limits.ear_bank import EarBank
from evoscope.abr.benchmark.limits.ear_parameters import degree_db
from evoscope.abr.norms import WAVE_LABELS
from evoscope.abr.simulation.clinic_ear import ClinicEar

Array = NDArray[np.float64]

DEGREE_STEP_DB = 10.0
_STARTS, _OF_KIND, _OF_CELL = 32, 2, 2
_V = WAVE_LABELS.index("V")
_LEAST_SD = np.array([0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.1, 0.02, 1.0])
"""Floors for cells with few ears."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Cells:
    """Ears of a bank sorted into cells that differ in kind.

    Attributes:
        cell: ``(K,)``: equal kind, morphology and, of losses, degree to 10 dB.
        place: ``(K, 10)`` along the directions.
        kind: ``(K,)``: equal mechanism, the same waves or none, a summating potential or none.
    """

    cell: NDArray[np.int64]
    place: Array
    kind: NDArray[np.int64]

    @classmethod
    def of(cls, bank: EarBank) -> Cells:
        """Sort the ears of a bank."""
        names: dict[tuple[_Kind, str, float], int] = {}
        kinds: dict[_Kind, int] = {}
        cell, kind = [], []
        for ear in bank.ears:
            degree = 0.0 if ear.mechanism == "normal" else degree_db(ear) // DEGREE_STEP_DB
            if ear.mechanism == "profound":
                degree = 0.0
            of_kind = _kind(ear)
            key = (of_kind, ear.morphology.name if of_kind[1] == "waves" else "", degree)
            if of_kind[1] == "silent":
                key = (of_kind, "", 0.0)
            cell.append(names.setdefault(key, len(names)))
            kind.append(kinds.setdefault(of_kind, len(kinds)))
        return cls(cell=np.array(cell), place=coordinates(bank.ears), kind=np.array(kind))


_Kind = tuple[str, str, bool]


def _kind(ear: ClinicEar) -> _Kind:
    """What is wrong, what answers, whether there is a summating potential.

    Ears without a wave must not share a Gaussian with those that have it: its tail would be
    responses too small to be seen, and every silence could be one of them.
    """
    answers = "waves" if ear.size[_V] > 0.0 else "gross"
    if ear.response_from_db == np.inf:
        answers = "silent"
    return ear.mechanism, answers, ear.summating_uv > 0.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Starts:
    """Ears from which to look for the best ones around.

    Attributes:
        ears: ``C`` of the bank.
        loss: ``(C,)`` index of their class.
        log_prior: ``(C,)`` of each start's cell, shared by the starts in it.
        mean, sd: ``(C, 10)`` of the prior within the cell, relative to the start.
    """

    ears: tuple[ClinicEar, ...]
    loss: NDArray[np.int64]
    log_prior: Array
    mean: Array
    sd: Array


def choose_starts(
    bank: EarBank, cells: Cells, rows: NDArray[np.intp], log_likelihood: Array
) -> Starts:
    """Choose the ears of a bank that come nearest: the best of each cell, some of each kind.

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
    for name in np.unique(cells.kind[rows]):
        chosen += [p for p in best if cells.kind[rows[p]] == name][:_OF_KIND]
    ears = rows[list(dict.fromkeys(chosen))]
    weight = np.exp(bank.log_weight[rows] - bank.log_weight[rows].max())
    weight /= weight.sum()
    log_prior, mean, sd = [], [], []
    for ear in ears:
        same = cells.cell[rows] == cells.cell[ear]
        shared = int((cells.cell[ears] == cells.cell[ear]).sum())
        log_prior.append(np.log(weight[same].sum() / shared))
        kind = cells.kind[rows] == cells.kind[ear]
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
