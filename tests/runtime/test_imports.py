"""What the runtime costs to import, and what it never needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evoscope.runtime import Pack, PackError, Session, open_pack, shipped
from evoscope.runtime.manifest import CARD

from .small import cases, small

TRAINING = {"torch", "onnx", "onnxscript", "scipy", "pandas", "matplotlib", "sklearn"}

CODE = """
import json, sys
import numpy as np
seen = []
def note():
    seen.append(sorted({name.split(".")[0] for name in sys.modules}))
import evoscope.runtime as runtime
note()
pack = runtime.open_pack(sys.argv[1])
session = runtime.Session(pack)
note()
x = np.zeros((1, 8), np.float32)
conditions = np.zeros((1, 2), np.float32)
assert runtime.run_in_batches(session, "classifier", {"x": x, "conditions": conditions})
note()
print(json.dumps(seen))
"""


def test_a_graph_runs_without_the_training_stack_and_opens_late(pack: Pack) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CODE, str(pack.folder)], capture_output=True, text=True, check=True
    )
    imported, opened, ran = (set(names) for names in json.loads(run.stdout))
    assert "onnxruntime" not in imported | opened
    assert "onnxruntime" in ran
    assert ran.isdisjoint(TRAINING)


def test_without_onnx_runtime_the_error_says_what_to_install(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert open_pack(pack.folder).card.name == "small"
    with pytest.raises(PackError, match="pip install onnxruntime"):
        Session(pack).run("classifier", cases(1))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    home = tmp_path / "instrument_of_a_test"
    home.mkdir()
    (home / "__init__.py").write_text("")
    small(home / "packs" / "small")
    (home / "packs" / "notes").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    return home.name


def test_a_shipped_pack_is_found_by_name(package: str) -> None:
    folder = shipped("small", package=package)
    assert (folder / CARD).is_file()
    assert open_pack(folder).card.name == "small"


def test_a_pack_that_is_not_shipped_is_refused_with_those_that_are(package: str) -> None:
    for name in ("large", "notes", "../packs/small"):
        with pytest.raises(PackError, match=r"one of \['small'\]. Found"):
            shipped(name, package=package)


def test_a_package_without_packs_ships_none() -> None:
    with pytest.raises(PackError, match=r"one of \[\]"):
        shipped("small", package="evoscope.measure")
