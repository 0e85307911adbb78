"""The table of the text ablation, as its result file holds it; it needs no training stack."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evoscope.measure.results import number

FROZEN, TUNED = "frozen", "fine-tuned"
"""Settings of rows: the encoder stays as it is, or learns too."""
TITLES = {
    "emotions_fine_f1": "28 emotions, macro-F1",
    "rare_f1": "rare emotions, F1",
    "emotions_f1": "11 emotions, macro-F1",
    "vad_r": "VAD, mean r",
    "safety_auc": "safety, macro AUC",
    "style_auc": "style, macro AUC",
    "intent_f1": "intent, macro-F1 (weak)",
    "ece": "28 emotions, ECE",
    "gap": "gap train - dev, AUC",
    "cpu_seconds": "CPU s",
}


class Effect(BaseModel):
    """A figure of a row, and how much better it is than that of the row it is held against.

    Attributes:
        value: mean over seeds.
        better_by: mean over seeds of how much better this row is, above 0 where it is better, in
            the figure's own units; ``None`` of the row itself.
        low, high: its 90 % interval by Student's t over those seeds; ``None`` with fewer than two.
        n: those seeds.
        texts: dev texts behind one value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None
    better_by: float | None
    low: float | None
    high: float | None
    n: int
    texts: int


class Result(BaseModel):
    """A row of the table; see `Row` and `Line`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: str
    setting: str
    says: str
    claim: str
    against: str
    epochs: int
    steps: int
    texts: int
    seeds: int
    figures: dict[str, Effect]


class Ablation(BaseModel):
    """The table and what it was measured with.

    Attributes:
        commits: of the code of the runs.
        learned_sha256: of texts and labels.
        simulated: whether they are.
        note: what the reader must know.
        rows: in the order of the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    commits: tuple[str, ...]
    learned_sha256: str
    simulated: bool = False
    note: str
    rows: tuple[Result, ...]


def as_table(found: Ablation, setting: str) -> str:
    """Write the rows of a setting as Markdown."""
    names = list(TITLES)
    lines = [
        "| " + " | ".join(["row", "the reference claims", *(TITLES[n] for n in names)]) + " |",
        "|" + "---|" * (2 + len(names)),
    ]
    for row in found.rows:
        if row.setting == setting:
            cells = [_cell(row.figures[name]) for name in names]
            first = f"**{row.row}**: {row.says[0].lower()}{row.says[1:].rstrip('.')}"
            lines.append("| " + " | ".join([first, row.claim or "-", *cells]) + " |")
    return "\n".join(lines)


def ablation_tables(content: str) -> dict[str, str]:
    """The tables of the page, by the name of their place.

    Args:
        content: of ``text_ablation.json``.
    """
    found = Ablation.model_validate_json(content)
    return {
        "ablation-frozen": _or_not_run(found, FROZEN),
        "ablation-tuned": _or_not_run(found, TUNED),
    }


def _or_not_run(found: Ablation, setting: str) -> str:
    if any(row.setting == setting for row in found.rows):
        return as_table(found, setting)
    return "Not run yet: `evoscope bench text-ablation`, which takes hours."


def _cell(effect: Effect) -> str:
    value = number(effect.value)
    if effect.better_by is None:
        return value
    if effect.low is None or effect.high is None:
        return f"{value} ({effect.better_by:+.3f})"
    moved = f"{effect.better_by:+.3f} [{effect.low:+.3f}, {effect.high:+.3f}]"
    return f"{value} (**{moved}**)" if effect.low > 0 or effect.high < 0 else f"{value} ({moved})"
