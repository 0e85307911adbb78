"""A pack that was damaged, changed, renamed or made for something else is not opened."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evoscope.runtime import Expected, Pack, PackError, Session, open_pack
from evoscope.runtime.manifest import CARD, sealed, stamp

from .small import NAMES, card, graphs

FILES = (CARD, "classifier.onnx", "products.onnx", "words.txt", "table.json")


@pytest.fixture
def copy(pack: Pack, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pack.folder, tmp_path / "copy"))


def test_what_was_written_is_what_is_read(pack: Pack) -> None:
    opened = open_pack(str(pack.folder))
    assert opened == pack
    assert opened.card == card()
    assert {p.name for p in pack.folder.iterdir()} == set(FILES)
    assert opened.read("words.txt") == b"one\ntwo\n"
    assert opened.graph("products") == graphs()["products"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("where", [0, 0.5, -1])
def test_one_changed_byte_anywhere_is_noticed(copy: Path, name: str, where: float) -> None:
    path = copy / name
    content = bytearray(path.read_bytes())
    content[int(where * len(content)) if where > 0 else int(where)] ^= 1
    path.write_bytes(content)
    with pytest.raises(PackError, match=r"should .* Found"):
        open_pack(copy)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", ["cut", "grown", "missing", "folder", "pipe"])
def test_a_file_that_is_not_whole_is_noticed(copy: Path, name: str, change: str) -> None:
    if change == "pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    path = copy / name
    content = path.read_bytes()
    path.unlink()
    if change == "cut":
        path.write_bytes(content[:-2])
    elif change == "grown":
        path.write_bytes(content + b"}")
    elif change == "folder":
        path.mkdir()
    elif change == "pipe":
        os.mkfifo(path)  # reading it would never end
    with pytest.raises(PackError, match=r"should .* Found"):
        open_pack(copy)


def edited(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change a card and give it the hash that fits, as one who means harm would."""
    import hashlib

    body = json.loads((folder / CARD).read_bytes())
    del body["sha256"]
    edit(body)
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    body["sha256"] = hashlib.sha256(canonical.encode()).hexdigest()
    (folder / CARD).write_text(json.dumps(body), encoding="utf-8")


def with_file(name: str) -> Callable[[dict[str, Any]], None]:
    def edit(body: dict[str, Any]) -> None:
        body["files"][name] = stamp(b"").model_dump()

    return edit


EDITS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a newer format": (lambda b: b.update(format=2), "Update Evoscope"),
    "no format": (lambda b: b.pop("format"), "Found format None"),
    "a field of another schema": (lambda b: b["card"].update(colour="red"), "card.colour"),
    "a path that climbs": (with_file("../secret.txt"), "files"),
    "a path from the root": (with_file("/etc/hosts.txt"), "files"),
    "a path of another system": (with_file("..\\secret.txt"), "files"),
    "a pickle": (with_file("weights.pkl"), "could run code"),
    "a program": (with_file("model.py"), "could run code"),
    "a graph that no card knows": (with_file("other.onnx"), "the graphs of its card"),
    "a graph that no file holds": (lambda b: b["files"].pop("products.onnx"), "the graphs of its"),
    "more than can be read": (
        lambda b: b["files"]["words.txt"].update(bytes=2**40),
        "bytes or fewer in all",
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_a_card_that_asks_for_what_it_should_not_is_refused(copy: Path, case: str) -> None:
    edit, says = EDITS[case]
    edited(copy, edit)
    (copy.parent / "secret.txt").write_bytes(b"")
    with pytest.raises(PackError, match=says):
        open_pack(copy)


def test_an_edit_with_the_right_hash_opens_as_another_pack(pack: Pack, copy: Path) -> None:
    # The control of the test above: what is refused there is refused for the edit.
    edited(copy, lambda body: body["card"].update(summary="Adds."))
    assert open_pack(copy).card.summary == "Adds."
    assert open_pack(copy).sha256 != pack.sha256


def test_a_field_added_to_the_schema_leaves_older_hashes_alone(copy: Path) -> None:
    edited(copy, lambda body: body["card"].pop("calibration"))
    assert open_pack(copy).card.calibration == {}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": NaN}', "[" * 100_000, "\udcff"])
def test_what_is_not_a_card_is_refused(copy: Path, text: str) -> None:
    (copy / CARD).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PackError, match=r"should .* Found"):
        open_pack(copy)


def test_a_card_too_large_to_be_one_is_not_read(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoscope.runtime.manifest.MAX_CARD_BYTES", 1000)
    with pytest.raises(PackError, match="1000 bytes or fewer"):
        open_pack(copy)
    with pytest.raises(PackError, match="1000 bytes or fewer"):
        sealed(card(), {})


def test_a_path_that_is_no_pack_says_what_one_is(tmp_path: Path) -> None:
    (tmp_path / "pack.zip").write_bytes(b"PK")
    with pytest.raises(PackError, match="Unpack it first"):
        open_pack(tmp_path / "pack.zip")
    with pytest.raises(PackError, match="Found nothing at"):
        open_pack(tmp_path / "none")
    with pytest.raises(PackError, match="Found none in"):
        open_pack(tmp_path)


def test_files_that_the_card_does_not_name_are_never_read(copy: Path) -> None:
    (copy / ".DS_Store").write_bytes(b"left by a file manager")
    with pytest.raises(PackError, match="should be one of"):
        open_pack(copy).read(".DS_Store")


def test_a_pack_replaced_while_it_is_open_is_not_run(copy: Path) -> None:
    opened = open_pack(copy)
    (copy / "products.onnx").write_bytes(graphs()["classifier"])
    with pytest.raises(PackError, match="written with"):
        Session(opened).open("products")


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        (Expected(purpose="text.analysis"), "made for 'text.analysis'"),
        (Expected(purpose="tests", taxonomies={"kind": NAMES[::-1]}), "in this order"),
        (Expected(purpose="tests", taxonomies={"mood": NAMES}), "Found None"),
        (Expected(purpose="tests", units={"x": "V"}), "x in V. Found uV"),
        (Expected(purpose="tests", units={"age": "weeks"}), "Found years"),
        (Expected(purpose="tests", units={"scale": "V"}), "Found uV"),
        (Expected(purpose="tests", units={"size": "uV"}), "no such name"),
    ],
)
def test_a_pack_for_something_else_is_refused(pack: Pack, expected: Expected, says: str) -> None:
    with pytest.raises(PackError, match=says):
        open_pack(pack.folder, expected=expected)


def test_a_pack_that_is_what_was_expected_opens(pack: Pack) -> None:
    units = {"x": "uV", "echo": "uV", "age": "years", "scale": "uV"}
    expected = Expected(purpose="tests", taxonomies={"kind": NAMES}, units=units)
    assert open_pack(pack.folder, expected=expected) == pack


def test_a_foreign_card_that_contradicts_its_graph_is_not_run(copy: Path) -> None:
    def renamed(body: dict[str, Any]) -> None:
        body["card"]["graphs"]["products"]["inputs"][0]["name"] = "left"

    edited(copy, renamed)
    with pytest.raises(PackError, match="name the inputs"):
        Session(open_pack(copy)).open("products")


def test_a_card_changed_by_hand_is_noticed(copy: Path) -> None:
    text = (copy / CARD).read_text(encoding="utf-8")
    changed = text.replace("Knows nothing.", "Knows everything.")
    assert changed != text
    (copy / CARD).write_text(changed, encoding="utf-8")
    with pytest.raises(PackError, match="changed after it was written"):
        open_pack(copy)
