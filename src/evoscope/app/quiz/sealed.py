"""Items whose kind only the server knows, until they are answered."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, computed_field

Kind = Literal["real", "synthetic"]
QUIZZES_KEPT = 50
"""Quizzes that are held, a quarter of a megabyte each; the longest left alone goes first."""


class Answered(BaseModel):
    """An answer, and what was so."""

    model_config = ConfigDict(frozen=True)

    number: int
    said: Kind
    kind: Kind
    level_db: float
    loss_class: str | None

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know of properties below it
    @property
    def right(self) -> bool:
        """Whether it was so."""
        return self.said == self.kind


@dataclass(frozen=True)
class Item:
    """A recording to judge; ``kind`` and ``loss_class`` leave the server with the answer."""

    kind: Kind
    loss_class: str | None
    level_db: float
    values_uv: tuple[float, ...]


@dataclass
class Quiz:
    """Recordings of both kinds in an order by chance, and what a rater said of them.

    Example:
        >>> quiz = Quiz([Item("real", None, 60.0, (0.1, 0.2))], {})
        >>> quiz.answer(1, "synthetic"), quiz.answer(1, "real"), quiz.answers[0].right
        (True, False, False)

    Attributes:
        about: what is alike for all of them: their grid, their axis, which model, what was done.
    """

    items: Sequence[Item]
    about: dict[str, Any]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    answers: list[Answered] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def next(self) -> Item | None:
        """The first item without an answer."""
        return self.items[len(self.answers)] if len(self.answers) < len(self.items) else None

    def answer(self, number: int, said: Kind) -> bool:
        """Keep an answer; False where that item is not the next (items count from 1)."""
        with self._lock:  # a key that is held sends an answer twice
            item = self.next
            if item is None or number != len(self.answers) + 1:
                return False
            self.answers.append(
                Answered(
                    number=number,
                    said=said,
                    kind=item.kind,
                    level_db=item.level_db,
                    loss_class=item.loss_class,
                )
            )
            return True
