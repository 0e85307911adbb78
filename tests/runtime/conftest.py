"""One pack for the tests that only read it."""

from __future__ import annotations

import pytest

from evoscope.runtime import Pack

from .small import small


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return small(tmp_path_factory.mktemp("packs") / "small")
