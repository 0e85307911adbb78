"""``evoscope abr train`` and ``evoscope abr runs``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

import evoscope
from evoscope.abr.benchmark.evaluation import commit_of
from evoscope.abr.benchmark.tables import number
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.workers import cores, first_process
from evoscope.cli.console import print_table, progress, say
from evoscope.cli.usage_error import UsageError

if TYPE_CHECKING:
    # These import torch, or what reads cohorts.
    from evoscope.abr.cohort import Part
    from evoscope.abr.learning.training import TrainingCohort
    from evoscope.abr.learning.training.change import Change

RUN = "run"
PACK = "pack"
# How a run ends that has not made a network: early stopping is an end like any other.
_UNFINISHED = ("interrupted", "red flag")


def run_train(
    recipe: str,
    *,
    data: Sequence[Path],
    output: Path,
    start: str | None,
    resume: bool,
    overrides: Sequence[str],
    cache: Path | None,
    processes: int | None,
) -> int:
    """Train a network on cohorts; write the run and a model pack."""
    _needs("torch")
    from evoscope.abr.learning.generators import kind_of

    if not data:
        raise UsageError("--data should name a cohort. Found none. Make one: evoscope abr simulate")
    missing = [path for path in data if not path.is_file()]
    if missing:
        raise UsageError(f"--data should name files that exist. Found no {missing[0]}.")
    reading = Reading(tuple(data), cache, cores() if processes is None else processes)
    try:
        if kind_of(recipe) == "series":
            return _train_reader(
                recipe,
                reading,
                output=output,
                start=start,
                resume=resume,
                overrides=tuple(overrides),
            )
        if start is not None:
            raise UsageError(
                f"--from should be left out with {recipe}: generators begin anew. Found {start}."
            )
        return _train_generator(
            recipe, reading, output=output, resume=resume, overrides=tuple(overrides)
        )
    except (ValueError, FormatError) as error:
        raise UsageError(str(error)) from None


@dataclass(frozen=True)
class Reading:
    """Cohorts to read, and how."""

    data: tuple[Path, ...]
    cache: Path | None
    processes: int

    def cohorts(self) -> list[TrainingCohort]:
        """Read them, with a bar for each."""
        from evoscope.abr.learning.training import load_cohort

        found = []
        for path in self.data:
            _check_parts(path)
            with progress(f"Reading {path.name}", _patients(path)) as advance:

                def encoded(patients: int) -> None:
                    for _ in range(patients):
                        advance()

                found.append(
                    load_cohort(path, processes=self.processes, cache=self.cache, advance=encoded)
                )
        return found


def _train_reader(
    recipe: str,
    reading: Reading,
    *,
    output: Path,
    start: str | None,
    resume: bool,
    overrides: tuple[str, ...],
) -> int:
    from evoscope.abr.learning.training import load_recipe, open_start, train_series
    from evoscope.abr.learning.training.change import change_of
    from evoscope.abr.learning.training.pack import check_calibration, write_series_pack

    chosen = load_recipe(recipe, overrides)
    begun = None if start is None else open_start(start)
    if begun is not None:
        chosen = begun.suited(chosen)
        say(f"Begins with the weights of {begun.title}.")
    cohorts = reading.cohorts()
    if begun is None:
        check_calibration(chosen, cohorts)
    began = time.monotonic()
    model, run = train_series(chosen, cohorts, folder=output / RUN, start=begun, resume=resume)
    if run.ended.startswith(_UNFINISHED):
        return _stopped(run.ended)
    if not first_process():
        return 0
    pack = write_series_pack(
        output / PACK,
        model,
        chosen,
        cohorts,
        name="user",
        version=evoscope.__version__,
        commit=commit_of(Path.cwd()),
        wall_seconds=time.monotonic() - began,
        start=begun,
        overwrite=True,
        tell=say,
    )
    if begun is not None:
        _print_change(change_of(model, begun, chosen, cohorts))
    say(f"Model pack: {pack.folder} ({pack.sha256[:12]})")
    say(f"Next: evoscope abr evaluate {pack.folder} --data {reading.data[0]}")
    return 0


def _train_generator(
    recipe: str, reading: Reading, *, output: Path, resume: bool, overrides: tuple[str, ...]
) -> int:
    from evoscope.abr.learning.generators import load_generator_recipe, make_generator

    chosen = load_generator_recipe(recipe, overrides)
    pack, ended = make_generator(
        chosen,
        reading.cohorts(),
        run_folder=output / RUN,
        pack_folder=output / PACK,
        name="user",
        version=evoscope.__version__,
        commit=commit_of(Path.cwd()),
        resume=resume,
    )
    if not first_process():
        return 0
    if pack is None:
        return _stopped(ended)
    say(f"Model pack: {pack.folder} ({pack.sha256[:12]})")
    say(f"Next: evoscope abr evaluate {pack.folder} --generation --data {reading.data[0]}")
    asked = "--class snhl --level 60 -o drawn.parquet"
    say(f"      evoscope abr generate --model {pack.folder} {asked}")
    return 0


def _stopped(ended: str) -> int:
    say(f"Stopped: {ended}. Go on with --resume.")
    return 1


def run_runs(folders: Sequence[Path], *, picture: Path | None) -> int:
    """Compare logged runs: figures beside trivial ones, verdicts, flags, differing settings."""
    _needs("torch")
    from evoscope.multitask import runs as logged

    try:
        runs = [logged.read_run(found) for folder in folders for found in logged.find_runs(folder)]
        comparison = logged.compare(runs)
        Console().print(logged.comparison_table(comparison))
        if picture is not None:
            logged.save_curves(comparison, picture)
            say(f"Curves: {picture}")
    except ValueError as error:
        raise UsageError(str(error)) from None
    return 0


def _print_change(changes: Sequence[Change]) -> None:
    """Say what training further did to answers on patients it has not learned from."""
    rows = [
        (f"{c.task} {c.metric}", number(c.before), number(c.after), number(c.trivial), str(c.n))
        for c in changes
    ]
    print_table(
        "Validation patients, before and after",
        ("Figure", "Before", "After", "Trivial", "n"),
        rows,
    )
    worse = [c.task for c in changes if c.better is False]
    say(f"Worse than before: {', '.join(worse)}." if worse else "Nothing is worse than before.")


def _check_parts(path: Path) -> None:
    """Refuse a cohort that leaves nobody to learn from, or nobody to choose by."""
    parts = set(_parts(path))
    missing = [part for part in ("train", "val") if part not in parts]
    if missing:
        raise UsageError(
            f"{path}: its split should have patients in train and val. Found none in "
            f"{' and '.join(missing)}. Take a cohort of more patients."
        )


def _patients(path: Path) -> int:
    """How many patients of a cohort are learned from, or held out to choose by."""
    return sum(part != "test" for part in _parts(path))


def _parts(path: Path) -> list[Part]:
    """In which part of the split each patient is."""
    from evoscope.abr.cohort import Cohort, load_split, split_path

    cohort = Cohort.open(path)
    return list(load_split(split_path(cohort), cohort).patients.values())


def _needs(module: str) -> None:
    if find_spec(module) is None:
        raise UsageError(
            f"Training should have {module} installed. Found none. "
            "Install the extra: pip install 'evoscope[train]'"
        )
