"""What a server holds in its memory between requests: nothing of it is stored."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Anything that is found by its id."""

    @property
    def id(self) -> str:
        """Its id."""


Thing = TypeVar("Thing", bound=Named)


class Held(Generic[Thing]):
    """Things by their id; of more than are kept, the longest left alone goes first.

    Example:
        >>> from evoscope.app.quiz import Quiz
        >>> held = Held(most=1)
        >>> first, second = (held.add(Quiz([], {})) for _ in range(2))
        >>> held.get(first.id) is None, held.get(second.id) is second
        (True, True)
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._held: OrderedDict[str, Thing] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, thing: Thing) -> Thing:
        """Hold a thing."""
        with self._lock:
            self._held[thing.id] = thing
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return thing

    def get(self, identity: str) -> Thing | None:
        """A thing by its id; ``None`` where there is none, or no longer."""
        with self._lock:
            if identity in self._held:
                self._held.move_to_end(identity)
            return self._held.get(identity)
