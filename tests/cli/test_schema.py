import json
from collections.abc import Callable
from pathlib import Path

import jsonschema

from evoscope.abr.findings import json_schema

Run = Callable[..., tuple[int, str, str]]
PUBLISHED = Path(__file__).parents[2] / "docs" / "findings.schema.json"


def test_the_published_schema_is_the_one_findings_follow() -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    hint = "evoscope abr schema > docs/findings.schema.json"
    assert published == json_schema(), f"The published file should be current. Run: {hint}"
    jsonschema.validators.validator_for(published).check_schema(published)


def test_the_command_prints_the_published_file(run: Run) -> None:
    assert run("abr", "schema") == (0, PUBLISHED.read_text(encoding="utf-8"), "")
