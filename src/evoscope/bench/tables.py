"""The tables of the docs: one place that knows them all, fills them, finds the stale ones."""

from __future__ import annotations

from pathlib import Path

from evoscope.bench.ears import EARS
from evoscope.bench.messages import MESSAGES
from evoscope.bench.rooms import ROOMS
from evoscope.bench.table import ROOT, Table

TABLES: tuple[Table, ...] = (*EARS, *MESSAGES, *ROOMS)


def stale_tables(root: Path = ROOT) -> list[Table]:
    """The tables that do not say what their result files say."""
    stale = []
    for table in TABLES:
        page = (root / table.page).read_text("utf-8")
        if table.filled(page, root) != page:
            stale.append(table)
    return stale


def fill_tables(root: Path = ROOT) -> list[Table]:
    """Fill the stale tables and return them."""
    stale = stale_tables(root)
    for table in stale:
        page = root / table.page
        page.write_text(table.filled(page.read_text("utf-8"), root), encoding="utf-8")
    return stale
