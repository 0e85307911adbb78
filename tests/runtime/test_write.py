"""A pack is written whole or not at all, and only when card and graphs agree."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

from evoscope.runtime import Graph, PackError, Tensor, open_pack, write_pack
from evoscope.runtime.engine import Engine
from evoscope.runtime.manifest import CARD

from .small import LENGTH, build, card, classifier, described, graphs, small


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = small(tmp_path / "one"), small(tmp_path / "two")
    assert one.sha256 == two.sha256
    assert (one.folder / CARD).read_bytes() == (two.folder / CARD).read_bytes()


def test_any_change_gives_another_hash(tmp_path: Path) -> None:
    hashes = {
        small(tmp_path / "a").sha256,
        small(tmp_path / "b", version="1.1").sha256,
        write_pack(tmp_path / "c", graphs(), card()).sha256,
        write_pack(tmp_path / "d", graphs(), card(), attached={"a.txt": b"1"}).sha256,
        write_pack(tmp_path / "e", graphs(), card(), attached={"a.txt": b"2"}).sha256,
    }
    assert len(hashes) == 5


def test_others_may_read_a_pack(tmp_path: Path) -> None:
    folder = small(tmp_path / "pack").folder
    mask = os.umask(0)
    os.umask(mask)
    assert folder.stat().st_mode & 0o777 == 0o777 & ~mask


def changed(side: str, number: int, **fields: Any) -> dict[str, Graph]:
    """The card's graphs with one tensor of the classifier described otherwise."""
    graph = described()["classifier"]
    tensors = list(getattr(graph, side))
    tensors[number] = tensors[number].model_copy(update=fields)
    return described() | {"classifier": graph.model_copy(update={side: tuple(tensors)})}


DISAGREEING: dict[str, tuple[dict[str, Graph], str]] = {
    "an input by another name": (changed("inputs", 0, name="signal"), "name the inputs"),
    "an output by another name": (changed("outputs", 1, name="copy"), "name the outputs"),
    "another dtype": (changed("inputs", 0, dtype="float64"), "float32"),
    "another length": (changed("inputs", 0, shape=("n", LENGTH + 1)), "dtype and shape"),
    "a length that is not free": (changed("inputs", 0, shape=("n", "length")), "dtype and shape"),
    "another number of axes": (changed("outputs", 1, shape=("n",)), "dtype and shape"),
    "a graph too few": ({"classifier": described()["classifier"]}, "those of the card"),
    "a graph too many": (described() | {"third": described()["products"]}, "those of the card"),
}


@pytest.mark.parametrize("case", DISAGREEING)
def test_a_card_that_contradicts_the_graph_is_refused(tmp_path: Path, case: str) -> None:
    wrong, says = DISAGREEING[case]
    with pytest.raises(PackError, match=says):
        write_pack(tmp_path / "pack", graphs(), card(graphs=wrong))
    assert list(tmp_path.iterdir()) == []


def test_inputs_in_another_order_are_refused(tmp_path: Path) -> None:
    graph = described()["classifier"]
    turned = graph.model_copy(update={"inputs": graph.inputs[::-1]})
    with pytest.raises(PackError, match="name the inputs"):
        write_pack(tmp_path / "p", graphs(), card(graphs=described() | {"classifier": turned}))


def test_a_card_may_fix_a_length_that_the_graph_leaves_open(tmp_path: Path) -> None:
    open_ended = graphs() | {"classifier": classifier(length="length")}
    pack = write_pack(tmp_path / "pack", open_ended, card())
    assert pack.card.graphs["classifier"].inputs[0].shape == ("n", LENGTH)


def test_a_dtype_that_arrays_cannot_have_is_refused(tmp_path: Path) -> None:
    half = build(
        [helper.make_node("Identity", ["a"], ["b"])],
        [helper.make_tensor_value_info("a", TensorProto.FLOAT16, ["n"])],
        [helper.make_tensor_value_info("b", TensorProto.FLOAT16, ["n"])],
        [],
    )
    tensor = {"shape": ("n",), "units": "1", "meaning": "half"}
    said = Graph(
        meaning="one", inputs=(Tensor(name="a", **tensor),), outputs=(Tensor(name="b", **tensor),)
    )
    with pytest.raises(PackError, match="float16"):
        write_pack(tmp_path / "pack", {"main": half}, card(graphs={"main": said}))


def test_bytes_that_are_no_graph_are_refused(tmp_path: Path) -> None:
    for content in (b"", b"not a graph", classifier()[:-30]):
        with pytest.raises(PackError, match="an ONNX file that ONNX Runtime"):
            write_pack(tmp_path / "pack", graphs() | {"classifier": content}, card())


def test_weights_outside_the_graph_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Otherwise a foreign pack could read a file of the user as its weights.
    monkeypatch.chdir(tmp_path)
    model = onnx.load_from_string(classifier())
    weight = model.graph.initializer[0]
    (tmp_path / "weights.bin").write_bytes(weight.raw_data)
    onnx.external_data_helper.set_external_data(weight, location="weights.bin")
    weight.ClearField("raw_data")
    with pytest.raises(PackError, match="its weights inside"):
        write_pack(tmp_path / "pack", graphs() | {"classifier": model.SerializeToString()}, card())


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("card.json", "none should be named card.json"),
        ("classifier.onnx", "named as a graph"),
        ("more.onnx", "the graphs of its card"),
        ("weights.pkl", "could run code"),
        ("weights.pt", "could run code"),
    ],
)
def test_an_attached_file_that_must_not_be_is_refused(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(PackError, match=says):
        write_pack(tmp_path / "pack", graphs(), card(), attached={name: b""})
    assert list(tmp_path.iterdir()) == []


def test_an_attached_file_stays_inside(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"a\.txt.*pattern"):
        write_pack(tmp_path / "in" / "pack", graphs(), card(), attached={"../../a.txt": b""})
    assert not list(tmp_path.rglob("a.txt"))


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    first = small(tmp_path / "pack")
    with pytest.raises(PackError, match="overwrite=True"):
        small(tmp_path / "pack", version="2")
    assert open_pack(first.folder) == first
    write_pack(first.folder, graphs(), card(version="2"), overwrite=True)
    assert open_pack(first.folder).card.version == "2"
    assert [p.name for p in tmp_path.iterdir()] == ["pack"]
    assert not (first.folder / "words.txt").exists()


def test_what_is_not_a_pack_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.tex").write_text("years of work")
    for target in (tmp_path / "thesis", tmp_path / "thesis" / "thesis.tex"):
        with pytest.raises(PackError, match="something else"):
            write_pack(target, graphs(), card(), overwrite=True)
    assert (tmp_path / "thesis" / "thesis.tex").read_text() == "years of work"


def test_an_empty_folder_becomes_the_pack(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    assert small(tmp_path / "pack") == open_pack(tmp_path / "pack")


class Fault:
    """Fails the n-th time it is asked, as a full disk or Ctrl-C would."""

    def __init__(self, after: int, error: BaseException) -> None:
        self.left, self.error = after, error

    def __call__(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise self.error


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()], ids=["full disk", "ctrl-c"])
@pytest.mark.parametrize(
    ("where", "calls"), [("os.fsync", 3), ("pathlib.Path.rename", 2), ("pathlib.Path.mkdir", 1)]
)
def test_a_fault_at_any_moment_leaves_the_old_pack(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    calls: int,
    error: BaseException,
) -> None:
    old = small(tmp_path / "pack")
    module, _, name = where.rpartition(".")
    real = {"fsync": os.fsync, "rename": Path.rename, "mkdir": Path.mkdir}[name]
    for after in range(calls):
        # After the fault the real thing works again: cleaning up is not what is tested.
        fault = Fault(after, error)

        def faulty(*arguments: Any, fault: Fault = fault, **options: Any) -> Any:
            if fault.left >= 0 and not options.get("exist_ok"):
                fault()
            return real(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(f"{module}.{name}", faulty)
            with pytest.raises(PackError if error is FULL else KeyboardInterrupt):
                write_pack(old.folder, graphs(), card(version="2"), overwrite=True)
        assert fault.left < 0, "the fault was never met"
        assert open_pack(old.folder) == old
        assert [p.name for p in tmp_path.iterdir()] == ["pack"]
    write_pack(old.folder, graphs(), card(version="2"), overwrite=True)
    assert open_pack(old.folder).card.version == "2"


@pytest.mark.parametrize("location", ["../user.bin", "inside.bin"])
def test_weights_beside_an_opened_file_are_refused(tmp_path: Path, location: str) -> None:
    """A graph is opened from its file, too: there as well it holds its weights, or is refused."""
    folder = tmp_path / "pack"
    folder.mkdir()
    model = onnx.load_from_string(classifier())
    weight = model.graph.initializer[0]
    (folder / location).write_bytes(weight.raw_data)
    onnx.external_data_helper.set_external_data(weight, location=location)
    weight.ClearField("raw_data")
    (folder / "graph.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(PackError, match="its weights inside"):
        Engine(folder / "graph.onnx", name="graph", threads=1)
