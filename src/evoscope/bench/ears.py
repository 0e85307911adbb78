"""The tables of what reads and draws responses of ears."""

from __future__ import annotations

import json

from evoscope.abr.analysis import CLASSICAL, SHIPPED
from evoscope.abr.benchmark import (
    ablation,
    autoencoder_speed,
    clinic,
    finetuned,
    foreign,
    generator_networks,
    real,
    synthetic,
)
from evoscope.abr.benchmark.cost.page import speed_table
from evoscope.abr.benchmark.evaluation import Evaluation
from evoscope.abr.benchmark.peers.table import peers_table
from evoscope.abr.benchmark.tables import goals_table, markdown
from evoscope.bench.limits import CLINIC, REAL, limits_table, profiles_table
from evoscope.bench.table import Table, of_evaluation

_NETWORK, _GENERATION = "docs/abr-network.md", "docs/abr-generation.md"


def _both(shipped: str, classical: str) -> dict[str, Evaluation]:
    return {
        SHIPPED: Evaluation.model_validate_json(shipped),
        CLASSICAL: Evaluation.model_validate_json(classical),
    }


EARS: tuple[Table, ...] = (
    Table(
        "README.md",
        "bench-real",
        ("real.json", "real_classical.json"),
        lambda *contents: real.table_of(_both(*contents)),
    ),
    Table(
        "README.md",
        "bench-clinic",
        ("clinic.json", "clinic_classical.json"),
        lambda *contents: clinic.table_of(_both(*contents)),
    ),
    Table(
        _NETWORK,
        "clinic-goals",
        ("clinic.json",),
        of_evaluation(lambda found: goals_table(found.goals)),
    ),
    Table(
        _NETWORK, "clinic-shifted", ("clinic_shifted.json",), of_evaluation(clinic.shifted_table)
    ),
    Table(_NETWORK, "foreign", ("foreign.json",), of_evaluation(foreign.table_of)),
    Table(_NETWORK, "clock", ("clock.json",), of_evaluation(lambda found: markdown(found.figures))),
    Table("docs/abr-ablation.md", "ablation", ("ablation.json",), ablation.page_table),
    Table(
        _GENERATION,
        "generation-goals",
        ("generation.json",),
        of_evaluation(lambda found: goals_table(found.goals)),
    ),
    Table(
        _GENERATION,
        "generation-contestants",
        ("generation.json",),
        of_evaluation(lambda found: synthetic.contestants_table(found.figures)),
    ),
    Table(
        _GENERATION,
        "generation-cells",
        ("generation.json",),
        of_evaluation(lambda found: synthetic.cells_table(found.figures)),
    ),
    Table(
        _GENERATION,
        "generation-networks",
        ("generation_networks.json",),
        lambda content: generator_networks.networks_table(json.loads(content)),
    ),
    Table(
        "docs/abr-autoencoder.md",
        "speed",
        ("cvae_speed.json",),
        lambda content: autoencoder_speed.table_of(json.loads(content)),
    ),
    Table(
        "docs/train_on_your_own.md",
        "finetuning",
        ("finetuning.json",),
        of_evaluation(finetuned.table_of),
    ),
    Table(
        "docs/benchmarks.md",
        "peers",
        ("peers.json",),
        of_evaluation(lambda found: peers_table(found.figures)),
    ),
    Table("docs/benchmarks.md", "speed", ("cost.json",), of_evaluation(speed_table)),
    Table(
        "docs/limits.md",
        "limits-real",
        ("real.json",),
        of_evaluation(lambda found: limits_table(found, REAL)),
    ),
    Table(
        "docs/limits.md",
        "limits-clinic",
        ("clinic.json",),
        of_evaluation(lambda found: limits_table(found, CLINIC)),
    ),
    Table("docs/simulator.md", "profiles", (), profiles_table),
)
