"""``make bench-real``: the classical analyzer on real recordings, beside trivial guesses."""

from __future__ import annotations

import sys
from pathlib import Path

from evoscope.abr.benchmark.evaluation import Data, Evaluation, Figure, commit_of, write_json
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
from evoscope.abr.benchmark.tables import fill_file, markdown

ROOT = Path(__file__).resolve().parents[4]
RESULT = "benchmarks/results/real.json"
READINGS = "benchmarks/readings/human_tone_by_eye.csv"


def measure(folder: Path, root: Path) -> list[Figure]:
    """Measure every figure of the goal table."""

    def say(what: str) -> None:
        print(f"  {what}", file=sys.stderr, flush=True)

    figures: list[Figure] = []
    say("human clicks (IHS)")
    clicks = human_clicks(folder)
    found = analyze_all(clicks)
    figures += threshold_figures(
        clicks,
        found,
        dataset="human_click_ihs",
        goals={"within_5db": "1", "widest_interval_db": "<= 15"},
    )
    figures += click_latency_figures(clicks, found)
    say("mice (TDT .arf)")
    mice = mouse_arf(folder)
    figures += threshold_figures(
        mice,
        analyze_all(mice),
        dataset="mouse_tdt_samp8",
        goals={"mae_db": "<= 5", "within_5db": ">= 0.65", "within_10db": ">= 0.88"},
    )
    say("mouse (single trials)")
    trials = mouse_trials(folder)
    figures += threshold_figures(
        trials,
        analyze_all(trials),
        dataset="mouse_psi",
        goals={"mae_db": "<= 4.5", "within_10db": ">= 0.875"},
    )
    say("human tones (WFDB)")
    tones = human_tones(folder, root / READINGS)
    heard = analyze_all(tones)
    figures += threshold_figures(
        tones, heard, dataset="human_tone_wfdb", goals={"within_10db": "1"}
    )
    figures += tone_wave_figures(tones, heard)
    say("noise without a response")
    figures += human_noise_figures(clicks)
    figures += mouse_noise_figures(trials)
    say("wall time")
    return figures + time_figures(folder)


def main() -> int:
    """Measure, write the result file, fill the README's table, print it."""
    evaluation = Evaluation(
        pack="classical",
        data=Data(path="abr: human_click_ihs, mouse_tdt_samp8, mouse_psi, human_tone_wfdb"),
        commit=commit_of(ROOT),
        figures=tuple(measure(real_folder(), ROOT)),
    )
    write_json(evaluation, ROOT / RESULT)
    table = markdown(evaluation.figures)
    fill_file(ROOT / "README.md", "bench-real", table)
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
