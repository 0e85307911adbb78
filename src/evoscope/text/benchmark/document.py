"""The evaluation of a text model as one document: figures, what they are compared with, goals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evoscope.measure import Measured
from evoscope.text.benchmark.figures import Figure
from evoscope.text.findings import UsedModel

Verdict = Literal["met", "not met", "not measured"]


class _Row(BaseModel):
    # protected_namespaces: "model" is the word of the published layout.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Data(_Row):
    """A corpus that was answered.

    Attributes:
        name, split, licence: of it.
        sha256: of the texts that were answered, and of what is known of them.
        texts, of: how many were answered, of how many there are.
        trained_on: whether weights may have been fitted on its other part.
        weak: labels by construction or by rule.
    """

    name: str
    split: str
    licence: str
    sha256: str
    texts: int
    of: int
    trained_on: bool
    weak: bool


class TextFigure(_Row):
    """One figure of one corpus.

    Attributes:
        corpus: or several, joined by " + ".
        task, metric, slice: what was measured.
        value, low, high, n: the figure, its 90 % interval, how many cases it pools.
        trivial: the same metric for a guess that knows nothing of the text.
        rivals: the same metric for TF-IDF and for lists of words, by name.
        limit: best that is possible; unknown for every text.
        simulated: never.
        weak: whether the labels are the authored set's.
        note: what the reader must know to read it.
    """

    corpus: str
    task: str
    metric: str
    slice: str = "all"
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    trivial: float | None = None
    rivals: dict[str, float | None] = {}
    limit: float | None = None
    simulated: bool = False
    weak: bool = False
    note: str = ""


class Bin(_Row):
    """Of one head, answers of like probability: what was stated, and what came true."""

    head: str
    low: float
    high: float
    stated: float
    observed: float
    observed_low: float | None
    observed_high: float | None
    n: int


class Reached(_Row):
    """One goal, the figure that decides it, and the verdict.

    Attributes:
        topic, says: of what, and what it asks for.
        value, low, high: the figure that decides, and its 90 % interval.
        trivial, rivals: what stands beside that figure.
        n: cases that it pools.
        verdict: of the figure, not of its interval.
        note: what the reader must know.
    """

    topic: str
    says: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    trivial: float | None = None
    rivals: dict[str, float | None] = {}
    verdict: Verdict
    note: str = ""


class TextEvaluation(_Row):
    """One run.

    Attributes:
        pack: that answered.
        precision: of its encoder.
        data: corpora that were answered, all of them their dev parts.
        commit: of the code.
        lacking: rivals that were not installed.
        figures, reliability, goals: what was found.
    """

    pack: UsedModel
    precision: str
    data: tuple[Data, ...]
    commit: str
    lacking: tuple[str, ...] = ()
    figures: tuple[TextFigure, ...]
    reliability: tuple[Bin, ...] = ()
    goals: tuple[Reached, ...] = ()


def row(
    corpus: str,
    figure: Figure,
    *,
    rivals: Mapping[str, float | None] | None = None,
    weak: bool = False,
    note: str = "",
) -> TextFigure:
    """Write a figure of a corpus down.

    Example:
        >>> row("emobank", Figure("vad", "mae", "label=valence", Measured(0.1, 9))).n
        9
    """
    found: Measured = figure.found
    return TextFigure(
        corpus=corpus,
        task=figure.task,
        metric=figure.metric,
        slice=figure.slice,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        trivial=figure.trivial,
        rivals=dict(rivals or {}),
        weak=weak,
        note=note or found.reason,
    )
