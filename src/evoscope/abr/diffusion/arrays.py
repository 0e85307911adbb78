"""The little that numpy arrays and torch tensors share, so that one code serves both."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.diffusion.checks import complaint


class Numeric(Protocol):
    """What a float, a numpy array and a torch tensor can all do."""

    def __add__(self, other: Any, /) -> Any: ...
    def __sub__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...
    def __rmul__(self, other: Any, /) -> Any: ...
    def __truediv__(self, other: Any, /) -> Any: ...
    def __pow__(self, other: Any, /) -> Any: ...


class Array(Numeric, Protocol):
    """A numpy array or a torch tensor; its first axis counts samples, its last one time."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Size of each axis."""

    @property
    def ndim(self) -> int:
        """Number of axes."""

    @property
    def dtype(self) -> Any:
        """Kind of number."""

    def __matmul__(self, other: Any, /) -> Any: ...


A = TypeVar("A", bound=Array)
N = TypeVar("N", bound=Numeric)


def namespace(x: object) -> ModuleType:
    """Return the module whose functions work on ``x``: numpy (floats too) or torch.

    torch is never imported here: whoever holds a tensor has done so.
    """
    if isinstance(x, (np.ndarray, np.generic, float, int)):
        return np
    for base in type(x).__mro__:
        if base.__module__.partition(".")[0] == "torch":
            return sys.modules["torch"]
    raise complaint("array", "a numpy array or a torch tensor", type(x).__name__)


def like(values: NDArray[Any], x: A) -> A:
    """Return numpy values as an array of the kind, the precision and the device of ``x``."""
    if "float" not in str(x.dtype):
        raise complaint("array", "of a floating type", str(x.dtype))
    target: Any = x
    made: Any = (
        np.asarray(values, dtype=target.dtype)
        if isinstance(target, np.ndarray)
        else target.new_tensor(np.asarray(values))
    )
    same: A = made
    return same


def per_sample(value: float | Array | NDArray[Any], *, x: A) -> float | A:
    """Shape one number per sample so that it multiplies ``x``, in the precision of ``x``.

    Args:
        value: a float for all samples, or ``(n,)``.
        x: ``(n, ...)``.

    Returns:
        The float, or ``(n, 1, ...)``.

    Example:
        >>> import numpy as np
        >>> per_sample(np.array([1.0, 2.0]), x=np.zeros((2, 5), dtype=np.float32))
        array([[1.],
               [2.]], dtype=float32)
    """
    if isinstance(value, (int, float)):
        return float(value)  # a numpy scalar would raise the precision of x
    if tuple(value.shape) not in ((), (1,), (x.shape[0],)):
        raise complaint(
            "value per sample",
            f"one number or shape ({x.shape[0]},)",
            f"shape {tuple(value.shape)}",
        )
    source: Any = value
    same: Any = like(value, x) if isinstance(value, np.ndarray) else source.to(x.dtype)
    shaped: A = same.reshape(same.shape + (1,) * (x.ndim - 1)) if same.ndim else same
    return shaped
