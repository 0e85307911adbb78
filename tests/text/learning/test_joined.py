"""An encoder that comes in several packages is found by its name, and is the published one."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evoscope.text.backbones import BACKBONES, BackboneError, BackboneFiles, find_backbone


@pytest.fixture
def parts(backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packages on the path, each with half of an archive of the encoder."""
    monkeypatch.setenv("EVOSCOPE_CACHE", str(tmp_path / "cache"))
    shutil.copytree(backbone, tmp_path / "hub" / "tiny")
    archive = Path(shutil.make_archive(str(tmp_path / "tiny"), "zip", tmp_path / "hub"))
    content = archive.read_bytes()
    site = tmp_path / "site"
    for i, half in enumerate((content[:5000], content[5000:]), 1):
        inside = site / f"tiny-part_00{i}" / "input"
        inside.mkdir(parents=True)
        (inside.parent / "__init__.py").touch()
        (inside / f"tiny.zip.00{i}").write_bytes(half)
    monkeypatch.syspath_prepend(str(site))
    known = replace(
        BACKBONES["mpnet"],
        repository="somebody/tiny",
        packages=("tiny-part-001", "tiny-part-002"),
        modules=("tiny-part_001", "tiny-part_002"),
        sha256=BackboneFiles("tiny", backbone).sha256,
    )
    monkeypatch.setitem(BACKBONES, "mpnet", known)
    return site


def test_parts_are_joined_once_and_kept(parts: Path, backbone: Path) -> None:
    files = find_backbone("mpnet")
    assert files.sha256 == BackboneFiles("tiny", backbone).sha256
    assert files.tokenizer.read_bytes() == (backbone / "tokenizer.json").read_bytes()
    (parts / "tiny-part_002" / "input" / "tiny.zip.002").unlink()  # no longer asked for
    assert find_backbone("mpnet").folder == files.folder
    assert [one.name for one in files.folder.parent.iterdir()] == [files.folder.name]


def test_a_part_that_is_lacking_is_named(parts: Path) -> None:
    shutil.rmtree(parts / "tiny-part_001")
    with pytest.raises(BackboneError, match="--no-deps tiny-part-001 tiny-part-002"):
        find_backbone("mpnet")


@pytest.mark.parametrize("harm", ["other weights", "a part of no archive"])
def test_what_is_not_the_published_encoder_is_refused_and_not_kept(
    harm: str, parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if harm == "other weights":
        monkeypatch.setitem(BACKBONES, "mpnet", replace(BACKBONES["mpnet"], sha256="0" * 64))
    else:
        (parts / "tiny-part_002" / "input" / "tiny.zip.002").write_bytes(b"")
    with pytest.raises(BackboneError, match="should hold the weights"):
        find_backbone("mpnet")
    assert not list((tmp_path / "cache").iterdir())
