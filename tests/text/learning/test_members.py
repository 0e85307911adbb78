"""What averaging runs was worth is measured on the runs themselves, and written as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.text.benchmark.members import AveragedRuns, members_table
from evoscope.text.learning import changed, members

from .tiny import tiny_corpora, tiny_recipe


@pytest.fixture
def found(backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AveragedRuns:
    # The second run learns next to nothing: it has to look like it.
    still = {"optimiser": {"learning_rate": 1e-9}}
    recipe = changed(tiny_recipe(backbone), {"members": [still]})
    monkeypatch.setattr(members, "load_recipe", lambda _name: recipe)
    monkeypatch.setattr(members, "load_corpora", tiny_corpora)
    monkeypatch.setattr(members, "_RESAMPLES", 4)
    monkeypatch.chdir(tmp_path)
    result = tmp_path / members.RESULT
    result.parent.mkdir(parents=True)
    assert members.main([str(tmp_path / "runs"), "a" * 40]) == 0
    return AveragedRuns.model_validate_json(result.read_text("utf-8"))


def test_every_run_is_judged_by_itself_and_so_is_their_mean(found: AveragedRuns) -> None:
    safety = next(one for one in found.figures if one.name == "safety, macro AUC")
    learned, still = (run.value for run in safety.runs)
    assert learned is not None
    assert still is not None
    assert learned > 0.9 > still
    assert safety.mean.value not in (learned, still, None)
    table = members_table(found.model_dump_json())
    assert "| figure | run 1 | run 2 | mean of weights | n | trivial |" in table
    assert "1.00 [1.00, 1.00]" in table
    assert f"`{'a' * 12}`" in table


def test_a_folder_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert members.main([]) == 2
    assert "Found 0 names" in capsys.readouterr().err
