"""Sample files of every format.

Builders live in ``builders_text.py`` and ``builders_binary.py``, each with a table
``BUILDERS: dict[reader name, function(folder) -> path of a sample]``; tests import them as
``from .builders_text import BUILDERS``. A reader without a builder fails the contract test.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def real_data() -> Path:
    """The folder that holds ``abr/`` with real recordings; it is not part of the repository."""
    folder = os.environ.get("EVOSCOPE_REALDATA")
    if not folder:
        pytest.skip("EVOSCOPE_REALDATA is not set: no real recordings here")
    return Path(folder)
