"""What an analysis drags in: it starts fast, and without a training stack."""

from __future__ import annotations

import subprocess
import sys

_FOUND = """
import sys
import evoscope.abr.analysis, evoscope.abr.analysis.learned
print([name for name in ("torch", "pandas", "pyarrow", "onnxruntime") if name in sys.modules])
"""


def test_an_analysis_imports_neither_a_training_stack_nor_a_table_library() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _FOUND], check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]"
