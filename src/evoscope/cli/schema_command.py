"""``evoscope abr schema``."""

from __future__ import annotations

import json
import sys

from evoscope.abr.findings import json_schema


def run_schema() -> int:
    """Print the schema as ``docs/findings.schema.json`` holds it."""
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
    return 0
