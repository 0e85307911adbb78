"""The same graph of an encoder in fewer steps: at one short text, a step costs more than its work.

Weights lie the way round that a product wants them, equal ones by each of their names: only so are
they rounded to eight bits later.
Queries, keys and values are three products with one input: here they are one. Shapes that a graph
works out at every call, though all but the first two sizes are known, are written down.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SAME = 0
"""In the shape of a ``Reshape``: as long as that axis of what comes in."""


def in_fewer_nodes(model: Any, onnx: Any) -> Any:
    """Turn weights, join products that read the same, write down shapes; it answers as before.

    Args:
        model: of an encoder, weights inside; changed in place.
        onnx: the library.
    """
    graph = model.graph
    kept = {one.name: one for one in graph.initializer}
    _turn_weights(graph, kept, onnx)
    _write_shapes(graph, kept, onnx)
    _join_products(graph, kept, onnx)
    _drop_unread(graph)
    return model


def _turn_weights(graph: Any, kept: dict[str, Any], onnx: Any) -> None:
    for node in [one for one in graph.node if one.op_type in ("Transpose", "Identity")]:
        if not node.input or node.input[0] not in kept:
            continue
        turned = onnx.numpy_helper.to_array(kept[node.input[0]])
        if node.op_type == "Transpose":
            order = next((list(one.ints) for one in node.attribute if one.name == "perm"), None)
            turned = turned.transpose(order)
        tensor = onnx.numpy_helper.from_array(np.ascontiguousarray(turned), node.output[0])
        graph.initializer.append(tensor)
        kept[tensor.name] = tensor
        graph.node.remove(node)


def _write_shapes(graph: Any, kept: dict[str, Any], onnx: Any) -> None:
    made = {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        if node.op_type != "Reshape" or node.input[1] not in made:
            continue
        parts = made[node.input[1]]
        if parts.op_type != "Concat":
            continue
        sizes = [_size(name, axis, made, kept, onnx) for axis, name in enumerate(parts.input)]
        known = [one for one in sizes if one is not None]
        if len(known) < len(sizes) or known.count(-1) > 1:
            continue
        name = f"{node.output[0]}.shape"
        shape = np.array(known, dtype=np.int64)
        graph.initializer.append(onnx.numpy_helper.from_array(shape, name))
        node.input[1] = name


def _size(name: str, axis: int, made: Any, kept: dict[str, Any], onnx: Any) -> int | None:
    """What is known of one axis of a shape: its size, ``_SAME``, or nothing."""
    stated = _constant(name, made, kept, onnx)
    if stated is not None:
        return int(stated.item()) if stated.size == 1 else None
    steps = []
    for kind in ("Unsqueeze", "Gather", "Shape"):
        node = made.get(name)
        if node is None or node.op_type != kind:
            return None
        steps.append(node)
        name = node.input[0]
    chosen = _constant(steps[1].input[1], made, kept, onnx)
    # Axes of texts and of tokens stay where they are in all that an encoder reshapes.
    return _SAME if chosen is not None and int(chosen.item()) == axis and axis < 2 else None


def _constant(name: str, made: Any, kept: dict[str, Any], onnx: Any) -> NDArray[Any] | None:
    if name in kept:
        return np.asarray(onnx.numpy_helper.to_array(kept[name]))
    node = made.get(name)
    if node is not None and node.op_type == "Unsqueeze":
        return _constant(node.input[0], made, kept, onnx)
    if node is None or node.op_type != "Constant":
        return None
    return np.asarray(onnx.numpy_helper.to_array(node.attribute[0].t))


def _join_products(graph: Any, kept: dict[str, Any], onnx: Any) -> None:
    readers = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            readers[name].append(node)
    groups = defaultdict(list)
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in kept:
            follows = readers[node.output[0]]
            if len(follows) == 1 and follows[0].op_type == "Add":
                bias = next(name for name in follows[0].input if name != node.output[0])
                if bias in kept and len(kept[bias].dims) == 1:
                    groups[node.input[0]].append((node, follows[0], bias))
    joined = [group for group in groups.values() if len(group) > 1]
    gone = {id(one) for group in joined for product, add, _ in group for one in (product, add)}
    first = {id(group[0][0]): group for group in joined}
    nodes: list[Any] = []
    for node in graph.node:
        if id(node) in first:
            nodes += _joined(first[id(node)], graph, kept, onnx)
        elif id(node) not in gone:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def _joined(group: list[Any], graph: Any, kept: dict[str, Any], onnx: Any) -> list[Any]:
    array, make = onnx.numpy_helper.to_array, onnx.helper.make_node
    weights = [array(kept[product.input[1]]) for product, _, _ in group]
    biases = [array(kept[bias]) for _, _, bias in group]
    name = f"{group[0][1].output[0]}.joined"
    for suffix, value in (
        ("weight", np.concatenate(weights, axis=1)),
        ("bias", np.concatenate(biases)),
        ("sizes", np.array([one.size for one in biases], dtype=np.int64)),
    ):
        graph.initializer.append(onnx.numpy_helper.from_array(value, f"{name}.{suffix}"))
    return [
        make("MatMul", [group[0][0].input[0], f"{name}.weight"], [f"{name}.product"], name),
        make("Add", [f"{name}.product", f"{name}.bias"], [name]),
        make("Split", [name, f"{name}.sizes"], [add.output[0] for _, add, _ in group], axis=-1),
    ]


def _drop_unread(graph: Any) -> None:
    """Nodes whose answer nobody reads go, and then weights."""
    asked = {one.name for one in graph.output}
    nodes: list[Any] = []
    for node in reversed(graph.node):  # in the order of a graph, readers come after
        if asked.intersection(node.output):
            nodes.append(node)
            asked.update(node.input)
    nodes.reverse()
    weights = [one for one in graph.initializer if one.name in asked]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(weights)
