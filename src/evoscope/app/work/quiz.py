"""Recordings for the blinded quiz: real ones and synthetic ones that nothing else tells apart.

A synthetic recording takes the place of a real one: drawn at its level, class, threshold, rate and
age, and with its noise (half the difference of its half-averages, in a sign by chance), so that not
the noise but the response has to be judged. Then both are treated alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging.filters import PRESETS, bandpass
from evoscope.abr.encoding import SAMPLING_RATE_HZ, grid_time_ms, on_grid
from evoscope.abr.generation import open_generator
from evoscope.abr.generation.opening import AnyGenerator
from evoscope.abr.recording import Recording
from evoscope.abr.simulation import simulate_patients
from evoscope.app.jobs.child import Tell
from evoscope.app.work.stored import from_bytes

Floats = NDArray[np.float64]
PATIENTS = 24
"""Of the simulated clinic that stands in for real recordings."""
SAMPLES = 200
TREATED_MS, SHOWN_FROM_MS = (0.0, 9.95), 1.0
"""Before 1 ms a device's stimulus artefact would tell; after 10 ms many recordings have ended."""
FEWEST = 4
"""Fewer real recordings than these make no quiz."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A level with a response, on the networks' grid, and what is known of it.

    Attributes:
        average_uv, noise_uv: ``(SAMPLES,)``; noise is half the difference of two halves.
        known: conditions that a generator may be asked for; None or NaN where not known.
    """

    average_uv: Floats
    noise_uv: Floats
    known: Mapping[str, Any]


def make_quiz(arguments: Mapping[str, Any], folder: Path, _tell: Tell) -> dict[str, Any]:
    """Choose real recordings, draw synthetic ones in the place of some, treat all alike.

    Args:
        arguments: ``n``, ``model``, ``seed``; ``series``: of each series that was stored the name
            of its file in the folder, ``loss_class`` and ``threshold_db`` as an analysis has them.
        folder: of the work.

    Raises:
        PackError: no such generator in this version.
    """
    rng = np.random.default_rng(arguments["seed"])
    generator = open_generator(arguments["model"])
    # One generator draws waveforms, not conditions: it has to be told a class.
    classes = set(generator.seen.classes) | ({None} if arguments["model"] == "diffusion" else set())
    recorded = [one for one in _stored(arguments["series"], folder) if _fits(one, generator)]
    usable = [one for one in recorded if one.known["loss_class"] in classes]
    real = "recorded"
    if len(usable) < FEWEST:
        clinic = _simulated(int(rng.integers(2**31)))
        usable = [one for one in clinic if _fits(one, generator)]
        real = "simulated"
    chosen = _spread(usable, arguments["n"], rng)
    synthetic = _coins(len(chosen), rng)
    rows = [one for one, drawn in zip(chosen, synthetic, strict=True) if drawn]
    drawn = iter(_drawn(rows, generator, rng))
    time_ms = grid_time_ms(SAMPLES)
    shown = (time_ms >= SHOWN_FROM_MS) & (time_ms <= TREATED_MS[1])
    items = []
    for one, is_drawn in zip(chosen, synthetic, strict=True):
        values = _treated(next(drawn) if is_drawn else one.average_uv, time_ms)[shown]
        items.append(
            {
                "kind": "synthetic" if is_drawn else "real",
                "loss_class": one.known["loss_class"],
                "level_db": one.known["level_db"],
                "values_uv": [round(float(value), 4) for value in values],
            }
        )
    card = generator.pack.card
    return {
        "items": items,
        "asked": arguments["n"],
        "real": real,
        "model": card.name,
        "simulated": all(data.simulated for data in card.data),
        "start_ms": float(time_ms[shown][0]),
        "step_ms": 1000.0 / SAMPLING_RATE_HZ,
        "axis_uv": max(0.1, max(abs(v) for item in items for v in item["values_uv"])),
    }


def _stored(series: Sequence[Mapping[str, Any]], folder: Path) -> Iterator[Candidate]:
    """Levels of stored series at which an analysis found a response."""
    for one in series:
        try:
            read = from_bytes((folder / one["file"]).read_bytes())
        except ValueError:  # kept by another version
            continue
        # Levels on another scale are other levels. Human clicks whose file does not say are dB nHL
        # by the custom of clinics.
        if read.key.level_reference not in ("nHL", "unknown") or read.key.response != "ABR":
            continue
        for level_db in read.levels_db:
            at = read.at(level_db)
            if level_db < one["threshold_db"] or not all(_covers(r) for r in at):
                continue
            halves = _halves(at)
            if halves is None:
                continue
            yield Candidate(
                average_uv=halves.mean(axis=0),
                noise_uv=0.5 * (halves[0] - halves[1]),
                known={
                    "level_db": level_db,
                    "loss_class": one["loss_class"],
                    "threshold_db": one["threshold_db"],
                    "rate_hz": at[0].stimulus.rate_hz,
                    "age_years": at[0].subject.age_years,
                },
            )


def _halves(recordings: Sequence[Recording]) -> Floats | None:
    """Two halves of a level on the grid: half-averages, else two replicates, else none."""
    grid = [(r, r.time_ms) for r in recordings]
    if all(r.halves is not None for r in recordings):
        parts = [on_grid(r.halves, time, SAMPLES) for r, time in grid if r.halves is not None]
        return np.asarray(np.mean(parts, axis=0))
    if len(recordings) == 2 and recordings[0].stimulus.polarity == recordings[1].stimulus.polarity:
        return np.stack([on_grid(r.waveform, time, SAMPLES) for r, time in grid])
    return None


def _covers(recording: Recording) -> bool:
    time_ms = recording.time_ms
    return bool(time_ms[0] <= TREATED_MS[0] and time_ms[-1] >= TREATED_MS[1])


def _simulated(seed: int) -> Iterator[Candidate]:
    """Levels with a response of clicks in a simulated clinic."""
    for columns in simulate_patients("clinic", patients=PATIENTS, seed=seed):
        for i, present in enumerate(columns["response_present"]):
            if not present or columns["stimulus"][i] != "click":
                continue
            yield Candidate(
                average_uv=columns["waveform"][i].astype(np.float64),
                noise_uv=0.5 * (columns["half_a"][i] - columns["half_b"][i]).astype(np.float64),
                known={
                    "level_db": float(columns["level_db"][i]),
                    "loss_class": str(columns["loss_type"][i]),
                    "threshold_db": float(columns["true_threshold_db"][i]),
                    "rate_hz": float(columns["rate_hz"][i]),
                    "age_years": float(columns["age_years"][i]),
                },
            )


def _fits(one: Candidate, generator: AnyGenerator) -> bool:
    """Whether a generator has learned from such levels, and the noise is known."""
    levels = generator.seen.ranges["level_db"]
    inside = levels.least <= one.known["level_db"] <= levels.most
    return inside and bool(np.isfinite(one.noise_uv).all() and one.noise_uv.any())


def _spread(usable: Sequence[Candidate], n: int, rng: np.random.Generator) -> list[Candidate]:
    """Choose by chance, a class as often as another while there are any: most ears are normal."""
    left: dict[Any, list[Candidate]] = {}
    for i in rng.permutation(len(usable)):
        left.setdefault(usable[i].known["loss_class"], []).append(usable[i])
    chosen: list[Candidate] = []
    while len(chosen) < min(n, len(usable)):
        chosen += [group.pop() for group in left.values() if group]
    return [chosen[i] for i in rng.permutation(min(n, len(chosen)))]


def _coins(n: int, rng: np.random.Generator) -> list[bool]:
    """A coin for each, so that who counts learns nothing; both kinds are there."""
    while True:
        thrown = rng.random(n) < 0.5
        if thrown.any() and not thrown.all():
            return [bool(one) for one in thrown]


def _drawn(
    rows: Sequence[Candidate], generator: AnyGenerator, rng: np.random.Generator
) -> list[Floats]:
    """Draw a response for each, and add its noise."""
    seen = generator.seen
    conditions: dict[str, list[Any]] = {
        "level_db": [one.known["level_db"] for one in rows],
        "loss_class": [one.known["loss_class"] for one in rows],
    }
    for name in ("rate_hz", "age_years"):
        conditions[name] = [_within(seen.ranges.get(name), one.known[name]) for one in rows]
    conditions["threshold_db"] = [
        _within(seen.thresholds.get(one.known["loss_class"]), one.known["threshold_db"])
        for one in rows
    ]
    asked = {**conditions, "frequency_hz": 0.0, "species": "human"}
    drawn = generator.generate(len(rows), asked, seed=int(rng.integers(2**31)))
    signs = rng.choice([-1.0, 1.0], size=len(rows))
    return [
        response.astype(np.float64) + sign * one.noise_uv
        for response, sign, one in zip(drawn.waveforms_uv, signs, rows, strict=True)
    ]


def _within(learned: Any, value: float | None) -> float | None:
    """A condition that was learned from, else leave it to chance."""
    if learned is None or value is None or not learned.least <= value <= learned.most:
        return None
    return value


def _treated(values_uv: Floats, time_ms: Floats) -> Floats:
    """What is shown of a recording: one band, over one stretch of time."""
    inside = (time_ms >= TREATED_MS[0]) & (time_ms <= TREATED_MS[1])
    out = np.zeros_like(values_uv)
    out[inside] = bandpass(
        values_uv[inside], sampling_rate_hz=SAMPLING_RATE_HZ, preset=PRESETS["adult_click"]
    )
    return out
