"""Work done elsewhere for a function that does not know where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from evoscope.abr.workers import Over
from evoscope.scale.codec import Codec
from evoscope.scale.engines import Engine
from evoscope.scale.parts import Parts, parts_of

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextmanager
def over(
    engine: Engine, output: Path, request: Mapping[str, Any], codec: Codec[Any]
) -> Iterator[Over | None]:
    """Yield who does the work instead of this process; ``None`` where it does it itself.

    Args:
        engine: ``local`` or ``ray``.
        output: what is made; parts that are done lie beside it until it is there.
        request: all that the result depends on; see `parts_of`.
        codec: of the results of the work.

    Example:
        >>> from evoscope.scale.batches import BATCHES
        >>> with over("local", Path("cohort.parquet"), {}, BATCHES) as elsewhere:
        ...     print(elsewhere)
        None
    """
    if engine == "local":
        yield None
        return
    with parts_of(output, request) as folder:
        yield cast(Over, _Elsewhere(folder, engine, codec))


class _Elsewhere:
    def __init__(self, folder: Path, engine: Engine, codec: Codec[Any]) -> None:
        self._folder, self._engine, self._codec = folder, engine, codec

    def __call__(self, work: Callable[[Item], Any], items: Sequence[Item], /) -> Iterable[Any]:
        encoded = Encoded(work, self._codec.encode)
        return _Decoded(
            Parts(self._folder, encoded, items, engine=self._engine), self._codec.decode
        )


class Encoded(Generic[Item, Result]):
    """Work whose results are bytes.

    Args:
        work: whose results are something else.
        encode: writes them.
    """

    def __init__(self, work: Callable[[Item], Result], encode: Callable[[Result], bytes]) -> None:
        self._work, self._encode = work, encode

    def __call__(self, item: Item) -> bytes:
        """Do the work on an item."""
        return self._encode(self._work(item))


class _Decoded(Generic[Item, Result]):
    """Parts as results; to go through them twice is to read them twice, not to make them twice."""

    def __init__(self, parts: Parts[Item], decode: Callable[[bytes], Result]) -> None:
        self._parts, self._decode = parts, decode

    def __iter__(self) -> Iterator[Result]:
        return map(self._decode, self._parts)
