"""How a loss went: its first values beside its latest ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median


@dataclass(slots=True)
class Course:
    """The first and the latest few values of a loss; JSON values only.

    Attributes:
        first, latest: the values, as many of each as `see` is told to keep.
        n: values seen.

    Example:
        >>> course = Course()
        >>> for loss in (1.0, 0.9, 0.6, 0.4):
        ...     course.see(loss, keep=2)
        >>> round(course.begin, 2), round(course.now, 2)
        (0.95, 0.5)
    """

    first: list[float] = field(default_factory=list)
    latest: list[float] = field(default_factory=list)
    n: int = 0

    def see(self, loss: float, *, keep: int) -> None:
        """Take in a loss."""
        if len(self.first) < keep:
            self.first.append(loss)
        self.latest.append(loss)
        del self.latest[:-keep]
        self.n += 1

    @property
    def begin(self) -> float:
        """Median of the first values: one outlier in a batch may be most of their mean."""
        return median(self.first)

    @property
    def now(self) -> float:
        """Median of the latest values."""
        return median(self.latest)
