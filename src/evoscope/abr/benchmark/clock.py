"""One evaluation at the time the noise tells: what it is worth as a denoiser.

``python -m evoscope.abr.benchmark.clock`` asks the shipped diffusion, on the test patients of a
clinic that it simulates, and writes ``benchmarks/results/clock.json``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Picture
from numpy.typing import NDArray
from scipy.fft import dct, idct

from evoscope.abr.analysis.learned.contract import EXPECTED as ANALYZER
from evoscope.abr.analysis.learned.contract import GRAPH as SERIES
from evoscope.abr.benchmark.evaluation import (
    Data,
    Evaluation,
    Figure,
    commit_of,
    figure_of,
    write_json,
)
from evoscope.abr.benchmark.protocol.scores import ratio_of_sums
from evoscope.abr.benchmark.protocol.wiener import LEVEL_EDGES_DB
from evoscope.abr.benchmark.tables import markdown
from evoscope.abr.cohort import Cohort, is_simulated, load_split, split_path
from evoscope.abr.encoding import EncodedCohort, column, encode_cohort, grid_time_ms
from evoscope.abr.generation import Generator
from evoscope.abr.generation.contract import COLUMNS
from evoscope.abr.generation.contract import column as told
from evoscope.abr.simulation.make import simulate
from evoscope.measure import bootstrap_interval
from evoscope.runtime import Session, open_pack

Waveforms = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[4]
RESULT = "benchmarks/results/clock.json"
_PACKS = ROOT / "src" / "evoscope" / "abr" / "packs"
GENERATOR, DIRECT = _PACKS / "generator", _PACKS / "series"
PATIENTS, QUICK_PATIENTS, SEED = 500, 40, 555
NOISE_BANDS_NV = ((0.0, 40.0), (40.0, 80.0), (80.0, 160.0), (160.0, 10_000.0))
"""Residual noise of the slices."""
_STATED = ("age_years", "level_db", "rate_hz", "frequency_hz", "species")
_SERIES_AT_ONCE = 16


def by_clock(generator: Generator, cohort: EncodedCohort) -> Waveforms:
    """Denoise every recording by one run of the generator's network."""
    table = np.full((cohort.n_recordings, len(COLUMNS)), np.nan)
    for name in _STATED:
        table[:, told(name)] = cohort.conditions[:, column(name)]
    found = generator.denoise(cohort.waveforms, cohort.noise, table)
    return found.waveforms_uv.astype(np.float64)


def by_wiener(cohort: EncodedCohort, training: EncodedCohort) -> Waveforms:
    """Shrink cosine coefficients by the mean response of training patients at such levels."""
    band = _bands(training)
    power = dct(training.clean.astype(np.float64), norm="ortho") ** 2
    overall = power.mean(axis=0)
    response = np.stack(
        [
            power[band == i].mean(axis=0) if (band == i).any() else overall
            for i in range(len(LEVEL_EDGES_DB) + 1)
        ]
    )
    noise = dct(training.noise.astype(np.float64), norm="ortho") ** 2
    colour = noise.mean(axis=0) / noise.mean()
    own = np.mean(cohort.noise.astype(np.float64) ** 2, axis=1)
    expected = response[_bands(cohort)]
    gain = expected / np.maximum(expected + own[:, None] * colour, 1e-30)
    return np.asarray(
        idct(gain * dct(cohort.waveforms.astype(np.float64), norm="ortho"), norm="ortho")
    )


def by_series(pack: Path, cohort: EncodedCohort) -> Waveforms:
    """Denoise with an analyzer's network, which reads all levels of an ear at once."""
    session = Session(open_pack(pack, expected=ANALYZER))
    parts = []
    for start in range(0, len(cohort), _SERIES_AT_ONCE):
        stop = min(start + _SERIES_AT_ONCE, len(cohort))
        rows = slice(int(cohort.first[start]), int(cohort.first[stop]))
        series = np.repeat(np.arange(stop - start), cohort.sizes[start:stop])
        out = session.run(
            SERIES,
            {
                "waveforms": cohort.waveforms[rows],
                "noise": cohort.noise[rows],
                "covered": cohort.covered[rows],
                "conditions": cohort.conditions[rows],
                "series": series.astype(np.int64),
            },
        )
        parts.append(out["signal.mean"].astype(np.float64))
    return np.concatenate(parts)


def figures(
    found: Mapping[str, Waveforms], cohort: EncodedCohort, *, simulated: bool
) -> list[Figure]:
    """Error over noise power, pooled, per denoiser and noise band; intervals over patients."""
    clean = cohort.clean.astype(np.float64)
    noise = np.sum((cohort.waveforms - clean) ** 2, axis=1)
    flat = np.sum(clean**2, axis=1)
    residual = cohort.conditions[:, column("residual_noise_nv")]
    patient = np.repeat(cohort.patient_id, cohort.sizes)
    made = []
    for low, high in ((0.0, np.inf), *NOISE_BANDS_NV):
        own = (residual >= low) & (residual < high)
        if own.sum() < 2:
            continue
        where = "all" if high == np.inf else f"residual_noise_nv={low:g}-{high:g}"
        for name, waveforms in found.items():
            error = np.sum((waveforms - clean) ** 2, axis=1)
            made.append(
                figure_of(
                    bootstrap_interval(
                        ratio_of_sums, patient[own], error[own], noise[own], n=200, seed=0
                    ),
                    task="denoise",
                    metric=f"mse_over_noise.{name}",
                    slice=where,
                    trivial=float(flat[own].sum() / noise[own].sum()),
                    simulated=simulated,
                    note="1 is the raw average; the trivial is a flat line",
                )
            )
    return made


def picture(found: Mapping[str, Waveforms], cohort: EncodedCohort, path: Path) -> None:
    """Draw error over noise against the residual noise, and one series denoised by each."""
    clean = cohort.clean.astype(np.float64)
    residual = cohort.conditions[:, column("residual_noise_nv")]
    noise = np.sum((cohort.waveforms - clean) ** 2, axis=1)
    edges = np.quantile(residual, np.linspace(0.0, 1.0, 9))
    part = np.clip(np.searchsorted(edges, residual, side="right") - 1, 0, 7)
    drawing = Picture(figsize=(15, 7), layout="constrained")
    FigureCanvasAgg(drawing)
    axes = drawing.subplots(1, 1 + len(found) + 1)
    for name, waveforms in found.items():
        error = np.sum((waveforms - clean) ** 2, axis=1)
        ratio = [error[part == i].sum() / noise[part == i].sum() for i in range(8)]
        axes[0].plot(np.sqrt(edges[1:] * edges[:-1]), ratio, marker="o", label=name)
    axes[0].set(xscale="log", xlabel="residual noise (nV)", ylabel="error / noise power")
    axes[0].legend()
    series = int(np.argmax(cohort.sizes))
    rows = range(int(cohort.first[series]), int(cohort.first[series + 1]))
    time = grid_time_ms(clean.shape[1])
    shown = {"average": cohort.waveforms.astype(np.float64), **found}
    for axis, (name, waveforms) in zip(axes[1:], shown.items(), strict=True):
        for row in rows:
            at = cohort.conditions[row, column("level_db")]
            axis.plot(time, waveforms[row] * 20.0 + at, color="C1", linewidth=1)
            axis.plot(time, clean[row] * 20.0 + at, color="k", linewidth=0.7)
        axis.set(title=f"{name} (truth black)", xlabel="ms")
    path.parent.mkdir(parents=True, exist_ok=True)
    drawing.savefig(path, dpi=80)


def _bands(cohort: EncodedCohort) -> NDArray[np.intp]:
    return np.searchsorted(LEVEL_EDGES_DB, cohort.conditions[:, column("level_db")])


def compare(
    generator: Generator, cohort_path: Path, *, direct: Path
) -> tuple[Evaluation, dict[str, Waveforms], EncodedCohort]:
    """Denoise a cohort's test patients in every way there is.

    Args:
        generator: whose clock is tried.
        cohort_path: of a cohort with truth and a split; its training patients teach the Wiener
            filter.
        direct: pack of an analyzer, which denoises a series at once.

    Returns:
        the figures, what each denoiser found, and the patients.

    Raises:
        ValueError: a cohort without truth, or recordings without halves.
    """
    cohort = Cohort.open(cohort_path)
    split = load_split(split_path(cohort), cohort)
    test, training = (
        encode_cohort(cohort, [name for name, own in split.patients.items() if own == part])
        for part in ("test", "train")
    )
    if not np.isfinite(test.clean).all() or not (test.noise != 0).any(axis=1).all():
        raise ValueError(
            f"{cohort_path.name} should hold clean responses and halves of every recording. Found "
            "some without: simulate one."
        )
    found = {
        "clock": by_clock(generator, test),
        "wiener": by_wiener(test, training),
        "direct": by_series(direct, test),
    }
    evaluation = Evaluation(
        pack=generator.pack.sha256,
        data=Data(
            path=cohort_path.name,
            sha256=split.cohort_sha256,
            split_sha256=split.sha256,
            split="test",
            patients=len(np.unique(test.patient_id)),
            recordings=test.n_recordings,
            note=f"direct: {open_pack(direct).sha256}",
        ),
        commit=commit_of(Path(__file__).parent),
        seed=0,
        figures=tuple(figures(found, test, simulated=is_simulated(cohort))),
    )
    return evaluation, found, test


def main() -> int:
    """Simulate, denoise, write ``clock.json``, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, default=GENERATOR, help="of a generator")
    parser.add_argument("--direct", type=Path, default=DIRECT, help="pack of an analyzer")
    parser.add_argument("--picture", type=Path, help="picture to draw, too")
    parser.add_argument("--quick", action="store_true", help="few patients, nothing written")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "clinic.parquet"
        simulate(data, patients=QUICK_PATIENTS if asked.quick else PATIENTS, seed=SEED)
        evaluation, found, cohort = compare(Generator(asked.pack), data, direct=asked.direct)
    if asked.picture is not None:
        picture(found, cohort, asked.picture)
    if not asked.quick:
        write_json(evaluation, ROOT / RESULT)
    print(markdown(evaluation.figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
