"""The toy pack, opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.generation import Generator

from .toy import write_toy


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy") / "pack"
    write_toy(folder)
    return folder


@pytest.fixture(scope="session")
def toy(toy_folder: Path) -> Generator:
    return Generator(toy_folder)
