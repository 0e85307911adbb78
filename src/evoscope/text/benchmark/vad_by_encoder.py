"""What encoders give for valence, arousal and dominance, as a result file and its table."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from pydantic import BaseModel, ConfigDict

from evoscope.measure.results import number
from evoscope.text.benchmark import page
from evoscope.text.benchmark.document import TextFigure

CORPUS = "emobank"
METRIC = "correlation"
ALONE = "none"
"""Encoder of the row of TF-IDF."""


class VadRun(BaseModel):
    """One training, or TF-IDF with ridge regression.

    Attributes:
        encoder: its name; ``none`` of TF-IDF.
        learns: what of the network does.
        runs_in: ``bf16`` as it was trained, or the precision of the pack that was made of it.
        seed: of the network.
        figures: Pearson's correlation of valence, arousal and dominance on the dev part.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    learns: str
    runs_in: str
    seed: int
    figures: tuple[TextFigure, ...]

    @property
    def row(self) -> tuple[str, str, str]:
        """What runs of other seeds share."""
        return self.encoder, self.learns, self.runs_in


class VadByEncoder(BaseModel):
    """Every run, and the code that made it.

    Attributes:
        commit: of the code.
        simulated: whether the texts are.
        texts: that every network learned from.
        runs: in the order in which they were made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    commit: str
    simulated: bool = False
    texts: int
    runs: tuple[VadRun, ...]


HEAD: page.Row = (
    "encoder", "learns", "in", "seeds", "valence", "arousal", "dominance", "n", "trivial",
)  # fmt: skip


def vad_rows(found: VadByEncoder) -> list[page.Row]:
    """A row for all seeds of a network: means of their figures and of the ends of intervals."""
    rows: dict[tuple[str, str, str], list[VadRun]] = {}
    for run in found.runs:
        rows.setdefault(run.row, []).append(run)
    return [
        (
            *name,
            str(len(runs)),
            *(_cell([run.figures[j] for run in runs]) for j in range(len(runs[0].figures))),
            str(runs[0].figures[0].n),
            number(runs[0].figures[0].trivial),
        )
        for name, runs in rows.items()
    ]


def vad_tables(content: str) -> dict[str, str]:
    """The table by its name.

    Args:
        content: of ``text_vad_by_encoder.json``.
    """
    found = VadByEncoder.model_validate_json(content)
    return {"text-vad-by-encoder": page.markdown(HEAD, vad_rows(found))}


def _cell(figures: Sequence[TextFigure]) -> str:
    value, low, high = (
        fmean(end for one in figures if (end := getattr(one, name)) is not None)
        for name in ("value", "low", "high")
    )
    return f"{number(value)} ({number(low)} to {number(high)})"
