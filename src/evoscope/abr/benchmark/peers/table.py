"""The table of the docs: everybody on each kind of recordings, quality and cost together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.peers.contest import NAMES, OURS
from evoscope.measure.results import number

_HEAD = (
    "| who | threshold: median error (dB) | within 10 dB | bias (dB) | answered | "
    "named in silence | wave V: median error (ms) | within 0.2 ms | CPU ms a series | cost |"
)
_SHOWN: tuple[tuple[str, str], ...] = (
    ("threshold", "median_ae_db"),
    ("threshold", "within_10db"),
    ("threshold", "bias_db"),
    ("threshold", "answered"),
    ("threshold", "named_in_silence"),
    ("latency.V", "median_ae_ms"),
    ("latency.V", "within_0.2ms"),
)
_INTERVALS = {"median_ae_db", "within_10db", "bias_db", "median_ae_ms", "within_0.2ms"}


def peers_table(figures: Sequence[Figure]) -> str:
    """One table per kind of recordings; intervals of 90 % in brackets, a trivial guess last."""
    names: list[str] = []
    for figure in figures:
        name = data_of(figure.slice)
        if name not in names:
            names.append(name)
    return "\n\n".join([*(_of_data(name, figures) for name in names), *_fidelity(figures)])


def _fidelity(figures: Sequence[Figure]) -> list[str]:
    return [
        f"On {f.n} series of the mouse with single trials, our resampled halves lie "
        f"{number(f.value)} dB (mean absolute difference) from the thresholds that the method's "
        "authors state for the same trials."
        for f in figures
        if f.task == "fidelity"
    ]


def _of_data(data: str, figures: Sequence[Figure]) -> str:
    here = {(model_of(f.slice), f.task, f.metric): f for f in figures if data_of(f.slice) == data}
    any_one = next(iter(here.values()))
    kind = "simulated" if any_one.simulated else "real"
    lines = [f"**{data[0].upper()}{data[1:]}** ({kind}; {_counts(here)})", "", _HEAD,
             "|---" * 10 + "|"]  # fmt: skip
    base = here[OURS, "time", "cpu_ms_per_series"].value or 0.0
    for who in NAMES:
        cost = here.get((who, "time", "cpu_ms_per_series"))
        if cost is None or cost.value is None:
            continue
        cells = [_cell(here.get((who, *key))) for key in _SHOWN]
        times = f"x {number(cost.value / base)}" if base else "-"
        lines.append(f"| {who} | {' | '.join(cells)} | {number(cost.value)} | {times} |")
    trivial = [here.get((OURS, *key)) for key in _SHOWN]
    guesses = [number(None if f is None else f.trivial) for f in trivial]
    lines.append(f"| a trivial guess | {' | '.join(guesses)} | - | - |")
    return "\n".join(lines)


def _counts(here: Mapping[tuple[str, str, str], Figure]) -> str:
    counted = [
        (here.get((OURS, "time", "cpu_ms_per_series")), "series"),
        (here.get((OURS, "threshold", "answered")), "with a threshold"),
        (here.get((OURS, "threshold", "named_in_silence")), "without a response"),
    ]
    return ", ".join(f"{figure.n} {what}" for figure, what in counted if figure is not None)


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    text = number(figure.value)
    if figure.metric in _INTERVALS and figure.low is not None and figure.high is not None:
        text += f" ({number(figure.low)} to {number(figure.high)})"
    return text


def data_of(where: str) -> str:
    """The kind of recordings that a slice names; its name may hold commas.

    Example:
        >>> data_of("data=mice, averages, model=Fmp >= 3.1")
        'mice, averages'
    """
    return where.removeprefix("data=").rpartition(_MODEL)[0]


def model_of(where: str) -> str:
    """Who answered, by a slice.

    Example:
        >>> model_of("data=mice, averages, model=Fmp >= 3.1")
        'Fmp >= 3.1'
    """
    return where.rpartition(_MODEL)[2]  # only contestants' names follow the last of them


_MODEL = ", model="
