"""The waterfall of a synthetic cohort: its first ears side by side, level above level."""

from __future__ import annotations

import numpy as np

from evoscope.abr.cohort import Cohort
from evoscope.abr.findings import WAVES
from evoscope.abr.report.canvas import Picture, axes_of, finish, heading, new_figure, style
from evoscope.abr.report.palette import INK, QUIET, WAVE_COLOR, WAVE_MARKER

MOST_EARS, EARS_A_ROW = 12, 6
_WIDTH_IN, _TRACE_IN = 1.55, 0.34
_STACK = 8
"""So many ears of one recording stand in one panel."""


def synthetic_waterfall(cohort: Cohort) -> Picture:
    """Draw the first series of a cohort, their waves marked; single recordings under each other."""
    columns = ["series_id", "level_db", "loss_type", *(f"wave_{w}_latency_ms" for w in WAVES)]
    frame = cohort.to_pandas(columns).head(4096)
    order = frame["series_id"].drop_duplicates().tolist()
    single = frame["series_id"].value_counts().max() == 1
    size = _STACK if single else 1
    groups = [order[i : i + size] for i in range(0, len(order), size)][:MOST_EARS]
    panels = [frame[frame["series_id"].isin(group)] for group in groups]
    if not single:
        panels = [panel.sort_values("level_db") for panel in panels]
    waves = [cohort.waveforms(panel.index.to_numpy()).astype(np.float64) for panel in panels]
    grid = cohort.metadata
    time_ms = (np.arange(grid.n_samples) - grid.onset_sample) / grid.sampling_rate_hz * 1e3
    spacing = float(np.quantile([np.ptp(w, axis=1).max() for w in waves], 0.75)) * 0.8 or 1.0
    # A trace that dips below its row is seen whole, in every panel at one scale.
    lowest = min(float((w / spacing + np.arange(len(w))[:, None]).min()) for w in waves)
    floor = min(-1.0, lowest - 0.2)
    across = min(EARS_A_ROW, len(panels))
    # Panels side by side are as tall as the one with most rows, and a row is as tall in all.
    most = [max(map(len, waves[i : i + across])) for i in range(0, len(waves), across)]
    tall = [_TRACE_IN * (rows + 0.5 - floor) for rows in most]
    with style():
        figure = new_figure(max(3.2, 0.5 + across * _WIDTH_IN), 0.6 + sum(tall) + 0.5 * len(tall))
        width, height = figure.get_size_inches()
        for i, (panel, own) in enumerate(zip(panels, waves, strict=True)):
            down = i // across
            left = 0.5 + (i % across) * _WIDTH_IN
            top = 0.65 + sum(tall[:down]) + 0.5 * down
            axes = axes_of(
                figure, left, height - top - tall[down], width - left - _WIDTH_IN + 0.35, top
            )
            base = np.arange(len(own))
            axes.plot(time_ms, (own / spacing + base[:, None]).T, color=INK, linewidth=0.7)
            for wave in WAVES:
                at = panel[f"wave_{wave}_latency_ms"].to_numpy()
                known = np.isfinite(at)
                y = [np.interp(t, time_ms, w) for t, w in zip(at[known], own[known], strict=True)]
                axes.plot(
                    at[known],
                    np.asarray(y) / spacing + base[known],
                    linestyle="none",
                    marker=WAVE_MARKER[wave],
                    markersize=2.5,
                    color=WAVE_COLOR[wave],
                )
            axes.set_yticks(base, [f"{level:g}" for level in panel["level_db"]])
            axes.set_ylim(len(own) - most[down] + floor, len(own) + 0.5)
            axes.set_xlim(0.0, time_ms[-1])
            axes.spines["left"].set_visible(False)
            axes.axvline(0.0, color=QUIET, linewidth=0.5)
            axes.set_title(", ".join(sorted({str(c) for c in panel["loss_type"]})), fontsize=7)
        said = (
            f"The first {sum(map(len, groups))} of {len(order)} ears; dB nHL over ms; "
            f"a row {spacing:.2g} \N{MICRO SIGN}V"
        )
        heading(figure, "Synthetic recordings", said)
        alt = f"Waveforms of synthetic ears. {said}. One row is one level."
        return finish(figure, "synthetic", alt)
