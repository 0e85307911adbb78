"""``torchrun`` shares a run's batches among processes: the weights are those of one process."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import torch

from evoscope.multitask.loop.checkpoint import read_checkpoint

# On a busy machine processes take long to start.
pytestmark = pytest.mark.timeout(600)
SCRIPT = Path(__file__).parents[1] / "multitask" / "loop" / "problem.py"


@pytest.fixture(scope="module")
def problem() -> ModuleType:
    spec = spec_from_file_location("problem_of_torchrun", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass in it looks itself up
    spec.loader.exec_module(module)
    return module


def test_two_processes_of_torchrun_come_to_the_weights_of_one(
    problem: ModuleType, tmp_path: Path
) -> None:
    asked = ["--standalone", "--nproc-per-node", "2", str(SCRIPT), "share", str(tmp_path / "two")]
    ended = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", *asked],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.count("run ended: completed") == 1  # one of the two speaks
    # A step is of all rows that the recipe says, however many processes share them.
    settings = problem.everything(ema_decay=None, epochs=1)
    problem.run(tmp_path / "one", settings, net=problem.model(dropout=0.0), rows=problem.data())
    two, one = (read_checkpoint(tmp_path / name / "last.safetensors")[0] for name in ("two", "one"))
    assert one.keys() == two.keys()
    for key, tensor in one.items():
        torch.testing.assert_close(tensor, two[key], rtol=1e-4, atol=1e-5, msg=key)
    moved = problem.model(dropout=0.0).state_dict()
    assert any(not torch.equal(tensor, one[f"model.{key}"]) for key, tensor in moved.items())


def test_of_several_processes_one_writes_the_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evoscope.abr.learning import generators

    written: list[str] = []
    trained = type("Trained", (), {"run": type("Run", (), {"ended": "completed"})()})()
    monkeypatch.setattr(generators, "train_cvae", lambda *_, **__: trained)
    monkeypatch.setattr(
        generators, "write_cvae_pack", lambda folder, *_, **__: written.append(folder)
    )
    recipe = generators.load_generator_recipe("cvae")
    for rank in ("1", "0"):
        monkeypatch.setenv("RANK", rank)
        pack = tmp_path / rank
        generators.make_generator(
            recipe, [], run_folder=tmp_path, pack_folder=pack, name="x", version="1", commit="0"
        )
    assert written == [tmp_path / "0"]
