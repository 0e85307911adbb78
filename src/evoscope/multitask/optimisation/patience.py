"""How long ago something was at its best."""

from __future__ import annotations

from typing import Any


class Patience:
    """Counts epochs since the last improvement.

    Args:
        min_delta: an improvement is more than this.

    Attributes:
        epoch: of the best judgement, ``None`` before the first.
        value: the best judgement, higher is better.

    Example:
        >>> patience = Patience(0.1)
        >>> [patience.see(epoch, value) for epoch, value in enumerate([1.0, 1.05, 1.2, 1.2])]
        [0, 1, 0, 1]
        >>> patience.epoch
        2
    """

    def __init__(self, min_delta: float) -> None:
        self._min_delta = min_delta
        self._waited = 0
        self.epoch: int | None = None
        self.value = float("-inf")

    def see(self, epoch: int, value: float) -> int:
        """Take in an epoch's judgement; returns the epochs since the last improvement."""
        if self.epoch is None or value > self.value + self._min_delta:
            self.epoch, self.value, self._waited = epoch, value, 0
        else:
            self._waited += 1
        return self._waited

    def wait_again(self) -> None:
        """Count from here, keeping the best."""
        self._waited = 0

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return {"epoch": self.epoch, "value": self.value, "waited": self._waited}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        self.epoch, self.value, self._waited = state["epoch"], state["value"], state["waited"]
