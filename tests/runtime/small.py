"""A small pack: two graphs, built by hand, whose answers are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from evoscope.runtime import (
    Card,
    Column,
    Constant,
    Graph,
    Metric,
    Pack,
    Taxonomy,
    Tensor,
    Training,
    TrainingData,
    write_pack,
)

LENGTH = 8
WEIGHT = np.linspace(-1.0, 1.0, LENGTH * 3, dtype=np.float32).reshape(LENGTH, 3)
NAMES = ("first", "second", "third")


def build(nodes: list[Any], inputs: list[Any], outputs: list[Any], weights: list[Any]) -> bytes:
    graph = helper.make_graph(nodes, "small", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def classifier(dtype: int = TensorProto.FLOAT, length: int | str = LENGTH) -> bytes:
    """``logits = x @ WEIGHT``; ``echo = x + the sum of the known conditions``."""
    return build(
        [
            helper.make_node("MatMul", ["x", "weight"], ["logits"]),
            helper.make_node("IsNaN", ["conditions"], ["unknown"]),
            helper.make_node("Where", ["unknown", "zero", "conditions"], ["known"]),
            helper.make_node("ReduceSum", ["known", "last"], ["shift"], keepdims=1),
            helper.make_node("Add", ["x", "shift"], ["echo"]),
        ],
        [
            helper.make_tensor_value_info("x", dtype, ["n", length]),
            helper.make_tensor_value_info("conditions", TensorProto.FLOAT, ["n", 2]),
        ],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 3]),
            helper.make_tensor_value_info("echo", TensorProto.FLOAT, ["n", length]),
        ],
        [
            numpy_helper.from_array(WEIGHT, "weight"),
            numpy_helper.from_array(np.zeros((), np.float32), "zero"),
            numpy_helper.from_array(np.array([-1]), "last"),
        ],
    )


def products() -> bytes:
    """``product = a @ b`` with every axis free, and its exponential, which may overflow."""
    return build(
        [
            helper.make_node("MatMul", ["a", "b"], ["product"]),
            helper.make_node("Exp", ["product"], ["raised"]),
        ],
        [
            helper.make_tensor_value_info("a", TensorProto.FLOAT, ["n", "k"]),
            helper.make_tensor_value_info("b", TensorProto.FLOAT, ["k", "m"]),
        ],
        [
            helper.make_tensor_value_info("product", TensorProto.FLOAT, ["n", "m"]),
            helper.make_tensor_value_info("raised", TensorProto.FLOAT, ["n", "m"]),
        ],
        [],
    )


def graphs() -> dict[str, bytes]:
    return {"classifier": classifier(), "products": products()}


def described() -> dict[str, Graph]:
    return {
        "classifier": Graph(
            meaning="For signals on the short grid.",
            inputs=(
                Tensor(
                    name="x",
                    shape=("n", LENGTH),
                    units="uV",
                    meaning="signal",
                    low=-1e4,
                    high=1e4,
                ),
                Tensor(
                    name="conditions",
                    shape=("n", 2),
                    meaning="what is known of the case",
                    columns=(
                        Column(name="age", units="years", low=0.0, high=120.0, missing=True),
                        Column(name="level", units="dB", low=-20.0, high=140.0),
                    ),
                ),
            ),
            outputs=(
                Tensor(
                    name="logits", shape=("n", 3), units="1", meaning="per class", taxonomy="kind"
                ),
                Tensor(name="echo", shape=("n", LENGTH), units="uV", meaning="the signal, shifted"),
            ),
        ),
        "products": Graph(
            meaning="Every axis is free.",
            inputs=(
                Tensor(name="a", shape=("n", "k"), units="1", meaning="left"),
                Tensor(name="b", shape=("k", "m"), units="1", meaning="right"),
            ),
            outputs=(
                Tensor(name="product", shape=("n", "m"), units="1", meaning="a times b"),
                Tensor(name="raised", shape=("n", "m"), units="1", meaning="its exponential"),
            ),
        ),
    }


def card(**changes: Any) -> Card:
    fields: dict[str, Any] = {
        "name": "small",
        "version": "1.0",
        "purpose": "tests",
        "summary": "Multiplies.",
        "intended_use": "By tests.",
        "limits": ("Knows nothing.",),
        "licence": "Apache-2.0",
        "data": (
            TrainingData(
                name="made up",
                sha256="a" * 64,
                split_sha256="b" * 64,
                simulated=True,
                used_for="training",
            ),
        ),
        "training": Training(
            commit="0123abc",
            recipe="none",
            settings={"epochs": 3, "rate": 1e-3},
            seed=0,
            parameters=24,
            wall_seconds=0.5,
            machine="1 core",
        ),
        "metrics": (
            Metric(
                task="kind",
                metric="accuracy",
                value=0.9,
                low=0.8,
                high=0.95,
                n=100,
                trivial=0.5,
                simulated=True,
            ),
        ),
        "graphs": described(),
        "taxonomies": {"kind": Taxonomy(version="2", names=NAMES)},
        "constants": {"scale": Constant(value=0.25, units="uV", meaning="one for all")},
        "calibration": {"temperature": 1.5, "quantiles": {"age": [0.1, 0.2]}},
    }
    return Card(**(fields | changes))


def small(folder: Path, **changes: Any) -> Pack:
    return write_pack(
        folder,
        graphs(),
        card(**changes),
        attached={"words.txt": b"one\ntwo\n", "table.json": b"{}\n"},
    )


def cases(n: int, seed: int = 0) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(seed)
    conditions = rng.uniform(0.0, 100.0, (n, 2)).astype(np.float32)
    conditions[::3, 0] = np.nan
    return {"x": rng.normal(size=(n, LENGTH)).astype(np.float32), "conditions": conditions}


def answers(inputs: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """What the classifier should answer, by numpy."""
    shift = np.nansum(inputs["conditions"], axis=-1, keepdims=True)
    return {"logits": inputs["x"] @ WEIGHT, "echo": inputs["x"] + shift}
