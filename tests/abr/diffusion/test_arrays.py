"""Generation from a model pack must run where torch is not installed."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import numpy as np
from evoscope.abr.diffusion import (
    CosineSchedule, GaussianNoise, ReferencePsd, Whitening, sample, time_grid
)
whitening = Whitening(ReferencePsd(np.ones(201)), n_samples=200)
start = GaussianNoise(0)(np.empty((2, 200), dtype=np.float32))
made = sample(lambda x, t: 0.5 * x, start, grid=time_grid(CosineSchedule(), steps=3))
print(whitening.colour(made).dtype, "torch" in sys.modules)
"""


def test_numpy_needs_no_torch() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split() == ["float32", "False"]
