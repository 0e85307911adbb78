"""Make the pictures of the pages again: ``.venv/bin/python docs/images/make_pictures.py``.

They show simulated ears. The threshold curve and the latencies are drawn by the code of every
report; the others show what lies under it.
"""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

import evoscope
from evoscope.abr.demo import demo_files
from evoscope.abr.report.canvas import style
from evoscope.abr.report.latency_intensity import latency_intensity
from evoscope.abr.report.palette import ACCENT, INK, QUIET
from evoscope.abr.report.threshold_curve import threshold_curve
from evoscope.abr.simulation import LOSS_CLASSES, get_profile, simulate_series

HERE = Path(__file__).parent
COLORS = 64  # a drawing has a few, their smooth edges the rest


def save(picture: Image.Image, name: str, width: int) -> None:
    """Write a small PNG, ``width`` pixels wide."""
    height = round(picture.height * width / picture.width)
    small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    few = small.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(HERE / name, optimize=True)


def drawn(figure: Figure) -> Image.Image:
    """Draw a figure at 200 dots an inch."""
    png = io.BytesIO()
    figure.savefig(png, dpi=200, facecolor="white", bbox_inches="tight")
    return Image.open(png)


def reports() -> None:
    """Draw the threshold curve and the latencies of the demo's right ear."""
    (right,) = [path for path in demo_files() if "right" in path.name]
    (series,) = evoscope.read(right)
    findings = evoscope.analyze(series)
    for name, draw in (
        ("threshold_curve", threshold_curve),
        ("latency_intensity", latency_intensity),
    ):
        save(Image.open(io.BytesIO(draw(findings).png)), f"{name}.png", 940)


def average_and_halves() -> None:
    """Draw an average with its halves, and half their difference."""
    series, _ = simulate_series(true_threshold_db=20.0, levels_db=(60,), seed=3)
    recording = series.recordings[0]
    halves = recording.halves
    assert halves is not None
    with style():
        figure = Figure(figsize=(6.4, 3.4))
        above, below = figure.subplots(2, 1, sharex=True, sharey=True)
        above.plot(recording.time_ms, halves[0], color=QUIET, linewidth=0.9, label="halves")
        above.plot(recording.time_ms, halves[1], color=QUIET, linewidth=0.9)
        above.plot(recording.time_ms, recording.waveform, color=INK, linewidth=1.8, label="average")
        half = (halves[0] - halves[1]) / 2
        below.plot(recording.time_ms, half, color=ACCENT, linewidth=1.2, label="half difference")
        below.set_xlabel("Time after onset (ms)")
        for axes in (above, below):
            axes.legend(loc="upper right", frameon=False)
            axes.set_ylabel("uV")
        save(drawn(figure), "average_and_halves.png", 1280)


def loss_types() -> None:
    """Draw noise-free responses of one ear of each class over levels."""
    with TemporaryDirectory() as folder:
        cohort = evoscope.simulate(Path(folder) / "adults.parquet", profile="adult", patients=60)
        rows = cohort.to_pandas()
    rows = rows[rows["stimulus"] == "click"]
    time_ms = get_profile("adult").time_ms
    with style():
        figure = Figure(figsize=(8.4, 3.4))
        panels = figure.subplots(1, len(LOSS_CLASSES), sharex=True, sharey=True)
        for axes, loss in zip(panels, LOSS_CLASSES, strict=True):
            of_class = rows[rows["loss_type"] == loss]
            most = of_class.groupby("series_id")["level_db"].nunique().idxmax()
            for _, row in of_class[of_class["series_id"] == most].iterrows():
                clean = np.asarray(row["clean_waveform"])
                axes.plot(time_ms, row["level_db"] + 18.0 * clean, color=INK, linewidth=1.0)
            axes.set_title(loss)
            axes.set_xlabel("Time (ms)")
            axes.set_xlim(0.0, 12.0)
        panels[0].set_ylabel("Level (dB nHL)")
        save(drawn(figure), "loss_types.png", 1280)


if __name__ == "__main__":
    reports()
    average_and_halves()
    loss_types()
