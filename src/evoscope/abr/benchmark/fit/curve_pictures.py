"""Pictures of wave V over level, and one example series of each class."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.fit.document import CurvePoint
from evoscope.abr.benchmark.fit.pictures import CLASSES_SHOWN, blank
from evoscope.abr.benchmark.fit.table import Table
from evoscope.abr.cohort import Cohort
from evoscope.abr.norms import human, latency
from evoscope.abr.report.canvas import Picture, finish, new_figure
from evoscope.abr.report.palette import ACCENT, BAND, HAIR, INK, QUIET, WAVE_COLOR

_MOST_SHOWN = 4000


def latency_picture(ears: pd.DataFrame, points: tuple[CurvePoint, ...]) -> Picture | None:
    """True latencies of normal adult ears over the published tables; flags where they leave."""
    if not points:
        return None
    figure, axes = blank()
    grid = np.linspace(0.0, 100.0, 101)
    norms = [
        latency("V", level_db=x, stimulus="click", frequency_hz=None, species="human",
                level_reference="nHL")
        for x in grid
    ]  # fmt: skip
    mean = np.array([n.mean for n in norms if n])
    sd = np.array([n.sd for n in norms if n])
    axes.fill_between(
        grid, mean - sd, mean + sd, color=BAND, linewidth=0, label="published mean and SD"
    )
    axes.plot(grid, mean, color=QUIET, linewidth=1.0)
    for name, table, look in (
        ("Gorga 1989", human.gorga_v_ms, ":"),
        ("Prosser & Arslan 1987", human.prosser_v_ms, "--"),
    ):
        axes.plot(
            grid, [table(x) for x in grid], color=QUIET, linewidth=0.8, linestyle=look, label=name
        )
    few = ears.iloc[:: max(1, len(ears) // _MOST_SHOWN)]
    axes.plot(
        few["level_db"], few["latency_ms"], ".", color=WAVE_COLOR["V"], alpha=0.15, markersize=3,
        markeredgewidth=0,
    )  # fmt: skip
    for inside, what in (
        (True, "mean inside the SD"),
        (False, "mean outside the SD"),
        (None, "too few ears"),
    ):
        some = [point for point in points if point.inside is inside]
        if some:
            axes.errorbar(
                [p.level_db for p in some], [p.mean for p in some], yerr=[p.sd for p in some],
                fmt="s" if inside is False else "o", markersize=4, capsize=2, linestyle="none",
                color=INK if inside is False else WAVE_COLOR["V"],
                markerfacecolor=WAVE_COLOR["V"] if inside else "white",
                alpha=0.4 if inside is None else 1.0, label=what,
            )  # fmt: skip
    axes.set_xlabel("level (dB nHL)")
    axes.set_ylabel("wave V latency (ms)")
    axes.set_title("Latency, normal adult ears (truth)")
    axes.legend(loc="upper right")
    return finish(
        figure,
        "latency",
        "True latency of wave V in normal adult ears over level, on the published mean and SD.",
    )


def amplitude_picture(points: tuple[CurvePoint, ...]) -> Picture | None:
    """Amplitude of wave V at the levels of Elberling, Callo & Don 2010."""
    if not points:
        return None
    figure, axes = blank()
    for shift, look, what in ((-1.0, "D", "Elberling 2010"), (1.0, "o", "simulated (truth)")):
        published = shift < 0
        color = INK if published else WAVE_COLOR["V"]
        axes.errorbar(
            [p.level_db + shift for p in points],
            [1e3 * (p.published if published else p.mean) for p in points],
            yerr=[1e3 * (p.published_sd if published else p.sd) for p in points],
            fmt=look, color=color, capsize=3, markersize=5, label=f"{what}: mean and SD",
            markerfacecolor="white" if published else color,
        )  # fmt: skip
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("level (dB nHL)")
    axes.set_ylabel("wave V amplitude (nV)")
    axes.set_title("Amplitude growth, normal adult ears")
    axes.legend(loc="lower right")
    return finish(
        figure, "amplitude", "True amplitude of wave V in normal adult ears beside Elberling 2010."
    )


def example_picture(cohort: Cohort, table: Table) -> Picture:
    """One series of each class as a waterfall: averages, the truth under them, marks of V."""
    figure = new_figure(10.4, 4.2)
    grid = cohort.metadata
    time_ms = (np.arange(grid.n_samples) - grid.onset_sample) / grid.sampling_rate_hz * 1e3
    step_uv = 0.8
    for at, name in enumerate(CLASSES_SHOWN):
        axes = figure.add_subplot(1, len(CLASSES_SHOWN), at + 1)
        axes.set_title(name)
        axes.set_xlabel("ms")
        axes.spines["left"].set_visible(False)
        series = _typical(table.frame, name)
        axes.set_yticks([])
        if series is None:
            axes.text(0.5, 0.5, "none in this cohort", transform=axes.transAxes, ha="center")
            continue
        rows = series["row"].to_numpy()
        waves = cohort.waveforms(rows)
        clean = cohort.waveforms(rows, column="clean_waveform")
        for place, (wave, truth, (_, one)) in enumerate(
            zip(waves, clean, series.iterrows(), strict=True)
        ):
            axes.plot(time_ms, wave - wave.mean() + place * step_uv, color=INK, linewidth=0.7)
            axes.plot(time_ms, truth + place * step_uv, color=WAVE_COLOR["V"], linewidth=0.6)
            if one["marked_V_present"]:
                x = float(one["marked_V_latency_ms"])
                y = float(np.interp(x, time_ms, wave)) - float(wave.mean()) + place * step_uv
                axes.plot(x, y, "v", color=ACCENT, markersize=4)
        axes.set_yticks(
            [k * step_uv for k in range(len(series))],
            [f"{level:g}" for level in series["level_db"]],
        )
        axes.axvline(0.0, color=HAIR, linewidth=0.7, zorder=0)
    figure.subplots_adjust(left=0.035, right=0.995, top=0.92, bottom=0.12, wspace=0.18)
    return finish(
        figure,
        "examples",
        "One simulated click series of each class over level in dB nHL: the average in black, the "
        "true response in red, and a triangle where the simulated reader marked wave V.",
    )


def _typical(frame: pd.DataFrame, loss: str) -> pd.DataFrame | None:
    """A click series with about eight levels, one recording each: the first that comes closest."""
    own = frame[(frame["loss_type"] == loss) & frame["frequency_hz"].isna()]
    if own.empty:
        return None
    tested = own.groupby("series_id", sort=False)["level_db"].nunique()
    chosen = (tested - 8).abs().idxmin()
    series = own[own["series_id"] == chosen].drop_duplicates("level_db")
    return series.sort_values("level_db")
