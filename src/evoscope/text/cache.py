"""Where what is made once is kept."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Where assembled packs are kept: ``EVOSCOPE_CACHE``, else ``evoscope`` in the user's cache."""
    stated = os.environ.get("EVOSCOPE_CACHE")
    if stated:
        return Path(stated)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "evoscope"
