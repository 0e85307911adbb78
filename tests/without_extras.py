"""An installation without extras, in a process of its own: as if their libraries were not there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

GONE = ("pandas", "pyarrow", "wfdb")
_SITE = f"""
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in {GONE}:
            return None
        return super().find_spec(name, path, target)

sys.meta_path = [Without if one is PathFinder else one for one in sys.meta_path]
"""


def environment_without(folder: Path) -> Mapping[str, str]:
    """Variables under which Python, and whatever it starts, finds none of these libraries."""
    (folder / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}
