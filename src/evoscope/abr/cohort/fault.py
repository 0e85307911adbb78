"""What is wrong with a batch, before anyone knows of which file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """The first thing wrong with a batch.

    Attributes:
        row: its row in the batch, or ``None`` when a whole column is at fault.
        column: its column.
        reason: what should hold and what was found.
        hint: what to do; may be empty.
    """

    row: int | None
    column: str
    reason: str
    hint: str = ""

    def place(self, first_row: int = 0) -> str:
        """Say where, counting rows from ``first_row``.

        Example:
            >>> Fault(2, "level_db", "").place(8192)
            "row 8194, column 'level_db'"
        """
        where = f"column '{self.column}'"
        return where if self.row is None else f"row {self.row + first_row}, {where}"
