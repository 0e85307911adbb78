"""Measuring needs numpy and nothing else: it runs beside a model pack on a bare machine."""

from __future__ import annotations

import subprocess
import sys


def test_measuring_imports_numpy_only() -> None:
    code = (
        "import sys, evoscope.measure; "
        "print({m.split('.')[0] for m in sys.modules} & "
        "{'numpy', 'scipy', 'pandas', 'torch', 'sklearn', 'pydantic', 'matplotlib'})"
    )
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stdout.strip() == "{'numpy'}"
