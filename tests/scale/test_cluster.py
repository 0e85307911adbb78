"""A cluster brings back everything, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from evoscope.scale.cluster import ClusterError, check_installed, cluster
from evoscope.scale.engines import each
from evoscope.scale.parts import Parts

# On a busy machine processes take long to start.
pytestmark = [pytest.mark.usefixtures("two_workers"), pytest.mark.timeout(600)]


def lethal_once(marker: Path, doomed: int):  # type: ignore[no-untyped-def]
    """Work whose worker is killed while it is at one item, the first time."""

    def work(item: int) -> bytes:
        if item == doomed and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return str(item).encode()

    return work


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    folder, marker = tmp_path / "parts", tmp_path / "killed"
    folder.mkdir()
    parts = Parts(folder, lethal_once(marker, doomed=3), range(8), engine="ray")
    assert list(parts) == [str(item).encode() for item in range(8)]
    assert marker.exists()  # it was killed, and not spared
    assert parts.missing() == []


def test_a_part_that_kills_every_worker_ends_the_run_and_the_rest_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoscope.scale.cluster._LIVES", 1)
    folder, healed = tmp_path / "parts", tmp_path / "healed"
    folder.mkdir()

    def work(item: int) -> bytes:
        if item == 5 and not healed.exists():
            os.kill(os.getpid(), signal.SIGKILL)
        with (tmp_path / "made").open("a") as file:
            file.write(f"{item}\n")
        return str(item).encode()

    parts = Parts(folder, work, range(6), engine="ray")
    with pytest.raises(ClusterError, match="goes on from there"):
        list(parts)
    done = {item for item in range(6) if item not in parts.missing()}
    healed.touch()
    before = len((tmp_path / "made").read_text().split())
    assert list(parts) == [str(item).encode() for item in range(6)]
    made_again = (tmp_path / "made").read_text().split()[before:]
    assert done.isdisjoint(map(int, made_again))  # what was done is not done twice


def test_an_error_of_the_work_is_raised_as_it_was() -> None:
    def work(item: int) -> int:
        if item == 2:
            raise ValueError("item 2 should be whole. Found a half.")
        return item

    with pytest.raises(ValueError, match=r"item 2 should be whole\. Found a half\."):
        list(each(work, range(4), engine="ray"))


def test_nothing_is_reported_to_anybody() -> None:
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    (seen,) = each(lambda _item: os.environ.get("RAY_USAGE_STATS_ENABLED"), [0], engine="ray")
    assert seen == "0"


def test_several_workers_work_at_once(tmp_path: Path) -> None:
    def meet(_item: int) -> int:
        (tmp_path / str(os.getpid())).touch()
        for _ in range(1000):  # until the other one is there, too
            if len(list(tmp_path.iterdir())) == 2:
                return os.getpid()
            time.sleep(0.1)
        raise TimeoutError("nobody else came")

    pids = set(each(meet, range(2), engine="ray"))
    assert os.getpid() not in pids
    assert len(pids) == 2


def test_without_ray_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoscope.scale.cluster.find_spec", lambda _name: None)
    with pytest.raises(ClusterError, match=r"pip install 'evoscope\[scale\]'"):
        check_installed()
    with pytest.raises(ClusterError, match="Found none"), cluster():
        pass
