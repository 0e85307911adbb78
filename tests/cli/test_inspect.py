import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def test_what_was_understood_is_said(run: Run, ear: Path) -> None:
    code, out, err = run("abr", "inspect", ear)
    assert code == 0
    assert err == ""
    for words in (
        "P3 right click",
        "10, 20, 30, 40, 60, 80 dB nHL",
        "21.1 per second",
        "20000 Hz",
        "-1 to 13.95 ms, time zero: file",
        "2,000",
        "half-averages",
        "\N{MICRO SIGN}V peak to peak",
    ):
        assert words in out


def test_json_is_one_document_and_nothing_else(run: Run, clinic: Path) -> None:
    code, out, err = run("abr", "inspect", clinic, "--json")
    assert code == 1
    found = json.loads(out)
    assert [s["name"] for s in found["series"]] == ["P3 right click", "P6 right click"]
    first = found["series"][0]
    assert first["levels_db"] == [10.0, 20.0, 30.0, 40.0, 60.0, 80.0]
    assert first["sweeps"] == [2000, 2000]
    assert first["parts"] == ["half-averages"]
    assert first["window_ms"] == [-1.0, 13.95]
    assert 0.1 < first["peak_to_peak_uv"][1] < 2.0
    assert [e["file"].endswith("broken.csv") for e in found["errors"]] == [True]
    assert [s["file"].endswith("letter.txt") for s in found["skipped"]] == [True]
    assert "broken.csv" in err


def test_nothing_is_written(run: Run, clinic: Path) -> None:
    before = sorted(clinic.rglob("*"))
    run("abr", "inspect", clinic)
    assert sorted(clinic.rglob("*")) == before
