"""The latest steps of a task, as few of them as say enough."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Evidence:
    """Which of the latest steps were wrong, and how many labels each had; JSON values only.

    Ten steps of three labels say little: a single outlier among them decides. So the window reaches
    back over a number of steps and a number of labels, whichever is longer.

    Attributes:
        wrong, labels: of each step of the window, oldest first.
        enough: whether the window holds as many steps and labels as it should.

    Example:
        >>> evidence = Evidence()
        >>> for wrong in (False, True, True):
        ...     evidence.see(wrong, 10.0, steps=2, labels=15.0)
        >>> evidence.enough, evidence.share
        (True, 1.0)
    """

    wrong: list[bool] = field(default_factory=list)
    labels: list[float] = field(default_factory=list)
    enough: bool = False

    def see(self, wrong: bool, found: float, *, steps: int, labels: float) -> None:
        """Take in a step with the labels found in it; forget those that are no longer needed."""
        self.wrong.append(wrong)
        self.labels.append(found)
        while len(self.wrong) > steps and sum(self.labels[1:]) >= labels:
            del self.wrong[0], self.labels[0]
        self.enough = len(self.wrong) >= steps and sum(self.labels) >= labels

    @property
    def share(self) -> float:
        """Share of the window's steps that were wrong."""
        return sum(self.wrong) / len(self.wrong)
