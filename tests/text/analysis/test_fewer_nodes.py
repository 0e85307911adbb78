"""A graph in fewer steps answers to the bit what it answered before, for texts of any length."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from evoscope.text.analysis.fewer_nodes import in_fewer_nodes

WIDTH = 4


def weight(name: str, *shape: int) -> Any:
    values = np.random.default_rng(len(name)).normal(size=shape).astype(np.float32)
    return numpy_helper.from_array(values, name)


def whole(name: str, *values: int) -> Any:
    return numpy_helper.from_array(np.array(values, dtype=np.int64), name)


def attention(*, axis_of_tokens: int = 1) -> Any:
    """Two products of one input with their biases, one of them put into heads as PyTorch writes.

    One weight is stored the other way round, and one bias by another name, as PyTorch does.
    """
    make = helper.make_node
    nodes = [
        make("Transpose", ["q.stored"], ["q.weight"], perm=[1, 0]),
        make("Identity", ["k.stored"], ["kk.bias"]),
        make("MatMul", ["x", "q.weight"], ["q.product"]),
        make("Add", ["q.bias", "q.product"], ["q"]),
        make("MatMul", ["x", "kk.weight"], ["k.product"]),
        make("Add", ["k.product", "kk.bias"], ["k"]),
        make("Shape", ["x"], ["sizes"]),
        make("Gather", ["sizes", "first"], ["texts"], axis=0),
        make("Gather", ["sizes", "second"], ["tokens"], axis=0),
        make("Unsqueeze", ["texts", "at"], ["texts.1"]),
        make("Unsqueeze", ["tokens", "at"], ["tokens.1"]),
        make("Constant", [], ["heads"], value=numpy_helper.from_array(np.array(2))),
        make("Unsqueeze", ["heads", "at"], ["heads.1"]),
        make("Concat", ["texts.1", "tokens.1", "heads.1", "width"], ["shape"], axis=0),
        make("Reshape", ["q", "shape"], ["apart"]),
        make("Relu", ["k"], ["other"]),
    ]
    graph = helper.make_graph(
        nodes,
        "attention",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", "length", WIDTH])],
        [
            helper.make_tensor_value_info("apart", TensorProto.FLOAT, [None] * 4),
            helper.make_tensor_value_info("other", TensorProto.FLOAT, [None] * 3),
        ],
        [
            weight("q.stored", 6, WIDTH), weight("q.bias", 6), weight("kk.weight", WIDTH, 3),
            weight("k.stored", 3), numpy_helper.from_array(np.array(0), "first"),
            numpy_helper.from_array(np.array(axis_of_tokens), "second"), whole("at", 0),
            whole("width", -1),
        ],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def answers(model: Any, x: np.ndarray) -> list[np.ndarray]:
    onnx.checker.check_model(model)
    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})  # type: ignore[no-any-return]


@pytest.mark.parametrize(("texts", "tokens"), [(1, 1), (3, 5)])
def test_the_answer_is_the_same_for_any_number_of_texts_and_tokens(texts: int, tokens: int) -> None:
    x = np.random.default_rng(0).normal(size=(texts, tokens, WIDTH)).astype(np.float32)
    before = answers(attention(), x)
    after = answers(in_fewer_nodes(attention(), onnx), x)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


def test_products_of_one_input_are_one_and_shapes_are_written_down() -> None:
    kinds = Counter(node.op_type for node in in_fewer_nodes(attention(), onnx).graph.node)
    assert kinds == {"MatMul": 1, "Add": 1, "Split": 1, "Reshape": 1, "Relu": 1}


def test_a_shape_that_is_not_that_of_the_input_stays_worked_out() -> None:
    # The second size is read from the first axis: "as long as the second" would be another.
    model = in_fewer_nodes(attention(axis_of_tokens=0), onnx)
    assert "Shape" in {node.op_type for node in model.graph.node}
    x = np.ones((3, 3, WIDTH), dtype=np.float32)
    for one, other in zip(answers(attention(axis_of_tokens=0), x), answers(model, x), strict=True):
        np.testing.assert_array_equal(one, other)
