"""Arrays against what a graph takes and gives: names, dtypes, shapes, values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from evoscope.runtime.engine import Array
from evoscope.runtime.errors import InputError, PackError
from evoscope.runtime.tensors import Allowed, Tensor


def check_inputs(
    inputs: Mapping[str, Array], tensors: Sequence[Tensor], *, may_be_empty: str = ""
) -> dict[str, int]:
    """Check inputs and find the length of every named axis.

    Args:
        inputs: arrays by name.
        tensors: what they should be.
        may_be_empty: axis whose length may be 0; of others it may not.

    Returns:
        Lengths by axis name.

    Raises:
        InputError: a name too many or too few, another dtype or shape, a value not allowed.

    Example:
        >>> x = Tensor(name="x", shape=("n", 2), units="uV", meaning="signal")
        >>> check_inputs({"x": np.zeros((3, 2), np.float32)}, [x])
        {'n': 3}
    """
    _check_names(inputs, [tensor.name for tensor in tensors])
    lengths: dict[str, int] = {}
    for tensor in tensors:
        array = inputs[tensor.name]
        if not isinstance(array, np.ndarray) or array.dtype != tensor.numpy_dtype:
            found = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise InputError(
                f"Input {tensor.name!r} should be an array of {tensor.dtype}.",
                f"Found {found}.",
                f"Convert it: numpy.asarray(..., dtype=numpy.{tensor.dtype}).",
            )
        _bind(array, tensor, lengths, may_be_empty)
        _check_values(array, tensor)
    return lengths


def check_outputs(
    outputs: Mapping[str, Array], tensors: Iterable[Tensor], lengths: Mapping[str, int], graph: str
) -> None:
    """Check that a graph answered what its card promises: shapes, and numbers.

    Raises:
        PackError: it did not.
    """
    for tensor in tensors:
        array = outputs[tensor.name]
        expected = expected_shape(tensor, lengths)
        if array.shape != expected:
            raise PackError(
                f"Output {tensor.name!r} of graph {graph!r} should have shape {expected}.",
                f"Found {array.shape}.",
                "The card does not fit the graph: write the pack again.",
            )
        if np.isfinite(array).all():
            continue
        for values, allowed, what in _parts(array, tensor):
            if not allowed.missing and not np.isfinite(values).all():
                row = _first(~np.isfinite(values))
                raise PackError(
                    f"Output {what} of graph {graph!r} should hold finite numbers.",
                    f"Found {values[row]} at {row}.",
                    "The model fails on this input: look at the input, leave it out.",
                )


def expected_shape(tensor: Tensor, lengths: Mapping[str, int]) -> tuple[int, ...]:
    """Put lengths in the place of axis names."""
    return tuple(lengths[axis] if isinstance(axis, str) else axis for axis in tensor.shape)


def _check_names(inputs: Mapping[str, Array], names: list[str]) -> None:
    if inputs.keys() != set(names):
        raise InputError(
            f"Inputs should be {names}.",
            f"Found {sorted(inputs)}.",
            "Give every input once, by its name.",
        )


def _bind(array: Array, tensor: Tensor, lengths: dict[str, int], may_be_empty: str) -> None:
    fits = array.ndim == len(tensor.shape)
    for axis, length in zip(tensor.shape, array.shape, strict=False):
        wanted = lengths.setdefault(axis, length) if isinstance(axis, str) else axis
        fits = fits and length == wanted and (length > 0 or axis == may_be_empty)
    if not fits:
        shape = ", ".join(str(axis) for axis in tensor.shape)
        known = {axis: lengths[axis] for axis in tensor.axes if axis in lengths}
        raise InputError(
            f"Input {tensor.name!r} should have shape ({shape}), no axis empty.",
            f"Found shape {array.shape}" + (f", with {known}." if known else "."),
            f"It holds: {tensor.meaning}.",
        )


def _check_values(array: Array, tensor: Tensor) -> None:
    for values, allowed, what in _parts(array, tensor):
        finite = np.isfinite(values)
        bad = ~(finite | np.isnan(values)) if allowed.missing else ~finite
        low, high = allowed.low, allowed.high
        if low is not None:
            bad |= values < low
        if high is not None:
            bad |= values > high
        if bad.any():
            row = _first(bad)
            raise InputError(
                f"Input {what} should hold {_in_words(allowed)}.",
                f"Found {values[row]} at {row}.",
                "Check the units, or leave this case out.",
            )


def _parts(array: Array, tensor: Tensor) -> Iterable[tuple[Array, Allowed, str]]:
    """Split an array into what is judged by one rule, with its name."""
    if array.dtype == np.bool_:
        return
    if not tensor.columns:
        yield array, tensor, f"{tensor.name!r} ({tensor.units})"
    for number, column in enumerate(tensor.columns):
        yield array[..., number], column, f"{tensor.name!r}, {column.name} ({column.units}),"


def _first(flags: Array) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(flags)), flags.shape))


def _in_words(allowed: Allowed) -> str:
    what = "numbers or NaN" if allowed.missing else "finite numbers"
    if allowed.low is not None:
        what += f", {allowed.low:g} or more"
    if allowed.high is not None:
        what += f", {allowed.high:g} or less"
    return what
