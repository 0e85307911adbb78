"""Both analyzers on real recordings, beside trivial guesses: ``evoscope bench real``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from evoscope.abr.analysis import CLASSICAL, SHIPPED
from evoscope.abr.benchmark.evaluation import Data, Evaluation, Figure, commit_of, write_json
from evoscope.abr.benchmark.protocol.contestants import Contestant, contestant
from evoscope.abr.benchmark.real_noise import human_noise_figures, mouse_noise_figures
from evoscope.abr.benchmark.real_sets import (
    human_clicks,
    human_tones,
    mouse_arf,
    mouse_trials,
    real_folder,
)
from evoscope.abr.benchmark.real_thresholds import analyze_all, threshold_figures
from evoscope.abr.benchmark.real_time import time_figures
from evoscope.abr.benchmark.real_waves import click_latency_figures, tone_wave_figures
from evoscope.abr.benchmark.tables import Row, beside
from evoscope.measure.machine import machine

ROOT = Path(__file__).resolve().parents[4]
RESULTS: Mapping[str, str] = {
    SHIPPED: "benchmarks/results/real.json",
    CLASSICAL: "benchmarks/results/real_classical.json",
}
"""Result file of each analyzer; times are measured of the shipped one, by the command line."""
READINGS = "benchmarks/readings/human_tone_by_eye.csv"


def measure(folder: Path, root: Path, who: Contestant) -> list[Figure]:
    """Measure every figure of the goal table."""
    figures: list[Figure] = []
    _say("human clicks (IHS)")
    clicks = human_clicks(folder)
    found = analyze_all(clicks, who)
    figures += threshold_figures(
        clicks,
        found,
        dataset="human_click_ihs",
        goals={"within_5db": "1", "widest_interval_db": "<= 15"},
    )
    figures += click_latency_figures(clicks, found)
    _say("mice (TDT .arf)")
    mice = mouse_arf(folder)
    figures += threshold_figures(
        mice,
        analyze_all(mice, who),
        dataset="mouse_tdt_samp8",
        goals={"mae_db": "<= 5", "within_5db": ">= 0.65", "within_10db": ">= 0.88"},
    )
    _say("mouse (single trials)")
    trials = mouse_trials(folder)
    figures += threshold_figures(
        trials,
        analyze_all(trials, who),
        dataset="mouse_psi",
        goals={"mae_db": "<= 4.5", "within_10db": ">= 0.875"},
    )
    _say("human tones (WFDB)")
    tones = human_tones(folder, root / READINGS)
    heard = analyze_all(tones, who)
    figures += threshold_figures(
        tones, heard, dataset="human_tone_wfdb", goals={"within_10db": "1"}
    )
    figures += tone_wave_figures(tones, heard)
    _say("noise without a response")
    figures += human_noise_figures(clicks, who)
    return [*figures, *mouse_noise_figures(trials, who)]


def main() -> int:
    """Measure, write the result files, print the README's table."""
    folder = real_folder()
    found = {}
    for name, result in RESULTS.items():
        who = contestant(name)
        _say(f"by {who.name}")
        figures = measure(folder, ROOT, who)
        if name == SHIPPED:
            _say("wall time")
            figures += time_figures(folder)
        found[name] = Evaluation(
            pack=who.name,
            data=Data(path="abr: human_click_ihs, mouse_tdt_samp8, mouse_psi, human_tone_wfdb"),
            commit=commit_of(ROOT),
            machine=machine() if name == SHIPPED else "",
            figures=tuple(figures),
        )
        write_json(found[name], ROOT / result)
    table = table_of(found)
    print(table)
    return 0


def table_of(found: Mapping[str, Evaluation]) -> str:
    """The README's table: both analyzers, and the goal; below it, where times were taken."""
    classical = {(f.task, f.metric, f.slice): f for f in found[CLASSICAL].figures}
    rows = [Row(f, classical.get((f.task, f.metric, f.slice))) for f in found[SHIPPED].figures]
    table = beside(rows, others="classical", last="goal")
    on = found[SHIPPED].machine
    return f"{table}\n\nTimes are those of {on}." if on else table


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
