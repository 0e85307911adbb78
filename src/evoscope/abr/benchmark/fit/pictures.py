"""Pictures of the marginals: the published one is always the hollow or dashed one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from evoscope.abr.benchmark.fit.document import Marginal
from evoscope.abr.benchmark.fit.marginals import age_shares
from evoscope.abr.benchmark.fit.table import Table
from evoscope.abr.report.canvas import Picture, axes_of, finish, new_figure
from evoscope.abr.report.palette import ACCENT, INK, QUIET

SIZE_IN = (5.0, 3.0)
CLASSES_SHOWN = ("normal", "snhl", "chl", "total", "neuropathy")
_SIMULATED = "#0072b2"


def blank() -> tuple[Figure, Axes]:
    """Empty axes of the size that all pictures of the page share."""
    figure = new_figure(*SIZE_IN)
    return figure, axes_of(figure, 0.62, 0.48, 0.12, 0.28)


def marginal_pictures(table: Table, marginals: tuple[Marginal, ...]) -> tuple[Picture, ...]:
    """Draw levels, ages, Fmp, residual noise and marked shares."""
    known = {m.name: m for m in marginals}
    return (
        levels(known),
        ages(table),
        fmp_quantiles(known),
        residual_noise(table, known),
        marked_shares(known),
    )


def levels(known: dict[str, Marginal]) -> Picture:
    """Share of each level."""
    shown = [db for db in range(0, 101, 5) if f"level {db} dB, %" in known]
    figure, axes = blank()
    _bars(axes, [known[f"level {db} dB, %"] for db in shown])
    axes.set_xticks(range(0, len(shown), 2), [str(db) for db in shown[::2]])
    axes.set_xlabel("level (dB nHL)")
    axes.set_title("Levels")
    return finish(figure, "levels", "Share of the recordings at each level, found and published.")


def ages(table: Table) -> Picture:
    """Share of each age group."""
    shares = age_shares(table)
    figure, axes = blank()
    pairs = np.array(list(shares.values()))
    _paired(axes, pairs[:, 0], pairs[:, 1])
    axes.set_xticks(
        range(len(shares)), [str(a) if a == b else f"{a}-{b}" for a, b in shares], fontsize=7
    )
    axes.set_xlabel("completed years")
    axes.set_title("Ages")
    return finish(figure, "ages", "Share of the recordings in each age group, found and published.")


def fmp_quantiles(known: dict[str, Marginal]) -> Picture:
    """Quantiles of the Fmp against the published ones."""
    points = [
        (m.name.removeprefix("Fmp, "), m.published, m.got)
        for m in known.values()
        if m.name.startswith("Fmp, ") and m.got
    ]
    figure, axes = blank()
    ends = np.array([0.03, 40.0])
    axes.fill_between(ends, 0.85 * ends, 1.15 * ends, color=QUIET, alpha=0.15, linewidth=0)
    axes.plot(ends, ends, color=QUIET, linewidth=0.8, linestyle="--")
    for name, published, got in points:
        axes.plot(published, got, "o", color=_SIMULATED, markersize=4.5)
        axes.annotate(
            name, (published, got), xytext=(6, -7), textcoords="offset points", fontsize=7
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    axes.set_xlabel("published Fmp")
    axes.set_ylabel("simulated Fmp")
    axes.set_title("Fmp: quantiles against quantiles; band: 15 %")
    return finish(figure, "fmp", "Quantile-quantile plot of the Fmp on logarithmic axes.")


def residual_noise(table: Table, known: dict[str, Marginal]) -> Picture:
    """Residual noise as a histogram over the published mean and SD."""
    values = table.frame["residual_noise_nv"].to_numpy(dtype=np.float64)
    figure, axes = blank()
    axes.hist(
        values, bins=60, weights=table.frame["weight"],
        range=(0.0, max(350.0, float(np.percentile(values, 99.5)))),
        color=_SIMULATED, alpha=0.75, density=True,
    )  # fmt: skip
    mean = known["residual noise, mean nV"].published
    sd = known["residual noise, SD nV"].published
    # Above the histogram, not across it.
    top = 1.25 * axes.get_ylim()[1]
    axes.set_ylim(top=top)
    axes.errorbar(
        mean, 0.95 * top, xerr=sd, fmt="D", color=INK, markerfacecolor="white", capsize=3,
        markersize=5, label="published mean and SD",
    )  # fmt: skip
    axes.errorbar(
        known["residual noise, mean nV"].got or 0.0, 0.87 * top,
        xerr=known["residual noise, SD nV"].got or 0.0, fmt="o", color=_SIMULATED,
        capsize=3, markersize=5, label="simulated mean and SD",
    )  # fmt: skip
    axes.set_yticks([])
    axes.set_xlabel("residual noise (nV)")
    axes.set_title("Residual noise")
    axes.legend(loc="center right")
    return finish(
        figure, "residual_noise", "Histogram of the residual noise with published mean and SD."
    )


def marked_shares(known: dict[str, Marginal]) -> Picture:
    """Share of the recordings in which wave V is marked: of all, and of the clear ones."""
    figure, axes = blank()
    for at, name in enumerate(CLASSES_SHOWN):
        for shift, key, color, what in (
            (-0.17, f"V marked, {name}, %", _SIMULATED, "all recordings"),
            (0.17, f"V marked at Fmp > 3, {name}, %", ACCENT, "Fmp > 3"),
        ):
            one = known[key]
            axes.plot(
                at + shift, one.published, "D", markersize=7, markeredgecolor=color,
                markerfacecolor="none", label=f"{what}: published" if at == 0 else None,
            )  # fmt: skip
            if one.got is not None:
                axes.plot(
                    at + shift, one.got, "o", markersize=4.5, color=color,
                    label=f"{what}: simulated" if at == 0 else None,
                )  # fmt: skip
    axes.set_xticks(range(len(CLASSES_SHOWN)), CLASSES_SHOWN)
    axes.set_ylim(-4, 104)
    axes.set_ylabel("wave V marked (%)")
    axes.set_title("Marked shares by class")
    axes.legend(loc="lower left", fontsize=6.5)
    return finish(figure, "marked", "Share of recordings with a marked wave V in each class.")


def _bars(axes: Axes, shown: list[Marginal]) -> None:
    _paired(axes, np.array([m.published for m in shown]), np.array([m.got or 0.0 for m in shown]))


def _paired(axes: Axes, published: NDArray[np.float64], got: NDArray[np.float64]) -> None:
    at = np.arange(published.size)
    axes.bar(at, got, width=0.75, color=_SIMULATED, alpha=0.75, label="simulated")
    axes.plot(
        at, published, "D", markersize=4.5, markeredgecolor=INK, markerfacecolor="white",
        label="published",
    )  # fmt: skip
    axes.set_ylabel("% of the recordings")
    axes.legend(loc="upper right")
