"""The tables of the docs, each made of a result file: one place that knows them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evoscope.abr.analysis import CLASSICAL, SHIPPED
from evoscope.abr.benchmark import clinic, foreign, real, synthetic
from evoscope.abr.benchmark.cost.page import speed_table
from evoscope.abr.benchmark.evaluation import Evaluation
from evoscope.abr.benchmark.peers.table import peers_table
from evoscope.abr.benchmark.tables import goals_table, markdown
from evoscope.bench.text_growth import growth_table
from evoscope.measure.results import fill

ROOT = Path(__file__).resolve().parents[3]
RESULTS = "benchmarks/results"


@dataclass(frozen=True)
class Table:
    """A table of a page.

    Attributes:
        page: of the checkout.
        name: between its markers.
        files: result files it is made of.
        render: their contents to Markdown, in that order.
    """

    page: str
    name: str
    files: tuple[str, ...]
    render: Callable[..., str]


def _evaluation(content: str) -> Evaluation:
    return Evaluation.model_validate_json(content)


def _real(shipped: str, classical: str) -> str:
    return real.table_of({SHIPPED: _evaluation(shipped), CLASSICAL: _evaluation(classical)})


def _clinic(shipped: str, classical: str) -> str:
    return clinic.table_of({SHIPPED: _evaluation(shipped), CLASSICAL: _evaluation(classical)})


def _goals(content: str) -> str:
    return goals_table(_evaluation(content).goals)


TABLES: tuple[Table, ...] = (
    Table("README.md", "bench-real", ("real.json", "real_classical.json"), _real),
    Table("README.md", "bench-clinic", ("clinic.json", "clinic_classical.json"), _clinic),
    Table("docs/abr-network.md", "clinic-goals", ("clinic.json",), _goals),
    Table(
        "docs/abr-network.md",
        "clinic-shifted",
        ("clinic_shifted.json",),
        lambda content: clinic.shifted_table(_evaluation(content)),
    ),
    Table(
        "docs/abr-network.md",
        "foreign",
        ("foreign.json",),
        lambda content: foreign.table_of(_evaluation(content)),
    ),
    Table(
        "docs/abr-network.md",
        "clock",
        ("clock.json",),
        lambda content: markdown(_evaluation(content).figures),
    ),
    Table("docs/abr-generation.md", "generation-goals", ("generation.json",), _goals),
    Table(
        "docs/abr-generation.md",
        "generation-contestants",
        ("generation.json",),
        lambda content: synthetic.contestants_table(_evaluation(content).figures),
    ),
    Table(
        "docs/abr-generation.md",
        "generation-cells",
        ("generation.json",),
        lambda content: synthetic.cells_table(_evaluation(content).figures),
    ),
    Table(
        "docs/benchmarks.md",
        "peers",
        ("peers.json",),
        lambda content: peers_table(_evaluation(content).figures),
    ),
    Table(
        "docs/benchmarks.md",
        "text-growth",
        ("text_growth.json",),
        lambda content: growth_table(_evaluation(content)),
    ),
    Table(
        "docs/benchmarks.md",
        "speed",
        ("cost.json",),
        lambda content: speed_table(_evaluation(content)),
    ),
)
"""Those of ears. Tables of messages, of the service and of trained networks are filled, and held to
their files, beside what makes them."""


def rendered(table: Table, root: Path = ROOT) -> str | None:
    """What a table should say; ``None`` while a file it is made of is not there."""
    paths = [root / RESULTS / name for name in table.files]
    if not all(path.is_file() for path in paths):
        return None
    return table.render(*(path.read_text("utf-8") for path in paths))


def stale_tables(root: Path = ROOT) -> list[Table]:
    """The tables that do not say what their result files say."""
    stale = []
    for table in TABLES:
        says = rendered(table, root)
        page = (root / table.page).read_text("utf-8")
        if says is not None and fill(page, table.name, says) != page:
            stale.append(table)
    return stale


def fill_tables(root: Path = ROOT) -> list[Table]:
    """Fill the stale tables and return them."""
    stale = stale_tables(root)
    for table in stale:
        page = root / table.page
        says = rendered(table, root)
        if says is not None:
            page.write_text(fill(page.read_text("utf-8"), table.name, says), encoding="utf-8")
    return stale
