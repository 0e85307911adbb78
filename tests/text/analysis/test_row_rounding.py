"""Every row has a scale of its own, and the product is the one that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evoscope.text.analysis.assemble import quantized
from evoscope.text.analysis.row_rounding import rounded_by_row

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")


def product(matrix: np.ndarray) -> Any:
    helper, float32 = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="product")],
        "graph",
        [helper.make_tensor_value_info("x", float32, ["n", matrix.shape[0]])],
        [helper.make_tensor_value_info("y", float32, ["n", matrix.shape[1]])],
        [onnx.numpy_helper.from_array(matrix, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


@pytest.fixture
def matrix() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(64, 48)).astype(np.float32)


def test_a_loud_row_does_not_coarsen_a_quiet_one(matrix: np.ndarray, tmp_path: Path) -> None:
    x = np.random.default_rng(1).normal(size=(3, 64)).astype(np.float32)
    x[0] *= 1e4
    x[2] = 0.0
    model = quantized(product(matrix), onnx)
    found = ort.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]
    wanted = x @ matrix
    error = np.abs(found - wanted).mean(axis=1)
    assert error[1] < 0.03 * np.abs(wanted[1]).mean()
    assert error[2] == 0.0
    alone = ort.InferenceSession(model.SerializeToString()).run(None, {"x": x[1:2]})[0]
    assert np.array_equal(alone[0], found[1])


def test_a_graph_of_another_quantizer_is_refused() -> None:
    helper, types = onnx.helper, onnx.TensorProto
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b", "za", "zb"], ["y"], name="product")],
        "graph",
        [helper.make_tensor_value_info("a", types.UINT8, [1, 2])],
        [helper.make_tensor_value_info("y", types.INT32, [1, 2])],
    )
    with pytest.raises(ValueError, match=r"should be followed by a cast.*after product"):
        rounded_by_row(helper.make_model(graph), onnx)
