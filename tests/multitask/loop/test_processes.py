"""Several processes that share a run's batches come to the result of one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import torch

from evoscope.multitask import read_log
from evoscope.multitask.loop.checkpoint import read_checkpoint


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def test_two_processes_come_to_the_result_of_one(problem: ModuleType, tmp_path: Path) -> None:
    # What torchrun sets for each of them.
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    children = [
        subprocess.Popen(
            [sys.executable, problem.__file__, "share", str(tmp_path / "two")],
            env=os.environ | shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    said = [child.communicate(timeout=100)[1] for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    assert "run ended: completed" in said[0]
    assert "run ended" not in said[1]  # one process speaks, and writes
    settings = problem.everything(ema_decay=None, epochs=1)
    problem.run(tmp_path / "one", settings, net=problem.model(dropout=0.0), rows=problem.data())
    two, one = (read_checkpoint(tmp_path / name / "last.safetensors") for name in ("two", "one"))
    for key, tensor in one[0].items():
        torch.testing.assert_close(tensor, two[0][key], rtol=1e-4, atol=1e-5, msg=key)
    logs = [
        [line["loss"] for line in read_log(tmp_path / name / "log.jsonl") if "loss" in line]
        for name in ("one", "two")
    ]
    assert len(logs[0]) == 6
    torch.testing.assert_close(torch.tensor(logs[0]), torch.tensor(logs[1]), rtol=1e-4, atol=1e-5)
