"""``python -m evoscope.abr.benchmark.foreign``: recordings that are none for the shipped network.

Simulated and real series are spoilt in ways that happen, or replaced by something else, and handed
in as if nothing were wrong. What counts is whether a reader is told: by a warning that doubts the
recordings, or by an answer that is not given. Ordinary series show what that costs in false alarms.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis import SHIPPED
from evoscope.abr.benchmark.evaluation import Data, Evaluation, Figure, commit_of, write_json
from evoscope.abr.benchmark.protocol.contestants import Contestant, contestant
from evoscope.abr.benchmark.protocol.patients import patients_of
from evoscope.abr.benchmark.real_noise import SERIES_PER_EAR
from evoscope.abr.benchmark.real_sets import human_clicks, mouse_arf, real_folder
from evoscope.abr.benchmark.surrogates import halves_series
from evoscope.abr.benchmark.tables import number
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Recording, Series
from evoscope.abr.simulation.make import simulate
from evoscope.measure import proportion_interval

ROOT = Path(__file__).resolve().parents[4]
RESULT = "benchmarks/results/foreign.json"
SEED = 2029
# Warnings that state what is missing or assumed, and doubt nothing that is there.
NO_DOUBT = (
    "The recordings end",
    "No recording between",
    "The files do not state the species",
    "The level reference is not stated",
    "The files hold no halves",
    "Only one level was recorded",
)
INSTEAD = "The classical analyzer answered"
Change = Callable[[Recording], Recording]


@dataclass(frozen=True)
class Sizes:
    """How many are simulated."""

    patients: int
    mice: int


SIZES, QUICK = Sizes(patients=60, mice=12), Sizes(patients=4, mice=1)


def of_samples(change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Change:
    """Apply the same to a waveform and to each of its halves, along their last axis."""

    def changed(recording: Recording) -> Recording:
        halves = recording.halves
        return replace(
            recording,
            waveform=_single(change(recording.waveform.astype(np.float64))),
            halves=None if halves is None else _single(change(halves.astype(np.float64))),
            epochs=None,
        )

    return changed


def _single(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return values.astype(np.float32)


def clipped(recording: Recording) -> Recording:
    """Cut a recording off at half of its largest size, as an amplifier does that is set too high.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> one = simulate_series(true_threshold_db=20, levels_db=(80,), seed=1)[0].recordings[0]
        >>> bool(np.isclose(abs(clipped(one).waveform).max(), 0.5 * abs(one.waveform).max()))
        True
    """
    most = 0.5 * float(np.abs(recording.waveform).max())
    return of_samples(lambda x: x.clip(-most, most))(recording)


SPOILT: dict[str, Change] = {
    "upside down": of_samples(lambda x: -x),
    "backwards": of_samples(lambda x: x[..., ::-1]),
    "1000 times too large": of_samples(lambda x: 1000.0 * x),
    "1000 times too small": of_samples(lambda x: x / 1000.0),
    "clipped at half": clipped,
}
"""What happens to recordings."""


def electrocochleogram(series: Series, clean: NDArray[np.float64]) -> Series:
    """Put a cochlear nerve's potential in the place of a response, in the same noise.

    An electrode near the cochlea sees wave I some ten times as large, and hardly anything later:
    here a peak of 3 uV at 90 dB, 1.6 ms after onset, later and smaller at softer levels, and its
    trough [shape and size assumed].

    Args:
        series: one recording per row of ``clean``.
        clean: ``(n, samples)`` uV, the response that is taken out.
    """
    made = []
    for recording, response in zip(series, clean, strict=True):
        softer_db = 90.0 - recording.level_db
        time_ms, peak_ms = recording.time_ms, 1.6 + 0.02 * softer_db
        peak = np.exp(-0.5 * ((time_ms - peak_ms) / 0.25) ** 2)
        trough = np.exp(-0.5 * ((time_ms - peak_ms - 0.8) / 0.4) ** 2)
        size_uv = 3.0 * 10.0 ** (-softer_db / 40.0)
        other = size_uv * (peak - 0.4 * trough) - response
        made.append(of_samples(lambda x, other=other: x + other)(recording))  # type: ignore[misc]
    return series.with_recordings(tuple(made))


def silent(series: Series, clean: NDArray[np.float64]) -> Series:
    """Take the response out: the same electrodes, nothing played."""
    made = [
        of_samples(lambda x, gone=gone: x - gone)(recording)  # type: ignore[misc]
        for recording, gone in zip(series, clean, strict=True)
    ]
    return series.with_recordings(tuple(made))


def as_human(series: Series) -> Series:
    """Say that an animal's recordings are a human's, in a file that any system might write."""

    def said(recording: Recording) -> Recording:
        return replace(
            recording,
            subject=replace(recording.subject, species="human", age_weeks=None, age_years=None),
            source=replace(recording.source, format="csv"),
        )

    return series.with_recordings(tuple(said(r) for r in series))


def each(series: Sequence[Series], change: Change) -> list[Series]:
    """Change every recording of some series."""
    return [one.with_recordings(tuple(change(r) for r in one)) for one in series]


def simulated(folder: Path, sizes: Sizes) -> Iterator[tuple[str, list[Series]]]:
    """Yield what is simulated: ordinary ears, and all that is made of them."""
    clinic = simulate(
        folder / "foreign.parquet", profile="clinic", patients=sizes.patients, seed=SEED
    )
    names = {p for b in clinic.batches(["patient_id"]) for p in b.column(0).to_pylist()}
    views = [one for patient in patients_of(clinic, names) for one in patient.series if one.main]
    ears = [one.series for one in views]
    cleans = [np.asarray(one.clean, dtype=np.float64) for one in views]
    yield "as it should be", ears
    for name, change in SPOILT.items():
        yield name, each(ears, change)
    yield "nothing played", [silent(*both) for both in zip(ears, cleans, strict=True)]
    yield "electrocochleogram", [electrocochleogram(*b) for b in zip(ears, cleans, strict=True)]
    lab = simulate(folder / "mice.parquet", profile="mouse", patients=sizes.mice, seed=SEED)
    names = {p for b in lab.batches(["patient_id"]) for p in b.column(0).to_pylist()}
    mice = [one.series for patient in patients_of(lab, names) for one in patient.series if one.main]
    yield "mouse, said to be human", [as_human(one) for one in mice]


def real(folder: Path) -> Iterator[tuple[str, list[Series]]]:
    """Yield what is real: human ears, what is made of them, their noise, and mice."""
    clicks = [case.series for case in human_clicks(folder)]
    ears = [part for one in clicks for part in replicates(one)]
    yield "as it should be", ears
    for name, change in SPOILT.items():
        yield name, each(ears, change)
    rng = np.random.default_rng(SEED)
    noise = [halves_series(one, rng) for one in clicks for _ in range(SERIES_PER_EAR)]
    yield "nothing played", noise
    yield "mouse, said to be human", [as_human(case.series) for case in mouse_arf(folder)]


def replicates(series: Series) -> list[Series]:
    """Take a series apart into as many as every level has recordings: one ear, read several times.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> ear, _ = simulate_series(true_threshold_db=20, levels_db=(60, 80), replicates=3, seed=1)
        >>> [len(one) for one in replicates(ear)]
        [2, 2, 2]
    """
    levels = [series.at(level) for level in series.levels_db]
    return [series.with_recordings(same) for same in zip(*levels, strict=False)]


def doubted(findings: Findings) -> bool:
    """Whether a warning says that something may be wrong with the recordings."""
    return any(not w.startswith((*NO_DOUBT, INSTEAD)) for w in findings.warnings)


def withheld(findings: Findings) -> bool:
    """Whether the network did not answer, or no threshold is stated with its interval."""
    threshold = findings.threshold
    if any(w.startswith(INSTEAD) for w in findings.warnings) or threshold.status == "inconclusive":
        return True
    return threshold.low_db is None and threshold.high_db is None


def answered(findings: Findings) -> bool:
    """Whether there is an answer, be it "no response", and nothing to make a reader doubt it."""
    return not doubted(findings) and not withheld(findings)


def named(findings: Findings) -> bool:
    """Whether that answer is a threshold."""
    return answered(findings) and findings.threshold.status in ("estimated", "below_range")


METRICS: dict[str, Callable[[Findings], bool]] = {
    "doubted": doubted,
    "withheld": withheld,
    "answered_in_silence": answered,
    "named_in_silence": named,
}


def figures_of(kind: str, found: Sequence[Findings], *, is_simulated: bool) -> list[Figure]:
    """Shares of the series that are doubted, withheld, and answered without a word of doubt."""
    where = f"{'simulated' if is_simulated else 'real'}={kind}"
    return [
        _share([met(one) for one in found], metric=name, slice=where, simulated=is_simulated)
        for name, met in METRICS.items()
    ]


def _share(hits: Sequence[bool], **fields: Any) -> Figure:
    low, high = proportion_interval(sum(hits), len(hits))
    return Figure(
        task="foreign", value=float(np.mean(hits)), low=low, high=high, n=len(hits), **fields
    )


def measure(folder: Path, who: Contestant, sizes: Sizes) -> list[Figure]:
    """Measure every kind.

    Args:
        folder: of real recordings.
        who: is asked.
        sizes: how many are simulated.
    """
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as scratch:
        for is_simulated, kinds in ((True, simulated(Path(scratch), sizes)), (False, real(folder))):
            for kind, series in kinds:
                print(f"  {kind}: {len(series)}", file=sys.stderr, flush=True)
                figures += figures_of(kind, who.many(series), is_simulated=is_simulated)
    return figures


def table_of(evaluation: Evaluation) -> str:
    """The page's table: one row per kind and origin."""
    kinds: dict[str, dict[str, Figure]] = {}
    for figure in evaluation.figures:
        kinds.setdefault(figure.slice, {})[figure.metric] = figure
    lines = [
        f"| series | {' | '.join(name.replace('_', ' ') for name in METRICS)} | n |",
        "|---|---|---|---|---|---|",
    ]
    for where, of_kind in kinds.items():
        origin, kind = where.split("=", 1)
        shares = [number(of_kind[name].value) for name in METRICS]
        lines.append(f"| {' | '.join([f'{kind}, {origin}', *shares])} | {of_kind['doubted'].n} |")
    return "\n".join(lines)


def main() -> int:
    """Measure, write the result file, print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few are simulated, nothing written")
    quick = parser.parse_args().quick
    sizes = QUICK if quick else SIZES
    who = contestant(SHIPPED)
    found = Evaluation(
        pack=who.name,
        data=Data(
            path=f"clinic and mice, seed {SEED}; real human ears and mice",
            patients=sizes.patients,
            note="Ordinary series, spoilt in ways that happen, or something else in their place. "
            "Real ears: two, each of nine replicates read by itself.",
        ),
        commit=commit_of(ROOT),
        figures=tuple(measure(real_folder(), who, sizes)),
    )
    if not quick:
        write_json(found, ROOT / RESULT)
    print(table_of(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
