"""The pictures that scientists asked for: real and synthetic side by side."""

from __future__ import annotations

import numpy as np

from evoscope.abr.benchmark.generation.distances import features, log_power
from evoscope.abr.benchmark.generation.run import Judged
from evoscope.abr.benchmark.generation.sample import Floats, Sample
from evoscope.abr.cohort import CLASSES
from evoscope.abr.report.canvas import Picture, finish, new_figure, style
from evoscope.abr.report.palette import ACCENT, INK, QUIET

_REAL, _DRAWN = INK, ACCENT
LEVELS_DB = (80.0, 60.0, 40.0, 20.0)
_EXAMPLES = 6
_FEWEST_OF_A_CLASS = 2
_AFTER = "ms after the stimulus"
_UV = "\N{MICRO SIGN}V"


def pictures(judged: Judged) -> tuple[Picture, ...]:
    """Draw panels by level, mean and SD by class, laws, spectra, neighbours, level by rate."""
    with style():
        return (
            _panels(judged),
            _classes(judged),
            _latency(judged),
            _spectra(judged),
            _neighbours(judged),
            _grid(judged),
        )


def _time_ms(judged: Judged) -> Floats:
    n = judged.real.waveform.shape[1]
    return np.asarray((np.arange(n) - judged.onset_sample) * judged.time_ms_per_sample)


def _both(judged: Judged) -> tuple[tuple[str, Sample, str], ...]:
    return (("real", judged.real, _REAL), (judged.shown, judged.drawn[judged.shown], _DRAWN))


def _scale(judged: Judged) -> float:
    return float(np.quantile(np.abs(judged.real.waveform).max(axis=1), 0.9)) or 1.0


def _panels(judged: Judged) -> Picture:
    figure = new_figure(9.6, 6.4)
    t, scale = _time_ms(judged), _scale(judged)
    rng = np.random.default_rng(0)
    met = judged.drawn[judged.shown].drawn
    near = {at: met & (np.abs(judged.real.of("level_db") - at) < 3.0) for at in LEVELS_DB}
    levels = [at for at in LEVELS_DB if near[at].any()]
    for i, level_db in enumerate(levels):
        rows = rng.permutation(np.flatnonzero(near[level_db]))[:_EXAMPLES]
        for j, (name, sample, colour) in enumerate(_both(judged)):
            axes = figure.add_subplot(2, len(levels), j * len(levels) + i + 1)
            for k, row in enumerate(rows):
                axes.plot(t, sample.waveform[row] / scale + k, color=colour, linewidth=0.7)
            axes.set_yticks([])
            axes.set_ylim(-1.0, _EXAMPLES)
            axes.set_title(f"{name}, {level_db:g} dB nHL")
            if j:
                axes.set_xlabel(_AFTER)
            if not i:
                axes.set_ylabel(f"one above the other by {scale:.2f} {_UV}")
    figure.tight_layout()
    alt = (
        f"{_EXAMPLES} real recordings above, {_EXAMPLES} drawn under the same conditions below, by"
        f" level; recordings are {scale:.2f} microvolts apart."
    )
    return finish(figure, "panels", alt)


def _classes(judged: Judged) -> Picture:
    figure = new_figure(9.6, 5.2)
    t, loss = _time_ms(judged), judged.real.of("loss_class")
    met = judged.drawn[judged.shown].drawn
    by_class = {label: (loss == i) & met for i, label in enumerate(CLASSES)}
    enough = {label: rows for label, rows in by_class.items() if rows.sum() >= _FEWEST_OF_A_CLASS}
    for i, (label, rows) in enumerate(enough.items()):
        axes = figure.add_subplot(2, 3, i + 1)
        for name, sample, colour in _both(judged):
            mean, sd = sample.waveform[rows].mean(axis=0), sample.waveform[rows].std(axis=0)
            axes.plot(t, mean, color=colour, linewidth=0.9, label=name)
            axes.fill_between(t, mean - sd, mean + sd, color=colour, alpha=0.15, linewidth=0)
        axes.set_title(f"{label} (n {rows.sum()})")
        axes.set_xlabel(_AFTER)
        axes.set_ylabel(_UV)
        if i == 0:
            axes.legend()
    figure.tight_layout()
    alt = "Mean (line) and standard deviation (band) by class, real and drawn, in microvolts."
    return finish(figure, "classes", alt)


def _latency(judged: Judged) -> Picture:
    figure = new_figure(9.6, 3.6)
    level = np.round(judged.real.of("level_db") / 10.0) * 10.0
    normal = judged.real.of("loss_class") == CLASSES.index("normal")
    click = judged.real.of("frequency_hz") == 0.0
    for i, (measure, unit) in enumerate((("latency_ms", "ms"), ("amplitude_uv", _UV))):
        axes = figure.add_subplot(1, 2, i + 1)
        for name, sample, colour in _both(judged):
            values = getattr(sample, measure)
            points = []
            for step in np.unique(level[np.isfinite(level)]):
                own = values[normal & click & (level == step) & np.isfinite(values)]
                if own.size >= 5:
                    points.append((step, own.mean(), own.std()))
            if points:
                x, y, sd = np.array(points).T
                axes.errorbar(x, y, yerr=sd, color=colour, linewidth=0.9, capsize=2, label=name)
        axes.set_xlabel("level (dB nHL)")
        axes.set_ylabel(unit)
        axes.set_title(f"{measure.split('_')[0].capitalize()} of wave V, normal ears, clicks")
        if axes.has_data():
            axes.legend()
    figure.tight_layout()
    return finish(figure, "latency", "Wave V over level in normal ears: mean and SD.")


def _spectra(judged: Judged) -> Picture:
    figure = new_figure(9.6, 3.4)
    rows = judged.drawn[judged.shown].drawn
    (_, real, _), (_, made, _) = _both(judged)
    powers = [log_power(sample.waveform[rows]) for sample in (real, made)]
    hz = (np.arange(powers[0].size) + 1) * 1000.0 / judged.time_ms_per_sample
    hz /= judged.real.waveform.shape[1]
    left, right = figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2)
    for power, (name, _, colour) in zip(powers, _both(judged), strict=True):
        left.plot(hz, 10.0 * power, color=colour, linewidth=0.9, label=name)
    right.plot(hz, 10.0 * (powers[1] - powers[0]), color=_DRAWN, linewidth=0.9)
    right.axhline(0.0, color=QUIET, linewidth=0.6)
    left.set_title("Mean power spectrum")
    right.set_title("Drawn over real")
    left.set_ylabel(f"dB re 1 {_UV}\N{SUPERSCRIPT TWO}")
    right.set_ylabel("dB")
    for axes in (left, right):
        axes.set_xlabel("Hz")
    left.legend()
    figure.tight_layout()
    return finish(figure, "spectra", "Mean power spectra, and their ratio.")


def _neighbours(judged: Judged) -> Picture:
    figure = new_figure(9.6, 4.6)
    made, t = judged.drawn[judged.shown], _time_ms(judged)
    rows = np.random.default_rng(1).permutation(np.flatnonzero(made.drawn))[:_EXAMPLES]
    learned = features(judged.train.waveform)
    for i, row in enumerate(rows):
        own = features(made.waveform[row : row + 1])
        nearest = int(((learned - own) ** 2).sum(axis=1).argmin())
        axes = figure.add_subplot(2, 3, i + 1)
        axes.plot(
            t, judged.train.waveform[nearest], color=_REAL, linewidth=0.9, label="learned from"
        )
        axes.plot(t, made.waveform[row], color=_DRAWN, linewidth=0.9, label=judged.shown)
        axes.set_xlabel(_AFTER)
        axes.set_ylabel(_UV)
        if i == 0:
            axes.legend()
    figure.tight_layout()
    alt = "Drawn recordings, each over the nearest recording of the training patients."
    return finish(figure, "neighbours", alt)


def _grid(judged: Judged) -> Picture:
    figure = new_figure(9.6, 5.2)
    t, rate = _time_ms(judged), judged.real.of("rate_hz")
    known = rate[np.isfinite(rate)]
    middle = float(np.median(known)) if known.size else 0.0
    level, drawn = judged.real.of("level_db"), judged.drawn[judged.shown].drawn
    top = 0.6 * _scale(judged)
    for i, (label, side) in enumerate(
        ((f"up to {middle:g}/s", rate <= middle), (f"above {middle:g}/s", rate > middle))
    ):
        for j, level_db in enumerate(LEVELS_DB):
            rows = side & drawn & (np.abs(level - level_db) < 6.0)
            axes = figure.add_subplot(2, len(LEVELS_DB), i * len(LEVELS_DB) + j + 1)
            for name, sample, colour in _both(judged):
                if rows.any():
                    mean = sample.waveform[rows].mean(axis=0)
                    axes.plot(t, mean, color=colour, linewidth=0.9, label=name)
            axes.set_ylim(-top, top)
            axes.set_title(f"{level_db:g} dB, n {rows.sum()},\n{label}")
            if i:
                axes.set_xlabel(_AFTER)
            if j == 0:
                axes.set_ylabel(_UV)
            if rows.any() and not figure.legends:
                figure.legend(*axes.get_legend_handles_labels(), loc="upper right")
    figure.tight_layout()
    alt = (
        "Level by rate: mean response, real and drawn, when the level (columns) or the rate of the"
        " stimulus (rows) is another; all in the same scale."
    )
    return finish(figure, "grid", alt)
