"""A simulated clinic on disk: patients made in parallel, written in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

from evoscope.abr.cohort import (
    Cohort,
    CohortWriter,
    null_where_nan,
    save_split,
)
from evoscope.abr.simulation.columns import Columns
from evoscope.abr.simulation.patients import PolarityMode, simulate_patients
from evoscope.abr.simulation.profiles import Profile, get_profile
from evoscope.abr.simulation.shift import Shift, shifted

# Patients a process makes at a time: enough to hide its start, few enough to bound memory.
CHUNK = 16


def simulate(
    output: str | Path,
    *,
    profile: str = "clinic",
    patients: int | None = None,
    seed: int = 0,
    polarity: PolarityMode = "alternating",
    enrich: bool = False,
    shift: Shift | None = None,
    processes: int = 1,
    overwrite: bool = False,
    progress: Callable[[int], None] = lambda _made: None,
) -> Cohort:
    """Simulate a clinic with known truth and write it as a cohort, its patient split beside it.

    The file is the same to the bit whatever the number of processes: every patient has random
    numbers of their own.

    Args:
        output: Parquet file to write; it appears whole or not at all.
        profile: ``clinic``, or another profile by name.
        patients: how many; default the profile's own number.
        seed: same seed, same bits.
        polarity: ``pair`` adds rarefaction and condensation beside each alternating average.
        enrich: at least 100 ears of every class; ``weight`` undoes it.
        shift: how far ears and noise lie from those of the profile.
        processes: worker processes.
        overwrite: replace an earlier cohort of that name.
        progress: called with the number of patients made since the last call.

    Raises:
        ValueError: a request that cannot be, with the allowed range.
        FormatError: the file cannot be written.

    Example:
        >>> from tempfile import mkdtemp
        >>> cohort = simulate(Path(mkdtemp()) / "cohort.parquet", patients=6, seed=1)
        >>> cohort.n_rows > 6
        True
    """
    shift = shift or Shift()
    chosen = shifted(get_profile(profile), shift)
    total = chosen.patients if patients is None else patients
    if processes < 1:
        raise ValueError(f"processes should be at least 1. Found {processes}.")
    # The first patient is made before the file is opened: a bad request leaves nothing behind.
    first = next(
        simulate_patients(chosen, patients=total, seed=seed, polarity=polarity, enrich=enrich)
    )
    grid = first["sampling_rate_hz"][0], first["onset_sample"][0], first["waveform"].shape[1]
    request: dict[str, object] = {
        "profile": profile,
        "patients": total,
        "seed": seed,
        "polarity": polarity,
        "enrich": enrich,
        "simulated": True,
    }
    if shift:
        request["shift"] = asdict(shift)
    with CohortWriter(
        output,
        sampling_rate_hz=float(grid[0]),
        onset_sample=float(grid[1]),
        n_samples=int(grid[2]),
        provenance=request,
        overwrite=overwrite,
    ) as writer:
        for chunk in _chunks(chosen, total, seed, polarity, enrich, processes):
            for columns in chunk:
                writer.append(null_where_nan(columns))
            progress(len(chunk))
    cohort = Cohort.open(output)
    save_split(cohort, seed)
    return cohort


def _make(
    profile: Profile, total: int, seed: int, polarity: PolarityMode, enrich: bool, first: int
) -> list[Columns]:
    return list(
        simulate_patients(
            profile,
            patients=total,
            seed=seed,
            polarity=polarity,
            enrich=enrich,
            first=first,
            count=min(CHUNK, total - first),
        )
    )


def _chunks(
    profile: Profile, total: int, seed: int, polarity: PolarityMode, enrich: bool, processes: int
) -> Iterator[list[Columns]]:
    starts = range(0, total, CHUNK)
    request = (profile, total, seed, polarity, enrich)
    if processes == 1:
        for start in starts:
            yield _make(*request, start)
        return
    # spawn: a fork would copy whatever threads and locks the caller has.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[list[Columns]]] = deque()
        for start in starts:
            waiting.append(pool.submit(_make, *request, start))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
