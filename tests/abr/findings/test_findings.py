"""The published document: what a program elsewhere may rely on."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from evoscope.abr.findings import (
    LOSS_TYPES,
    SCHEMA_ID,
    WAVES,
    Analyzer,
    Document,
    Estimate,
    Findings,
    LossType,
    RecordingFindings,
    SeriesInfo,
    Threshold,
    Trace,
    Wave,
    json_schema,
)

TRACE = Trace(start_ms=-1.0, step_ms=0.05, values_uv=(0.0, 0.1))


def level(level_db: float = 60.0, **changes: Any) -> RecordingFindings:
    fields: dict[str, Any] = {
        "path": "a.txt",
        "format": "csv",
        "record": 0,
        "level_db": level_db,
        "noise_source": "halves",
        "call": "CR",
        "call_rule": "UK",
        "trace": TRACE,
        "denoised": TRACE,
    }
    return RecordingFindings(**(fields | changes))


def document(*levels: RecordingFindings) -> Document:
    findings = Findings(
        info=SeriesInfo(
            name="P1",
            file="a.txt",
            subject="P1",
            ear="left",
            species="human",
            stimulus="click",
            transducer="insert",
            level_reference="nHL",
        ),
        recordings=levels,
        levels=levels,
        threshold=Threshold(
            status="inconclusive",
            level_reference="nHL",
            method="m",
            criterion=0.1,
            evidence_name="e",
            reason="one level",
        ),
        loss_type=LossType(name="cannot tell", reason="classical"),
        analyzer=Analyzer(name="classical", version="0"),
    )
    return Document(version="0", series=(findings,))


def test_what_is_written_follows_the_published_schema_and_reads_back() -> None:
    wave = Wave(name="V", probability=0.9, present=True, latency_ms=Estimate(value=5.6))
    written = document(level(50.0), level(60.0, waves=(wave,)))
    text = written.model_dump_json()
    jsonschema.validate(json.loads(text), json_schema())
    assert Document.model_validate_json(text) == written


def test_the_schema_is_a_schema_and_knows_its_id() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema_id"]["const"] == SCHEMA_ID


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(schema_id="evoscope/findings/2"),
        lambda d: d["series"][0]["threshold"].update(status="normal"),
        lambda d: d["series"][0]["levels"][0].update(noise_source="guess"),
        lambda d: d["series"][0]["levels"][0].update(latency=5.0),
        lambda d: d["series"][0].pop("threshold"),
    ],
)
def test_the_schema_refuses_what_the_program_would_never_write(spoil: Any) -> None:
    data = json.loads(document(level()).model_dump_json())
    spoil(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, json_schema())


def test_a_misspelt_field_is_an_error_not_a_lost_value() -> None:
    with pytest.raises(ValidationError, match="latency"):
        Wave(name="V", probability=0.5, present=True, latency=5.6)  # type: ignore[call-arg]


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_a_probability_is_between_0_and_1(probability: float) -> None:
    with pytest.raises(ValidationError, match="probability"):
        Wave(name="V", probability=probability, present=True)


def test_findings_cannot_be_edited_after_the_fact() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        level().level_db = 20.0


def test_a_wave_is_found_by_name() -> None:
    waves = tuple(Wave(name=n, probability=0.1, present=False) for n in WAVES[1:])
    one = level(waves=waves)
    found = one.wave("V")
    assert found is not None
    assert found.name == "V"
    assert one.wave("I") is None


def test_levels_are_listed_once_softest_first() -> None:
    found = document(level(60.0), level(20.0), level(60.0, record=1)).series[0]
    assert found.levels_db == (20.0, 60.0)


def test_class_names_are_the_five_everyone_uses() -> None:
    assert LOSS_TYPES == ("normal", "neuropathy", "snhl", "total", "chl")
