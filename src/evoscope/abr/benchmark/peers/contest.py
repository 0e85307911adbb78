"""Everybody answers the same cases, in one process, on one thread, by its own clock of work."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evoscope.abr.analysis import CLASSICAL, SHIPPED
from evoscope.abr.benchmark.peers.adjacent import adjacent_threshold
from evoscope.abr.benchmark.peers.cases import Case, Dataset
from evoscope.abr.benchmark.peers.f_rule import POINTS, f_stated_threshold, f_threshold
from evoscope.abr.benchmark.peers.parts import is_human
from evoscope.abr.benchmark.peers.peaks import picked_threshold, picked_v
from evoscope.abr.benchmark.peers.resampled import resampled_threshold
from evoscope.abr.benchmark.protocol.contestants import Contestant, contestant
from evoscope.abr.findings import Findings, Threshold

RESAMPLED = "resampled halves (ABRpresto)"
OURS, OURS_CLASSICAL = "evoscope", "evoscope, classical"


@dataclass(frozen=True)
class Answer:
    """What one contestant says of one case.

    Attributes:
        threshold: status and level.
        wave_v_ms: per recording; ``None`` where no wave V is named, or none was looked for.
    """

    threshold: Threshold
    wave_v_ms: tuple[float | None, ...]


@dataclass(frozen=True, eq=False)
class Answers:
    """What one contestant says of a dataset, and what it cost.

    Attributes:
        answers: one per case.
        cpu_s: processor time of this process for all of them.
        names_waves: whether it names wave V at all.
    """

    answers: tuple[Answer, ...]
    cpu_s: float
    names_waves: bool


def _resampled(case: Case) -> Threshold | None:
    return resampled_threshold(case.series)


def _adjacent(case: Case) -> Threshold | None:
    return adjacent_threshold(case.series)


def _fsp(case: Case) -> Threshold | None:
    return f_threshold(case.series, points=POINTS["Fsp"])


def _fmp(case: Case) -> Threshold | None:
    if case.fmp:
        return f_stated_threshold(case.series, case.fmp)
    return f_threshold(case.series, points=POINTS["Fmp"])


PEERS: Mapping[str, Callable[[Case], Threshold | None]] = {
    RESAMPLED: _resampled,
    "adjacent levels": _adjacent,
    "Fsp >= 3.1": _fsp,
    "Fmp >= 3.1": _fmp,
}
"""Those that name thresholds alone; ``None``: not for these recordings."""
PEAKS = "find_peaks at the norms"
NAMES: tuple[str, ...] = (OURS, OURS_CLASSICAL, *PEERS, PEAKS)


def answer_all(dataset: Dataset, name: str) -> Answers | None:
    """Let one contestant answer a dataset.

    A model is opened, and recordings read, before the clock runs; filters and trials' own loading
    count, as for everybody.

    Args:
        dataset: the cases.
        name: one of ``NAMES``.

    Returns:
        Its answers, or ``None`` where it is not for these recordings.
    """
    cases = dataset.cases
    if name in (OURS, OURS_CLASSICAL):
        who = contestant(SHIPPED if name == OURS else CLASSICAL)
        return _analyzed(who, cases)
    if name == PEAKS:
        if not all(is_human(case.series) for case in cases):
            return None
        return _timed(cases, _picked, names_waves=True)
    peer = PEERS[name]
    if peer(cases[0]) is None:
        return None

    def one(case: Case) -> Answer:
        threshold = peer(case)
        if threshold is None:
            raise ValueError(f"{name} should answer all of {dataset.name}. It left one out.")
        return Answer(threshold, (None,) * len(case.series))

    return _timed(cases, one, names_waves=False)


def _picked(case: Case) -> Answer:
    picked = picked_v(case.series)
    threshold = picked_threshold(case.series, picked)
    if threshold is None:
        raise ValueError("find_peaks should be asked of human recordings only.")
    return Answer(threshold, tuple(picked))


def _timed(cases: Sequence[Case], one: Callable[[Case], Answer], *, names_waves: bool) -> Answers:
    began = time.process_time()
    answers = tuple(one(case) for case in cases)
    return Answers(answers, time.process_time() - began, names_waves)


def _analyzed(who: Contestant, cases: Sequence[Case]) -> Answers:
    who(cases[0].series)  # opens the model
    began = time.process_time()
    findings = who.many([case.series for case in cases])
    spent = time.process_time() - began
    pairs = zip(cases, findings, strict=True)
    return Answers(tuple(_as_answer(case, found) for case, found in pairs), spent, True)


def _as_answer(case: Case, found: Findings) -> Answer:
    by_place = {(one.path, one.record): one for one in found.recordings}
    latencies: list[float | None] = []
    for recording in case.series:
        one = by_place.get((recording.source.path, recording.source.record))
        wave = None if one is None else one.wave("V")
        named = wave is not None and wave.present and wave.latency_ms is not None
        latencies.append(wave.latency_ms.value if named else None)  # type: ignore[union-attr]
    return Answer(found.threshold, tuple(latencies))
