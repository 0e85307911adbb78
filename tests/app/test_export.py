"""What leaves the store does not contradict the person whose word it carries."""

from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evoscope.abr.analysis import Options, analyze, build_document
from evoscope.abr.findings import Document, Findings, LossType
from evoscope.abr.report import COLUMNS, table_rows
from evoscope.abr.report.tables import write_csv
from evoscope.abr.simulation import simulate_series
from evoscope.app.readings import (
    Acted,
    MarkLossType,
    MarkThreshold,
    Reading,
    latest_of,
    reading_of,
)
from evoscope.app.work.export import export

SURE = {"normal": 0.9, "neuropathy": 0.0, "snhl": 0.1, "total": 0.0, "chl": 0.0}
NORMAL = LossType(name="normal", probability=0.9, probabilities=SURE)


def said_by_the_machine(subject: str) -> Findings:
    """A series whose loss type the analysis names."""
    series, _ = simulate_series(
        true_threshold_db=22, levels_db=(40, 60), seed=1, subject=subject, ear="right"
    )
    found = analyze(series, options=Options(analyzer="classical"))
    return found.model_copy(update={"loss_type": NORMAL})


def put(folder: Path, *read: tuple[Findings, Reading | None]) -> None:
    """Put series where the work finds them."""
    with (folder / "export.jsonl").open("w") as lines:
        for i, (found, reading) in enumerate(read):
            one: dict[str, Any] = {
                "id": f"{i:032x}",
                "findings": found.model_dump(mode="json"),
                "reading": None if reading is None else reading.model_dump(mode="json"),
                "readings": [],
            }
            lines.write(json.dumps(one) + "\n")
    (folder / "export.json").write_text('{"errors": [], "skipped": []}')


def made(folder: Path, what: str) -> str:
    """What the work writes."""
    done = export({"what": what, "figures": False}, folder, lambda *_: None)
    return (folder / str(done["file"])).read_text()


def document(folder: Path, *read: tuple[Findings, Reading | None]) -> dict[str, Any]:
    put(folder, *read)
    written: dict[str, Any] = json.loads(made(folder, "json"))
    return written


def test_an_ear_that_a_person_typed_is_not_typed_again_from_its_other_series(
    tmp_path: Path,
) -> None:
    act = MarkLossType(kind="loss_type", value="snhl")
    mark = reading_of("anna", [Acted(1, datetime(2026, 1, 1, tzinfo=UTC), act)])
    hers, others = said_by_the_machine("P3"), said_by_the_machine("P4")
    series = [(hers, None)] * 3 + [(others, None)] * 2
    assert [ear["subject"] for ear in document(tmp_path, *series)["ears"]] == ["P3", "P4"]
    after = document(tmp_path, (hers, mark), *series[1:])
    assert [ear["subject"] for ear in after["ears"]] == ["P4"]
    assert [one["loss_type"]["name"] for one in after["series"]] == ["snhl"] + ["normal"] * 4


def test_what_is_written_piece_by_piece_is_what_is_written_at_once(tmp_path: Path) -> None:
    right = said_by_the_machine("P3")
    info = right.info.model_copy(update={"ear": "left", "name": "P3 left click"})
    unsaid = right.info.model_copy(update={"level_reference": "unknown"})
    found = [right, right.model_copy(update={"info": info}), said_by_the_machine("P4")]
    found.append(right.model_copy(update={"info": unsaid}))  # mixed references: a warning
    whole = build_document(found)
    put(tmp_path, *((one, None) for one in found))
    assert Document.model_validate_json(made(tmp_path, "json")) == whole
    assert any("different references" in text for text in whole.series[0].warnings)
    for name, rows in table_rows(whole).items():
        write_csv(tmp_path / "at-once.csv", COLUMNS[name], rows)
        assert made(tmp_path, name) == (tmp_path / "at-once.csv").read_text(), name


@pytest.mark.parametrize("what", ["json", "waves"])
def test_a_batch_is_not_held_in_memory(tmp_path: Path, what: str) -> None:
    levels = (10, 20, 30, 40, 50, 60, 70, 80)
    series, _ = simulate_series(true_threshold_db=22, levels_db=levels, seed=1, subject="P3")
    found = analyze(series, options=Options(analyzer="classical"))
    text = found.model_dump_json()
    tracemalloc.start()
    held = Findings.model_validate_json(text)
    whole = tracemalloc.get_traced_memory()[0]
    assert held == found
    peaks = []
    for number in (5, 40):
        put(tmp_path, *[(found, None)] * number)
        tracemalloc.reset_peak()
        export({"what": what, "figures": False}, tmp_path, lambda *_: None)
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert (peaks[1] - peaks[0]) / 35 < 0.2 * whole  # of each further series an outline stays


def test_what_everybody_says_is_of_each_thing_the_latest(tmp_path: Path) -> None:
    found = said_by_the_machine("P3")
    first, later = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2))
    thirty, forty = (MarkThreshold(kind="threshold", value_db=value) for value in (30, 40))
    chl = MarkLossType(kind="loss_type", value="chl")
    anna = reading_of("anna", [Acted(1, first, thirty), Acted(2, later, chl)])
    bert = reading_of("bert", [Acted(1, later, forty)])
    (series,) = document(tmp_path, (found, latest_of([anna, bert])))["series"]
    assert (series["threshold"]["value_db"], series["loss_type"]["name"]) == (40, "chl")
    assert series["threshold"]["method"] == "marked by bert on 2026-01-02"
    assert series["warnings"][0].startswith("Corrected by anna, bert, last on 2026-01-02")
    (series,) = document(tmp_path, (found, latest_of([anna, reading_of("bert", [])])))["series"]
    assert series["threshold"]["value_db"] == 30
