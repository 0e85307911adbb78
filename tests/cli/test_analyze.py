import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from evoscope.abr.findings import json_schema

Run = Callable[..., tuple[int, str, str]]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()
    }


def test_a_clean_run_in_its_own_process(ear: Path, tmp_path: Path) -> None:
    evoscope = Path(sys.executable).with_name("evoscope")
    done = subprocess.run(
        [evoscope, "abr", "analyze", ear, "-o", tmp_path / "out"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert done.returncode == 0, done.stderr
    assert "P3 right click" in done.stdout
    assert str(tmp_path / "out" / "report.html") in done.stderr.replace("\n", "")
    assert len(rows_of(tmp_path / "out" / "thresholds.csv")) == 1
    assert len(list((tmp_path / "out" / "figures").iterdir())) == 3


def test_a_flat_recording_costs_the_others_neither_report_nor_figures(
    run: Run, ear: Path, tmp_path: Path
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "p3.csv").write_bytes(ear.read_bytes())
    zeros = "\n".join(f"{i * 0.05:.2f},0" for i in range(200))
    (folder / "p9.csv").write_text(f"time_ms,80 dB\n{zeros}\n")
    code, stdout, err = run("abr", "analyze", folder, "-o", out, "--analyzer", "classical")
    assert (code, "bug" in err) == (0, False)
    assert "Inconclusive" in stdout
    answers = {row["subject"]: row for row in rows_of(out / "thresholds.csv")}
    assert "is constant: left out" in answers["p9"]["warnings"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "is constant: left out" in page
    assert not re.search(r"<tbody>\s*</tbody>", page)  # no table without rows
    assert len(list((out / "figures").iterdir())) == 3  # of the other ear


def test_one_bad_file_does_not_stop_the_rest(run: Run, clinic: Path, tmp_path: Path) -> None:
    before = snapshot(clinic)
    out = tmp_path / "out"
    code, stdout, err = run("abr", "analyze", clinic, "-o", out, "--no-figures")
    assert code == 1
    assert {r["subject"] for r in rows_of(out / "thresholds.csv")} == {"P3", "P6"}
    (error,) = rows_of(out / "errors.csv")
    assert error["file"].endswith("broken.csv")
    assert "loud" in error["reason"]
    assert "broken.csv" in err
    (skipped,) = rows_of(out / "skipped.csv")
    assert skipped["file"].endswith("letter.txt")
    assert "P6 right click" in stdout
    assert snapshot(clinic) == before  # inputs are never touched


def test_all_inputs_bad_is_listed_and_is_not_success(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, _, err = run("abr", "analyze", clinic / "broken.csv", "-o", out)
    assert code == 1
    assert "Traceback" not in err
    assert len(rows_of(out / "errors.csv")) == 1
    assert "No recording could be analyzed" in (out / "report.html").read_text(encoding="utf-8")


def test_a_letter_given_as_a_recording_is_explained(run: Run, clinic: Path, tmp_path: Path) -> None:
    code, _, err = run("abr", "analyze", clinic / "letter.txt", "-o", tmp_path / "out")
    assert code == 1
    assert "letter.txt" in err


def test_json_is_one_document_and_nothing_else(run: Run, clinic: Path, tmp_path: Path) -> None:
    code, out, err = run("abr", "analyze", clinic, "--json")
    assert code == 1
    document = json.loads(out)
    jsonschema.validate(document, json_schema())
    assert len(document["series"]) == 2
    assert len(document["errors"]) == 1
    assert "broken.csv" in err
    assert list(tmp_path.iterdir()) == [clinic]  # no folder was asked for


def test_json_and_folder_say_the_same(run: Run, ear: Path, tmp_path: Path) -> None:
    _, out, _ = run("abr", "analyze", ear, "--json", "-o", tmp_path / "out", "--no-figures")
    assert (tmp_path / "out" / "findings.json").read_text(encoding="utf-8") == out


def test_results_are_not_overwritten_unless_asked(run: Run, ear: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("keep me")
    code, _, err = run("abr", "analyze", ear, "-o", out, "--no-figures")
    assert code == 2
    assert "--overwrite" in err
    assert [p.name for p in out.iterdir()] == ["mine.txt"]
    code, _, _ = run("abr", "analyze", ear, "-o", out, "--no-figures", "--overwrite")
    assert code == 0
    assert (out / "mine.txt").read_text() == "keep me"
    assert (out / "report.html").exists()


@pytest.mark.parametrize("name", ["n" * 300, "taken.txt/out"])
def test_a_folder_that_cannot_be_is_refused_before_the_work(
    run: Run, ear: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken.txt").write_text("a file")
    monkeypatch.delattr("evoscope.cli.analyze_command.read_inputs")
    code, _, err = run("abr", "analyze", ear, "-o", tmp_path / name)
    assert code == 2
    assert "should be" in err
    assert "Traceback" not in err


def test_a_disk_that_fills_up_is_a_sentence(
    run: Run, ear: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evoscope.abr.report.writer.write_tables", full)
    code, _, err = run("abr", "analyze", ear, "-o", tmp_path / "out", "--no-figures")
    assert code == 2
    assert "Found No space left on device" in err
    assert list(tmp_path.iterdir()) == []


def test_of_two_runs_at_once_one_is_told_that_it_lost(
    run: Run, ear: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"

    def meanwhile(*_: object) -> None:
        out.mkdir()
        (out / "report.html").write_text("of the other run")

    monkeypatch.setattr("evoscope.abr.report.writer.write_tables", meanwhile)
    code, _, err = run("abr", "analyze", ear, "-o", out, "--no-figures")
    assert code == 2
    assert "another run meanwhile" in err
    assert (out / "report.html").read_text() == "of the other run"


def test_terminal_page_and_table_count_the_same_warnings(
    run: Run, clinic: Path, tmp_path: Path
) -> None:
    odd = clinic / "odd.csv"
    odd.write_text((clinic / "p3.csv").read_text().replace(",nHL,", ",,"))
    out = tmp_path / "out"
    code, stdout, _ = run("abr", "analyze", odd, "-o", out, "--no-figures")
    assert code == 0
    (row,) = rows_of(out / "thresholds.csv")
    said = len(row["warnings"].split(" | "))
    assert row["warnings"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert f'data-label="Warnings">{said}</td>' in page
    listed = page[page.index("Before you rely on this") :]
    assert listed[: listed.index("</ul>")].count("<li>") == said
    (line,) = [text for text in stdout.splitlines() if "P3" in text or "p3" in text]
    assert line.rstrip().endswith(f" {said}")


def test_the_folder_of_the_recordings_is_no_place_for_results(run: Run, clinic: Path) -> None:
    before = snapshot(clinic)
    code, _, err = run("abr", "analyze", clinic, "-o", clinic, "--overwrite")
    assert code == 2
    assert "inputs are never touched" in err
    assert snapshot(clinic) == before


def test_a_crash_in_one_series_is_listed_with_a_request_to_report_it(
    run: Run, clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evoscope.abr.analysis import files

    analyze = files.analyze

    def moody(series: object, **options: object) -> object:
        if "P6" in series.name:  # type: ignore[attr-defined]
            raise ZeroDivisionError("odd")
        return analyze(series, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "analyze", moody)
    out = tmp_path / "out"
    code, _, _ = run("abr", "analyze", clinic / "p3.csv", clinic / "p6.csv", "-o", out)
    assert code == 1
    assert [r["subject"] for r in rows_of(out / "thresholds.csv")] == ["P3"]
    (error,) = rows_of(out / "errors.csv")
    assert error["reason"] == "Unexpected ZeroDivisionError: odd"
    assert "report it" in error["hint"]
    assert "p6.csv" in error["file"]


def test_a_crash_in_one_reader_is_listed_too(
    run: Run, ear: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evoscope.abr.analysis import files

    def broken(path: Path) -> object:
        raise IndexError(f"deep inside {path.name}")

    monkeypatch.setattr(files, "read_recordings", broken)
    code, _, err = run("abr", "inspect", ear)
    assert code == 1
    assert "Unexpected IndexError: deep inside p3.csv" in err
    assert "report it" in err


def test_options_reach_the_analysis(
    run: Run, ear: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evoscope.abr.analysis import files

    seen = []
    analyze = files.analyze

    def watching(series: object, *, options: object) -> object:
        seen.append(options)
        return analyze(series, options=options)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "analyze", watching)
    levels = tmp_path / "levels.csv"
    levels.write_text("nominal_db,actual_db\n80,77.5\n")
    code, _, _ = run(
        *("abr", "analyze", ear, "--json", "--species", "rat", "--filter", "none"),
        *("--calibration", levels, "--age-weeks", "6"),
    )
    assert code == 0
    (options,) = seen
    assert (options.species, options.filter_preset) == ("rat", "none")
    assert (options.age_years, options.age_weeks) == (None, 6.0)
    assert dict(options.calibration) == {80.0: 77.5}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("level,true\n1,2\n", "nominal_db and actual_db"),
        ("nominal_db,actual_db\n", "at least one row"),
        ("nominal_db,actual_db\n80,loud\n", "line 2"),
        ("nominal_db,actual_db\n80,77\n80,78\n", "80 dB twice"),
        ("nominal_db,actual_db\n80,nan\n", "should be a number"),
        (None, "readable CSV"),
    ],
)
def test_a_wrong_calibration_file_is_bad_usage(
    run: Run, ear: Path, tmp_path: Path, text: str | None, complaint: str
) -> None:
    levels = tmp_path / "levels.csv"
    if text is not None:
        levels.write_text(text)
    code, out, err = run("abr", "analyze", ear, "--json", "--calibration", levels)
    assert code == 2
    assert complaint in err
    assert out == ""


def test_the_same_file_gives_the_same_findings(run: Run, ear: Path) -> None:
    first = run("abr", "analyze", ear, "--json")
    assert first[0] == 0
    assert run("abr", "analyze", ear, "--json")[1] == first[1]
