"""Tries faults: a pytest plugin that collects once, then runs tests in a fork for each fault."""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import _lru_cache_wrapper
from types import FrameType
from typing import NamedTuple

import pytest
from _pytest.runner import runtestprotocol
from planting import Mutant

# A fork may take this many times what the tests take unchanged, and so many seconds more.
TIMES, MORE_S = 10, 2.0
# A fork that waits for something forever uses no processor; the machine may be busy.
WALL_S = 120
MORE_BYTES = 4 * 1024**3
KILLED, SURVIVED = 1, 0


class Trial(NamedTuple):
    """What became of a mutant: killed, survived, timeout, or untested where no test gets there."""

    mutant: Mutant
    outcome: str


class Trials:
    """Runs every test once, noting which functions it passes through; then tries each mutant."""

    def __init__(self, mutants: Sequence[Mutant]) -> None:
        self.mutants = mutants
        self.trials: list[Trial] = []
        self.cpu_s: dict[pytest.Item, float] = {}
        self.tests: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)
        self.names: dict[pytest.Item, dict[str, object]] = {}

    def pytest_configure(self) -> None:
        """Draw the same examples for every mutant; a failure needs no small example here."""
        import hypothesis  # imported before pytest, it would warn

        hypothesis.settings.register_profile(
            "mutants",
            database=None,
            deadline=None,
            derandomize=True,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        )
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of pytest's own loop."""
        wanted = {str(mutant.file.path) for mutant in self.mutants}
        for item in session.items:
            if isinstance(item, pytest.DoctestItem):
                self.names[item] = dict(item.dtest.globs)
            self._observe(item, wanted)
        gc.freeze()  # forks share what they do not touch
        if self._fork(None, session.items) != "survived":
            pytest.exit("tests that pass should pass again in a fork. Found one that fails.", 3)
        for mutant in self.mutants:
            tests = self.tests[str(mutant.file.path), mutant.function]
            tests.sort(key=lambda item: self.cpu_s[item])
            self.trials.append(Trial(mutant, self._fork(mutant, tests) if tests else "untested"))
        return True

    def _observe(self, item: pytest.Item, files: set[str]) -> None:
        passed: set[tuple[str, str]] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename in files:
                name = frame.f_code.co_qualname.partition(".<locals>")[0]
                passed.add((frame.f_code.co_filename, name))

        forget()
        began = time.process_time()
        sys.setprofile(note)
        try:
            reports = runtestprotocol(item, log=False, nextitem=None)
        finally:
            sys.setprofile(None)
        if any(report.failed for report in reports):
            pytest.exit(f"every test should pass without a fault. Found {item.nodeid}.", 3)
        self.cpu_s[item] = time.process_time() - began
        for function in passed:
            self.tests[function].append(item)

    def _fork(self, mutant: Mutant | None, tests: Sequence[pytest.Item]) -> str:
        usual = sum(self.cpu_s[item] for item in tests)
        child = os.fork()
        if not child:
            found = KILLED
            with suppress(BaseException):  # whatever comes of a fault, it was noticed
                limit(TIMES * usual + MORE_S)
                forget()
                if mutant:
                    mutant.plant()
                found = SURVIVED if all(self._passes(tests)) else KILLED
            os._exit(found)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM):
            return "timeout"
        return "survived" if status == SURVIVED else "killed"

    def _passes(self, tests: Sequence[pytest.Item]) -> Iterator[bool]:
        for item, after in zip(tests, [*tests[1:], None], strict=True):
            if isinstance(item, pytest.DoctestItem):
                item.dtest.globs.update(self.names[item])  # a doctest that ran has none left
            reports = runtestprotocol(item, log=False, nextitem=after)
            yield not any(report.failed for report in reports)


def limit(cpu_s: float) -> None:
    """Let this process go on for no longer, take no more memory, and say nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_s) + 1, resource.RLIM_INFINITY))
    signal.alarm(WALL_S)
    with open("/proc/self/statm") as file:  # noqa: PTH123
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MORE_BYTES, resource.RLIM_INFINITY))
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)


def forget() -> None:
    """Empty what functions remember: a test should pass through them itself."""
    for name, module in list(sys.modules.items()):
        if name.startswith("evoscope"):
            for held in list(vars(module).values()):
                if isinstance(held, _lru_cache_wrapper):
                    held.cache_clear()
