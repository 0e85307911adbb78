"""``evoscope abr simulate``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from evoscope.abr.cohort import Cohort, describe
from evoscope.abr.formats import write_csv, write_epl, write_ihs
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording, Series
from evoscope.abr.simulation.make import simulate
from evoscope.abr.simulation.patients import PolarityMode
from evoscope.abr.simulation.profiles import get_profile
from evoscope.abr.simulation.shift import Shift
from evoscope.abr.workers import cores
from evoscope.cli.console import print_table, progress, say
from evoscope.cli.engine_option import check_engine
from evoscope.cli.results import check_cohort_name
from evoscope.cli.usage_error import UsageError
from evoscope.scale.batches import BATCHES
from evoscope.scale.cluster import ClusterError
from evoscope.scale.engines import Engine
from evoscope.scale.over import over

_Write = Callable[[str, list[Series], Path], None]  # patient, series, folder


def _write_whole(write: Callable[[list[Recording], Path], object], suffix: str) -> _Write:
    """Return how to write all recordings of a patient into one file that has its name."""

    def write_patient(patient: str, series: list[Series], folder: Path) -> None:
        write([recording for one in series for recording in one], folder / f"{patient}{suffix}")

    return write_patient


def _write_sweeps(patient: str, series: list[Series], folder: Path) -> None:
    """Write the level sweeps of a patient: one ear and stimulus, each level once, in a file."""
    number = 0
    for one in series:
        runs: list[list[Recording]] = []
        for level_db in one.levels_db:
            for turn, recording in enumerate(one.at(level_db)):
                if turn == len(runs):
                    runs.append([])
                # The format states one number of sweeps for all levels; a clinic's levels differ.
                runs[turn].append(replace(recording, sweeps=None))
        for run in runs:
            number += 1
            write_epl(run, folder / f"{patient}-{number}", run=number)


# The readers of IHS and EPL take the subject from the file's name, without the run of a sweep.
WRITERS: dict[str, tuple[_Write, str]] = {
    "ihs": (_write_whole(write_ihs, ".TXT"), ".TXT"),
    "epl": (_write_sweeps, ""),
    "csv": (_write_whole(write_csv, ".csv"), ".csv"),
}


def run_simulate(
    *,
    output: Path,
    patients: int | None,
    seed: int,
    profile: str,
    polarity: PolarityMode,
    enrich: bool,
    shift: Sequence[str],
    report: bool,
    files: str | None,
    processes: int | None,
    engine: Engine,
    overwrite: bool,
) -> int:
    """Simulate, write, say what there is."""
    check_engine(engine, output)
    check_cohort_name(output)
    if files is not None:
        clear_files(output.with_suffix(""), files, overwrite=overwrite)
    request = [profile, patients, seed, polarity, enrich, *shift]
    try:
        total = get_profile(profile).patients if patients is None else patients
        with (
            over(engine, output, {"simulate": request}, BATCHES) as elsewhere,
            progress("Simulating patients", total) as advance,
        ):

            def made(count: int) -> None:
                for _ in range(count):
                    advance()

            cohort = simulate(
                output,
                profile=profile,
                patients=patients,
                seed=seed,
                polarity=polarity,
                enrich=enrich,
                shift=Shift.parse(shift),
                processes=cores() if processes is None else processes,
                over=elsewhere,
                overwrite=overwrite,
                progress=made,
            )
    except (ValueError, FormatError, ClusterError) as error:
        raise UsageError(str(error)) from None
    if files is not None:
        write_files(cohort, output.with_suffix(""), files)
    if report:
        from evoscope.abr.benchmark.fit import write_fit_report

        folder = output.with_name(f"{output.stem}-fit")
        write_fit_report(cohort, folder)
        say(f"Fit report: {folder}")
    summarise(cohort)
    say(f"Cohort: {output} ({cohort.n_rows:,} recordings, simulated), its split beside it.")
    return 0


def clear_files(folder: Path, kind: str, *, overwrite: bool) -> None:
    """Refuse a folder that is in use; with ``overwrite`` remove the device files of another time.

    Whatever else lies there would be analyzed with the new files.

    Raises:
        UsageError: the folder holds something that this command did not write.
    """
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    suffix = re.escape(WRITERS[kind][1])
    ours = [one for one in found if re.fullmatch(rf"\w+-\d+-\d{{6}}(-\d+)?{suffix}", one.name)]
    others = [one for one in found if one not in ours]
    if others or (ours and not overwrite):
        todo = "Choose another name." if others else "Choose another name, or add --overwrite."
        raise UsageError(
            f"The folder of the device files, {folder}, should be new or empty. Found "
            f"{(others or ours)[0].name} there. {todo}"
        )
    for one in ours:
        one.unlink()


def write_files(cohort: Cohort, folder: Path, kind: str) -> None:
    """Write every patient of a cohort as a device would have exported it, under its own name."""
    write, _ = WRITERS[kind]
    folder.mkdir(parents=True, exist_ok=True)
    for patient, series in itertools.groupby(
        cohort.series(), lambda one: one.recordings[0].subject.id
    ):
        write(patient, list(series), folder)
    say(f"Device files: {folder}")


def summarise(cohort: Cohort) -> None:
    """Print the counts of each class."""
    counts = describe(cohort)
    rows = [
        [name, str(part.get("patients", "")), str(part.get("recordings", ""))]
        for name, part in counts.get("classes", {}).items()
    ]
    print_table("Simulated clinic", ["class", "patients", "recordings"], rows)
