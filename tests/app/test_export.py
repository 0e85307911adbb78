"""What leaves the store does not contradict the person whose word it carries."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evoscope.abr.analysis import Options, analyze
from evoscope.abr.findings import Findings, LossType
from evoscope.abr.simulation import simulate_series
from evoscope.app.readings import Acted, MarkLossType, Reading, reading_of
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


def document(folder: Path, *read: tuple[Findings, Reading | None]) -> dict[str, Any]:
    series = [
        {
            "id": f"{i:032x}",
            "findings": found.model_dump(mode="json"),
            "reading": None if reading is None else reading.model_dump(mode="json"),
            "readings": [],
        }
        for i, (found, reading) in enumerate(read)
    ]
    given = {"series": series, "errors": [], "skipped": []}
    (folder / "export.json").write_text(json.dumps(given))
    made = export({"what": "json", "figures": False}, folder, lambda *_: None)
    written: dict[str, Any] = json.loads((folder / made["file"]).read_text())
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
