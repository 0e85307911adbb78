"""A simulated clinic on disk: patients made in parallel, written in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evoscope.abr.cohort import (
    Cohort,
    CohortWriter,
    Grid,
    null_where_nan,
    save_split,
)
from evoscope.abr.cohort.batch import to_batch
from evoscope.abr.simulation.patients import PolarityMode, simulate_patients
from evoscope.abr.simulation.profiles import Profile, get_profile
from evoscope.abr.simulation.shift import Shift, shifted
from evoscope.abr.workers import Over, in_order

if TYPE_CHECKING:
    import pyarrow as pa

# Patients a process makes at a time: enough to hide its start, few enough to bound memory. A large
# clinic has this many parts: each begins with a plan of the whole.
CHUNK = 16
MOST_CHUNKS = 1024


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
    over: Over | None = None,
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
        over: what does the work instead of them, such as a cluster.
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
        made = Made(chosen, total, seed, polarity, enrich, writer.grid)
        chunks = range(0, total, made.patients)
        for patients_made in (over or partial(in_order, processes=processes))(made, chunks):
            for batch in patients_made:
                writer.append(batch)
            progress(len(patients_made))
    cohort = Cohort.open(output)
    save_split(cohort, seed)
    return cohort


@dataclass(frozen=True)
class Made:
    """Makes some patients of a clinic, in any process: a batch of rows for each.

    Attributes:
        profile, total, seed, polarity, enrich: of the whole clinic.
        grid: of the cohort.
    """

    profile: Profile
    total: int
    seed: int
    polarity: PolarityMode
    enrich: bool
    grid: Grid

    @property
    def patients(self) -> int:
        """How many are made at a time."""
        return max(CHUNK, -(-self.total // MOST_CHUNKS))

    def __call__(self, first: int) -> list[pa.RecordBatch]:
        """Make patients from the one with this number on."""
        made = simulate_patients(
            self.profile,
            patients=self.total,
            seed=self.seed,
            polarity=self.polarity,
            enrich=self.enrich,
            first=first,
            count=min(self.patients, self.total - first),
        )
        where = Path(f"patients from {first}")
        return [to_batch(null_where_nan(one), self.grid, path=where) for one in made]
