"""A pack whose graph is the exact denoiser of Gaussian responses, written by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx.parser

from evoscope.abr.cohort import CLASSES
from evoscope.abr.diffusion import ReferencePsd
from evoscope.abr.findings import WAVES
from evoscope.abr.generation.contract import (
    CLOCK,
    COLUMNS,
    GRAPH,
    PURPOSE,
    SEEN,
    TAXONOMIES,
    column,
    described,
)
from evoscope.abr.generation.coordinates import Coordinates
from evoscope.abr.generation.finish import Finish
from evoscope.abr.generation.parameters import Parameters
from evoscope.abr.generation.seen import Seen
from evoscope.runtime import Card, Constant, Pack, Training, TrainingData, write_pack

N_SAMPLES = 24
MEAN, SD = 0.5, 1.5
"""Of what the toy has learned, in its coordinates; a known level adds 0.01 per dB to the mean."""
NAMES = [
    *(f"class_{name}" for name in CLASSES),
    "log_age_years",
    "level_db",
    "threshold_db",
    "log_rms_uv",
    *(
        f"wave_{wave}_{what}"
        for wave in WAVES
        for what in ("present", "latency_ms", "amplitude_uv")
    ),
]


def table() -> np.ndarray:
    """Conditions of a thousand recordings that the toy has learned from."""
    rng = np.random.default_rng(0)
    rows = np.full((1000, len(COLUMNS)), np.nan, np.float32)
    rows[:, column("level_db")] = rng.choice([20.0, 40.0, 60.0, 80.0], 1000)
    rows[:, column("age_years")] = rng.uniform(0.0, 60.0, 1000)
    rows[:, column("frequency_hz")] = 0.0
    rows[:, column("species")] = 0.0
    rows[:, column("loss_class")] = np.where(np.arange(1000) < 10, 2.0, 0.0)
    rows[10:, column("threshold_db")] = rng.uniform(0.0, 20.0, 990)
    rows[500:, column("loss_class")] = 3.0
    rows[500:, column("threshold_db")] = np.nan
    return rows


def write_toy(folder: Path, *, least_noise_nv: float = 0.0) -> Pack:
    """Write the pack."""
    noise = np.random.default_rng(1).standard_normal((200, N_SAMPLES)).cumsum(axis=1)
    frame = Coordinates(ReferencePsd.from_recordings(noise), n_samples=N_SAMPLES, scale_uv=0.05)
    k = len(NAMES)
    parameters = Parameters(NAMES, [0.5] * k, [0.5] * k)
    card = Card(
        name="toy",
        version="1",
        purpose=PURPOSE,
        summary="Gaussian responses.",
        intended_use="By tests.",
        limits=("It is a toy.",),
        licence="Apache-2.0",
        data=(TrainingData(name="none", sha256="0" * 64, simulated=True, used_for="nothing"),),
        training=Training(
            commit="0", recipe="none", seed=0, parameters=0, wall_seconds=0.0, machine="none"
        ),
        graphs={GRAPH: described(n_samples=N_SAMPLES, n_parameters=k)},
        taxonomies=dict(TAXONOMIES),
        constants={
            **frame.constants(),
            **parameters.constants(),
            **Finish().constants(),
            "least_noise_nv": Constant(value=least_noise_nv, units="nV", meaning="noise learned"),
        },
    )
    seen = Seen.of(table())
    return write_pack(
        folder, {GRAPH: _graph(k)}, card, attached={SEEN: seen.model_dump_json().encode()}
    )


def _graph(k: int) -> bytes:
    """``v = s eps - n x0`` for ``x0 ~ N(mean, SD^2)``; parameters of mean 0, SD 1, have v = 0."""
    # sigma(t) as the clock has it, in a graph: a product of sines over a cosine.
    first, turn = CLOCK._angles()
    text = f"""
        <ir_version: 8, opset_import: ["": 17]>
        step (float[n, {N_SAMPLES}] x, float[n] t, float[n, {len(COLUMNS)}] conditions,
              float[n, {k}] noisy_parameters)
          => (float[n, {N_SAMPLES}] "signal.v", float[n, {k}] "parameters.v") {{
            one = Constant<value = int64[1] {{1}}>()
            first = Constant<value = float {{{first:.9g}}}>()
            twice = Constant<value = float {{{2 * first:.9g}}}>()
            turn = Constant<value = float {{{turn:.9g}}}>()
            mean = Constant<value = float {{{MEAN}}}>()
            variance = Constant<value = float {{{SD**2}}}>()
            unit = Constant<value = float {{1.0}}>()
            per_db = Constant<value = float {{0.01}}>()
            level_column = Constant<value = int64[1] {{{column("level_db")}}}>()
            zero = Constant<value = float {{0.0}}>()
            clock = Unsqueeze(t, one)
            angle = Mul(clock, turn)
            far = Add(angle, twice)
            near = Add(angle, first)
            up = Sin(angle)
            down = Sin(far)
            product = Mul(up, down)
            positive = Max(product, zero)
            root = Sqrt(positive)
            cosine = Cos(near)
            sigma = Div(root, cosine)
            square = Mul(sigma, sigma)
            whole = Add(square, unit)
            stretch = Sqrt(whole)
            level = Gather<axis = 1>(conditions, level_column)
            unknown = IsNaN(level)
            known_level = Where(unknown, zero, level)
            shift = Mul(known_level, per_db)
            centre = Add(mean, shift)
            z = Mul(x, stretch)
            rest = Sub(z, centre)
            spread = Add(variance, square)
            gain = Div(variance, spread)
            pulled = Mul(gain, rest)
            clean = Add(centre, pulled)
            scaled = Div(x, stretch)
            left = Sub(scaled, clean)
            rate = Div(sigma, stretch)
            signal_v = Div(left, rate)
            "signal.v" = Identity(signal_v)
            untold = IsNaN(noisy_parameters)
            told = Where(untold, zero, noisy_parameters)
            "parameters.v" = Mul(told, zero)
        }}
    """
    return onnx.parser.parse_model(text).SerializeToString()
