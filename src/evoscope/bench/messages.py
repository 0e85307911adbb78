"""The tables of what reads messages."""

from __future__ import annotations

from collections.abc import Callable

from evoscope.bench.table import Table, of_evaluation
from evoscope.bench.text_growth.page import growth_table
from evoscope.text.benchmark.ablation import ablation_tables
from evoscope.text.benchmark.tables import backbone_tables, figure_tables, speed_tables
from evoscope.text.benchmark.vad_by_encoder import vad_tables


def _tables(
    page: str, file: str, names: tuple[str, ...], of: Callable[[str], dict[str, str]]
) -> tuple[Table, ...]:
    """The tables of a page that a function makes of one file, each by its name."""
    return tuple(
        Table(page, name, (file,), lambda content, name=name: of(content)[name]) for name in names
    )


MESSAGES: tuple[Table, ...] = (
    *_tables(
        "docs/text.md",
        "text.json",
        (
            "text-about",
            "text-goals",
            "text-figures",
            "text-pairs",
            "text-lost",
            "text-int8",
            "text-company",
            "text-reliability",
        ),
        figure_tables,
    ),
    *_tables("docs/text-changes.md", "text.json", ("text-changes",), figure_tables),
    *_tables("docs/text.md", "text_speed.json", ("text-speed",), speed_tables),
    *_tables(
        "docs/text.md",
        "text_backbones.json",
        ("text-backbones", "text-backbone-probes"),
        backbone_tables,
    ),
    *_tables(
        "docs/text-training.md", "text_vad_by_encoder.json", ("text-vad-by-encoder",), vad_tables
    ),
    *_tables(
        "docs/text-ablation.md",
        "text_ablation.json",
        ("ablation-frozen", "ablation-tuned"),
        ablation_tables,
    ),
    Table("docs/benchmarks.md", "text-growth", ("text_growth.json",), of_evaluation(growth_table)),
)
