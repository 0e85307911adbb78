import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from evoscope.abr.demo import demo_files
from evoscope.abr.findings import json_schema

Run = Callable[..., tuple[int, str, str]]


def test_the_demo_is_the_main_job(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("demo")
    assert code == 0
    for words in ("DEMO right click", "DEMO left click", "Threshold", "V"):
        assert words in out
    assert "evoscope-demo/report.html" in err
    assert "simulated" in err
    found = {p.name for p in (tmp_path / "evoscope-demo").iterdir()}
    assert {"report.html", "findings.json", "thresholds.csv", "figures"} <= found
    assert run("demo")[0] == 2  # not twice over the same folder


def test_its_json_is_pure_and_overwriting_works(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").write_text("of an earlier run")
    code, out, _ = run("demo", "-o", tmp_path / "out", "--overwrite", "--json")
    assert code == 0
    document = json.loads(out)
    jsonschema.validate(document, json_schema())
    thresholds = {s["info"]["ear"]: s["threshold"] for s in document["series"]}
    # The simulated truth: a response from 13 dB on the right, from 43 dB on the left.
    assert abs(thresholds["right"]["value_db"] - 12.0) <= 10.0
    assert abs(thresholds["left"]["value_db"] - 42.0) <= 10.0


def test_the_bundled_files_are_small_and_say_that_they_are_simulated() -> None:
    files = demo_files()
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) < 300_000
    for file in files:
        assert file.read_text(encoding="utf-8").startswith("# Simulated by Evoscope")
