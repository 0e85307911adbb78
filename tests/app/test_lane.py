"""A worker that hangs, crashes, is killed or needs too much costs its own work and nothing else."""

from __future__ import annotations

import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest

from evoscope.app.jobs import Lane, Work
from evoscope.app.problems import ProblemError

ODD = """
    import os, signal, time
    from evoscope.app.jobs import child

    def pid(arguments, folder, tell): return {"pid": os.getpid()}
    def hang(arguments, folder, tell):
        tell("hanging", 1, 2)
        time.sleep(60)
    def crash(arguments, folder, tell): os.kill(os.getpid(), signal.SIGSEGV)
    def leave(arguments, folder, tell): os._exit(7)
    def hoard(arguments, folder, tell): return {"n": len(bytearray(1 << 30))}
    def fail(arguments, folder, tell): raise KeyError("Anna Smith")
    def talk(arguments, folder, tell): print("{}", flush=True); return {"said": "x" * (1 << 22)}

    for task in (pid, hang, crash, leave, hoard, fail, talk):
        child.TASKS[task.__name__] = f"odd_tasks:{task.__name__}"
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A module of odd tasks that worker processes can import."""
    home = tmp_path_factory.mktemp("odd")
    (home / "odd_tasks.py").write_text(textwrap.dedent(ODD))
    sys.path.insert(0, str(home))
    yield "odd_tasks"
    sys.path.remove(str(home))


@pytest.fixture(scope="module")
def lane(odd: str) -> Iterator[Lane]:
    lane = Lane(size=1, seconds=30, memory_bytes=512 << 20, waiting=2, preload=(odd,))
    yield lane
    lane.close()


def do(lane: Lane, task: str) -> dict[str, Any]:
    return lane.submit(Work(task, {}, Path())).answer.result(timeout=30)


def problem(lane: Lane, task: str) -> ProblemError:
    with pytest.raises(ProblemError) as found:
        do(lane, task)
    return found.value


def test_one_process_does_work_after_work(lane: Lane) -> None:
    assert do(lane, "pid") == do(lane, "pid")


def test_a_process_is_replaced_after_as_many_pieces_of_work_as_was_said(odd: str) -> None:
    lane = Lane(
        size=1, seconds=30, memory_bytes=1 << 30, waiting=9, preload=(odd,), recycled_after=2
    )
    try:
        done = [do(lane, "pid")["pid"] for _ in range(4)]
    finally:
        lane.close()
    assert done[0] == done[1] != done[2] == done[3]


@pytest.mark.parametrize(("task", "how"), [("crash", "SIGSEGV"), ("leave", "code 7")])
def test_a_crash_fails_its_own_work_in_words_and_the_next_is_done(
    lane: Lane, task: str, how: str
) -> None:
    before = do(lane, "pid")
    found = problem(lane, task)
    assert found.status == 503
    assert how in found.error
    assert do(lane, "pid") != before


def test_work_that_waits_behind_a_crash_is_done(lane: Lane) -> None:
    crash = lane.submit(Work("crash", {}, Path()))
    after = lane.submit(Work("pid", {}, Path()))
    assert "pid" in after.answer.result(timeout=30)
    assert isinstance(crash.answer.exception(), ProblemError)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")
def test_work_that_needs_too_much_memory_is_refused_and_the_process_stays(lane: Lane) -> None:
    before = do(lane, "pid")
    found = problem(lane, "hoard")
    assert (found.status, "memory" in found.error) == (413, True)
    assert do(lane, "pid") == before


def test_an_unexpected_error_is_named_by_kind_not_by_content(lane: Lane) -> None:
    found = problem(lane, "fail")
    assert found.status == 500
    assert "KeyError" in found.error
    assert "Anna" not in str(found.body)


def test_large_answers_and_output_of_libraries_do_not_meet(lane: Lane) -> None:
    assert len(do(lane, "talk")["said"]) == 1 << 22


def test_running_work_is_called_off_at_once(lane: Lane) -> None:
    begun = threading.Event()
    work = lane.submit(Work("hang", {}, Path(), tell=lambda *_: begun.set()))
    assert begun.wait(30)
    called_off = time.monotonic()
    work.call_off()
    with pytest.raises(CancelledError):
        work.answer.result(timeout=30)
    assert time.monotonic() - called_off < 5
    assert "pid" in do(lane, "pid")


def test_no_more_waits_than_was_said(lane: Lane) -> None:
    begun = threading.Event()
    first = lane.submit(Work("hang", {}, Path(), tell=lambda *_: begun.set()))
    assert begun.wait(30)
    waiting = [lane.submit(Work("pid", {}, Path())) for _ in range(2)]
    with pytest.raises(ProblemError, match="At most 2"):
        lane.submit(Work("pid", {}, Path()))
    for work in (*waiting, first):
        work.call_off()
    with pytest.raises(CancelledError):
        waiting[1].answer.result(timeout=30)


def test_work_that_takes_too_long_is_ended_and_says_where_it_was(odd: str) -> None:
    lane = Lane(size=1, seconds=4, memory_bytes=1 << 30, waiting=2, preload=(odd,))
    try:
        found = problem(lane, "hang")
        assert "within 4 s" in found.error
        assert "hanging 1 of 2" in found.error
    finally:
        lane.close()


def test_closing_a_lane_ends_what_it_does(odd: str) -> None:
    lane = Lane(size=1, seconds=60, memory_bytes=1 << 30, waiting=2, preload=(odd,))
    begun = threading.Event()
    work = lane.submit(Work("hang", {}, Path(), tell=lambda *_: begun.set()))
    assert begun.wait(30)
    lane.close()
    assert work.answer.cancelled()
    with pytest.raises(ProblemError):
        lane.submit(Work("pid", {}, Path()))
