"""Whatever comes in, findings come out, and they follow the published schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import jsonschema
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evoscope.abr.analysis import analyze, build_document
from evoscope.abr.findings import json_schema
from evoscope.abr.recording import (
    OnsetSource,
    Recording,
    Series,
    Source,
    Species,
    Stimulus,
    Subject,
)

SHAPES = ("noise", "zero", "constant", "impulse", "sine", "ramp", "step", "response")
SPECIES: tuple[Species, ...] = ("human", "mouse", "rat", "unknown")


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def draw_shape(shape: str, time_ms: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = time_ms.size
    return {
        "noise": lambda: rng.standard_normal(n),
        "zero": lambda: np.zeros(n),
        "constant": lambda: np.full(n, 3.0),
        "impulse": lambda: np.eye(1, n, n // 2)[0],
        "sine": lambda: np.sin(2 * np.pi * 0.5 * time_ms),
        "ramp": lambda: np.linspace(-1, 1, n),
        "step": lambda: np.sign(time_ms - 5.0),
        "response": lambda: np.exp(-0.5 * ((time_ms - 6.0) / 0.4) ** 2),
    }[shape]()


@dataclass(frozen=True)
class Recipe:
    """A recording in a few words: what a failing example prints."""

    shape: str
    size_uv: float
    noise: float
    split: bool
    n_samples: int
    onset: float
    onset_source: OnsetSource
    level_db: float
    sweeps: int | None
    seed: int


@dataclass(frozen=True)
class Recipes:
    species: Species
    frequency_hz: float | None
    rate_hz: float
    recordings: tuple[Recipe, ...]

    def series(self) -> Series:
        return Series(tuple(self.recording(i, r) for i, r in enumerate(self.recordings)))

    def recording(self, record: int, recipe: Recipe) -> Recording:
        rng = np.random.default_rng(recipe.seed)
        time_ms = (np.arange(recipe.n_samples) - recipe.onset) * 1000.0 / self.rate_hz
        waveform = recipe.size_uv * draw_shape(recipe.shape, time_ms, rng)
        noise = recipe.size_uv * recipe.noise * rng.standard_normal(recipe.n_samples)
        return Recording(
            waveform=waveform,
            halves=np.array([waveform + noise, waveform - noise]) if recipe.split else None,
            sampling_rate_hz=self.rate_hz,
            onset_sample=recipe.onset,
            onset_source=recipe.onset_source,
            stimulus=Stimulus(
                kind="click" if self.frequency_hz is None else "tone",
                frequency_hz=self.frequency_hz,
                level_db=recipe.level_db,
                level_reference="SPL",
            ),
            subject=Subject(id="X", species=self.species),
            source=Source(path="x.csv", format="csv", record=record),
            sweeps=recipe.sweeps,
        )


@st.composite
def any_series(draw: st.DrawFn) -> Recipes:
    rate_hz = draw(st.sampled_from([20_000.0, 10_000.0, 97_656.25, 3000.0, 900.0]))
    duration_ms = draw(st.sampled_from([12.0, 20.0, 30.0, 7.0, 4.5, 1.0]))
    usual_onset = draw(st.sampled_from([0.0, 14.6, -20.0]))
    odd_one = draw(st.sampled_from([None, None, 0, 1]))
    halves = draw(st.sampled_from(["none", "all", "some"]))
    recipes = []
    for record in range(draw(st.integers(1, 6))):
        n, onset = max(1, int(duration_ms * rate_hz / 1000)), usual_onset
        if record == odd_one:
            n = draw(st.sampled_from([1, 2, 50, 1000]))
            onset = draw(st.sampled_from([100.0, 1000.0, -1000.0]))
        recipes.append(
            Recipe(
                shape=draw(st.sampled_from(SHAPES)),
                size_uv=draw(st.sampled_from([0.3, 0.01, 50.0, 1e-7, 1e6])),
                noise=draw(st.sampled_from([0.0, 0.1, 1.0])),
                split=halves == "all" or (halves == "some" and record % 2 == 0),
                n_samples=n,
                onset=onset,
                onset_source=draw(st.sampled_from(["file", "assumed"])),  # type: ignore[arg-type]
                level_db=draw(st.sampled_from([-10.0, 20.0, 20.5, 40.0, 60.0, 120.0])),
                sweeps=draw(st.sampled_from([None, 1, 1000])),
                seed=draw(st.integers(0, 1000)),
            )
        )
    return Recipes(
        species=draw(st.sampled_from(SPECIES)),
        frequency_hz=draw(st.sampled_from([None, 500.0, 4000.0, 32_000.0])),
        rate_hz=rate_hz,
        recordings=tuple(recipes),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_series())
def test_analysis_never_raises_and_its_json_is_valid(recipes: Recipes) -> None:
    series = recipes.series()
    findings = analyze(series)
    data = json.loads(build_document([findings]).model_dump_json())
    validator().validate(data)
    # Strict JSON: NaN and infinity are not numbers there.
    json.dumps(data, allow_nan=False)
    found = findings.threshold
    assert (found.value_db is not None) is (found.status == "estimated")
    assert found.status == "estimated" or found.reason
    kept = {level.level_db for level in findings.levels}
    assert kept <= set(series.levels_db)
    assert kept == set(series.levels_db) or findings.warnings
