"""``python sweep/mutants.py``: are faults noticed? Plants small ones, counts which tests fail.

Of the changes that mutmut's operators make in metrics, masks and readers (all in masks, ``EACH`` of
a file elsewhere, drawn with a seed) each is planted alone; the tests that pass through the changed
function run until one fails, the quickest first. A change that no test notices survives. Tests are
those of the group's folder and the examples in its docstrings, without the fuzz tests, which ask
for no value. Some 8 minutes of one core. Writes ``sweep/results/mutants.json``, and what survived
into ``mutants/``.

``sweep/mutants.py readers`` tries one group; ``sweep/mutants.py readers ihs epl`` all changes of
two files of it, and writes no result. Needs Linux.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from planting import MutableFile, Mutant
from trying import Trial, Trials

from evoscope.measure.intervals import score_interval
from evoscope.measure.machine import machine
from evoscope.measure.results import commit_of, write_text

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "sweep" / "results" / "mutants.json"
SURVIVORS = ROOT / "mutants"
SEED, EACH, LEVEL = 7, 25, 0.95
# What is changed; whose tests and examples are asked; how many changes of a file, or all.
GROUPS: dict[str, tuple[str, str, int | None]] = {
    "metrics": ("measure/*.py", "measure", EACH),
    "masks": ("multitask/losses/masking.py", "multitask/losses", None),
    "readers": ("abr/formats/*.py", "abr/formats", EACH),
}


def main(arguments: list[str]) -> int:
    """Try every group, each in a process of its own, or one, or some files of one."""
    if not arguments:
        for group in GROUPS:
            subprocess.run([sys.executable, __file__, group], cwd=ROOT, check=True)
        return 0
    group, *files = arguments
    found = attempt(group, files)
    print(json.dumps({name: value for name, value in found.items() if name != "files"}))
    if not files:
        whole = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
        whole = {name: found if name == group else whole.get(name) for name in GROUPS}
        write_text(json.dumps(whole, indent=2) + "\n", RESULT)
    return 0


def attempt(group: str, files: list[str]) -> dict[str, Any]:
    """Try the mutants of a group, or all those of some of its files."""
    pattern, tests, each = GROUPS[group]
    paths = sorted((ROOT / "src" / "evoscope").glob(pattern))
    population = {
        path.stem: mutants
        for path in paths
        if not files or path.stem in files
        if (mutants := MutableFile(path, ROOT / "src").mutants())
    }
    drawn = [
        mutant
        for name, mutants in population.items()
        for mutant in draw(mutants, name, None if files else each)
    ]
    trials = Trials(drawn)
    with tempfile.TemporaryDirectory() as place:
        ended = pytest.main(options(tests, place), plugins=[trials])
    if ended or len(trials.trials) != len(drawn):
        raise SystemExit(f"Every mutant should have been tried. pytest ended with {ended}.")
    lived = [one.mutant for one in trials.trials if one.outcome in ("survived", "untested")]
    text = (f"{one.name}\n{one.difference()}\n\n" for one in lived)
    write_text(text, SURVIVORS / f"{group}.txt")
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "commit": commit_of(ROOT),
        "machine": machine(),
        "operators": f"mutmut {version('mutmut')}",
        "seed": SEED,
        "cpu_minutes": round(sum(one.ru_utime + one.ru_stime for one in spent) / 60, 1),
        **count(population, trials.trials),
    }


def draw(mutants: list[Mutant], name: str, each: int | None) -> list[Mutant]:
    """Some of a file's mutants, the same every time."""
    if each is None or len(mutants) <= each:
        return mutants
    return [
        mutants[i]
        for i in sorted(random.Random(f"{SEED} {name}").sample(range(len(mutants)), each))
    ]


def options(tests: str, place: str) -> list[str]:
    """What pytest is asked: a group's tests and examples."""
    options = [
        "-qq",
        "--capture=sys",
        f"--basetemp={place}/tests",
        "--ignore-glob=*test_fuzz*",
        *("-p", "no:cacheprovider"),
        *("-o", "timeout=0"),  # forks have a limit of their own
        *("-o", "tmp_path_retention_policy=none"),
    ]
    if not tests.startswith("multitask"):
        # tests/conftest.py is for tensors: torch would be in every fork.
        options.append(f"--confcutdir=tests/{tests}")
    return [*options, f"tests/{tests}", f"src/evoscope/{tests}"]


def count(population: dict[str, list[Mutant]], trials: list[Trial]) -> dict[str, Any]:
    """Count what became of a group's mutants, and of those of each file.

    A file that was sampled stands for as many mutants as it has: the share noticed is the mean of
    the files' shares, weighted so, and its interval (Wilson 1927) is that of as many independent
    mutants as the weighted sample is worth. Time spent without an end is noticed, too.
    """
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in population}
    for trial in trials:
        outcomes[trial.mutant.file.path.stem][trial.outcome] += 1
    each = {name: counted(len(population[name]), found) for name, found in outcomes.items()}
    whole = counted(sum(map(len, population.values())), sum(outcomes.values(), Counter()))
    weight = {name: one["population"] / whole["population"] for name, one in each.items()}
    share = sum(weight[name] * one["noticed"] for name, one in each.items())
    variance = sum(
        weight[name] ** 2 * one["noticed"] * (1 - one["noticed"]) / one["tried"]
        for name, one in each.items()
    )
    worth = share * (1 - share) / variance if variance else whole["tried"]
    low, high = score_interval(share, worth, level=LEVEL)
    return {**whole, "noticed": share, "level": LEVEL, "low": low, "high": high, "files": each}


def counted(population: int, found: Counter[str]) -> dict[str, Any]:
    """How many there are, how many were tried, and what became of those."""
    return {
        "population": population,
        "tried": found.total(),
        **{name: found[name] for name in ("killed", "timeout", "survived", "untested")},
        "noticed": (found["killed"] + found["timeout"]) / found.total(),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
