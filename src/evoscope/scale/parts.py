"""Work in parts: each part a file that is there whole or not at all, so that a run can go on."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

import evoscope
from evoscope.scale.engines import Engine, each

Item = TypeVar("Item")
_FOLDER = ".{}.parts-{}"


class Parts(Generic[Item]):
    """The results of some work over items, one file each, in the order of the items.

    To go through them is to make those that are not there yet; what an earlier run made is taken
    as it is.

    Args:
        folder: of the files; every machine that works has to see it under this path.
        work: makes the bytes of a part from its item, the same on every machine.
        items: one for each part.
        engine: who works.

    Example:
        >>> from tempfile import mkdtemp
        >>> parts = Parts(Path(mkdtemp()), str.encode, ["a", "b"], engine="local")
        >>> list(parts), parts.missing()
        ([b'a', b'b'], [])
    """

    def __init__(
        self, folder: Path, work: Callable[[Item], bytes], items: Sequence[Item], *, engine: Engine
    ) -> None:
        self._folder, self._work, self._items, self._engine = folder, work, items, engine

    def missing(self) -> list[int]:
        """Numbers of the parts that are not there yet."""
        there = {entry.name for entry in os.scandir(self._folder)}
        return [n for n in range(len(self._items)) if _name(n) not in there]

    def __iter__(self) -> Iterator[bytes]:
        missing = self.missing()
        made = set(range(len(self._items))).difference(missing)
        task = _Task(self._folder, self._work)
        arriving = each(task, [(n, self._items[n]) for n in missing], engine=self._engine)
        try:
            for n in range(len(self._items)):
                while n not in made:
                    made.add(next(arriving))
                yield (self._folder / _name(n)).read_bytes()
        finally:
            arriving.close()


class _Task(Generic[Item]):
    """Makes one part and puts it into place, in any process."""

    def __init__(self, folder: Path, work: Callable[[Item], bytes]) -> None:
        self._folder, self._work = folder, work

    def __call__(self, numbered: tuple[int, Item]) -> int:
        number, item = numbered
        content = self._work(item)
        # A name of its own: a worker that was thought dead may still be writing the same part.
        partial = self._folder / f"{_name(number)}.partial-{secrets.token_hex(8)}"
        try:
            with partial.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._folder / _name(number))
        finally:
            partial.unlink(missing_ok=True)
        return number


@contextmanager
def parts_of(output: Path, request: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the folder of the parts of a request; it goes when the block ends well.

    Where an earlier run of the same request was stopped, its parts are still in it.

    Args:
        output: what is made of the parts; their folder lies beside it.
        request: all that the parts depend on, as JSON values: another request has another folder.

    Example:
        >>> from tempfile import mkdtemp
        >>> output = Path(mkdtemp()) / "findings"
        >>> with parts_of(output, {"seed": 1}) as folder:
        ...     folder.parent == output.parent, folder.is_dir()
        (True, True)
        >>> folder.exists()
        False
    """
    asked = json.dumps({"evoscope": evoscope.__version__, **request}, sort_keys=True)
    token = hashlib.sha256(asked.encode()).hexdigest()[:16]
    target = output.absolute()
    folder = target.with_name(_FOLDER.format(target.name, token))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    except BaseException:
        with suppress(OSError):
            folder.rmdir()  # only where nothing was done
        raise
    shutil.rmtree(folder)


def state_of(path: Path) -> list[Any]:
    """What tells a file from another version of it without reading it: path, size, time.

    The path stands there as it was given, too: that is how findings name the file.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     state_of(Path(file.name))[2]
        0
    """
    about = path.stat()
    return [str(path), str(path.resolve()), about.st_size, about.st_mtime_ns]


def _name(number: int) -> str:
    return f"part-{number:08d}"
