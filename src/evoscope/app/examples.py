"""What answers look like: an example of each, for the OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

_FILE = Path(__file__).with_suffix(".json")


def answer_examples() -> dict[str, Any]:
    """An example of each answer by the name of its schema: real answers, their lists cut short.

    Example:
        >>> answer_examples()["Health"]["status"]
        'ok'
    """
    return cast(dict[str, Any], json.loads(_FILE.read_text(encoding="utf-8")))
