"""What a model pack of this purpose takes, answers and carries: said once, checked when opened."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.encoding import (
    CONDITIONS,
    LEVEL_SCALES,
    NOISE_KINDS,
    POLARITIES,
    SPECIES,
    STIMULI,
)
from evoscope.abr.findings import LOSS_TYPES, WAVES
from evoscope.runtime import Column, Expected, Graph, Taxonomy, Tensor

PURPOSE = "abr.analysis"
GRAPH = "series"
CALIBRATION = "calibration.json"
"""Name of the graph, and of the attached file that holds the calibration."""

THRESHOLDS_DB: NDArray[np.float64] = -20.0 + 2.5 * np.arange(55.0)
"""Thresholds that it chooses from; one more answer is "none"."""

_UNITS = {
    "age_years": "years",
    "level_db": "dB",
    "rate_hz": "1/s",
    "rms_uv": "uV",
    "residual_noise_nv": "nV",
    "frequency_hz": "Hz",
}
# Conditions that are words: their columns hold the number of a name.
_WORDS = {
    "species": SPECIES,
    "stimulus": STIMULI,
    "polarity": POLARITIES,
    "level_scale": LEVEL_SCALES,
    "noise_kind": NOISE_KINDS,
}

TAXONOMIES = {
    "waves": Taxonomy(version="1", names=WAVES),
    "loss_class": Taxonomy(version="1", names=LOSS_TYPES),
    **{name: Taxonomy(version="1", names=names) for name, names in _WORDS.items()},
}

EXPECTED = Expected(
    purpose=PURPOSE,
    taxonomies={name: taxonomy.names for name, taxonomy in TAXONOMIES.items()},
    units={
        "waveforms": "uV",
        "noise": "uV",
        "signal.mean": "uV",
        "amplitude.mean": "uV",
        "level_db": "dB",
        "residual_noise_nv": "nV",
    },
)


def described(samples: int | str = "samples") -> Graph:
    """Describe the graph for a card.

    Args:
        samples: length of a recording where the graph was exported for one, else an axis' name.
    """
    rows = ("n", samples)

    def logits(name: str, shape: tuple[int | str, ...], what: str, taxonomy: str = "") -> Tensor:
        return Tensor(
            name=f"{name}.logits", shape=shape, units="1", meaning=what, taxonomy=taxonomy
        )

    per_wave = ("n", len(WAVES))
    return Graph(
        meaning="All recordings of a series at once; several series may be run together.",
        inputs=(
            Tensor(name="waveforms", shape=rows, units="uV", meaning="averages, vertex positive"),
            Tensor(
                name="noise",
                shape=rows,
                units="uV",
                meaning="half the difference of the halves, zero where there are none",
            ),
            Tensor(
                name="covered", dtype="bool", shape=rows, units="1", meaning="where there is data"
            ),
            Tensor(
                name="conditions",
                shape=("n", len(CONDITIONS)),
                meaning="what is known beside the waveform",
                columns=tuple(
                    Column(name=name, units=_UNITS.get(name, "1"), missing=True)
                    for name in CONDITIONS
                ),
            ),
            Tensor(
                name="series",
                dtype="int64",
                shape=("n",),
                units="1",
                meaning="recordings of the same number belong together",
            ),
        ),
        outputs=(
            Tensor(name="signal.mean", shape=rows, units="uV", meaning="the average, noise-free"),
            logits("latency", ("n", len(WAVES), samples), "of every wave being at every sample"),
            logits("existence", per_wave, "of every wave being there", "waves"),
            Tensor(
                name="amplitude.mean",
                shape=per_wave,
                units="uV",
                meaning="peak to following trough",
                taxonomy="waves",
            ),
            Tensor(
                name="amplitude.log_variance",
                shape=per_wave,
                units="log(uV^2)",
                meaning="of its error",
                taxonomy="waves",
            ),
            logits("response", ("n", 1), "of there being any response"),
            logits(
                "threshold",
                ("n", len(THRESHOLDS_DB) + 1),
                "of every threshold from -20 dB in steps of 2.5 dB; last: none",
            ),
            logits("loss_class", ("n", len(LOSS_TYPES)), "of every class", "loss_class"),
        ),
    )
