"""How the result of some work is written as the bytes of a part, and read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Codec(Generic[Result]):
    """How a result is written and read; never by pickle: parts may outlive the program.

    Attributes:
        encode, decode: functions of a module, so that they travel to other processes by name.
    """

    encode: Callable[[Result], bytes]
    decode: Callable[[bytes], Result]
