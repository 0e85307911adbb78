"""What a generator's pack takes, answers and carries: said once, checked when opened."""

from __future__ import annotations

from evoscope.abr.cohort import CLASSES
from evoscope.abr.diffusion import CosineSchedule
from evoscope.abr.encoding import SPECIES
from evoscope.runtime import Column, Expected, Graph, Taxonomy, Tensor

PURPOSE = "abr.generation"
GRAPH = "step"
SEEN = "seen.json"
"""Name of the attached file that says what there was to learn from."""

CLOCK = CosineSchedule()
"""How noise grows with time: one clock, for training and for sampling."""

COLUMNS: tuple[str, ...] = (
    "age_years",
    "level_db",
    "rate_hz",
    "rms_uv",
    "residual_noise_nv",
    "frequency_hz",
    "species",
    "loss_class",
    "threshold_db",
)
"""Conditions of the network, in order; NaN = not given. The first seven are a U-Net's own.
``rms_uv`` is never given; ``residual_noise_nv`` is given where a recording is denoised."""

UNITS = {
    "age_years": "years",
    "level_db": "dB",
    "rate_hz": "1/s",
    "rms_uv": "uV",
    "residual_noise_nv": "nV",
    "frequency_hz": "Hz",
    "threshold_db": "dB",
}
TAXONOMIES = {
    "species": Taxonomy(version="1", names=SPECIES),
    "loss_class": Taxonomy(version="1", names=CLASSES),
}
EXPECTED = Expected(
    purpose=PURPOSE,
    taxonomies={name: taxonomy.names for name, taxonomy in TAXONOMIES.items()},
    units={"level_db": "dB", "age_years": "years", "threshold_db": "dB", "scale_uv": "uV"},
)


def column(name: str) -> int:
    """Return the column of a condition.

    Example:
        >>> column("level_db")
        1
    """
    return COLUMNS.index(name)


def described(*, n_samples: int, n_parameters: int) -> Graph:
    """Describe the graph for a card."""
    rows, beside = ("n", n_samples), ("n", n_parameters)
    return Graph(
        meaning="One step of the diffusion: what it holds of noisy waveforms at their times.",
        inputs=(
            Tensor(name="x", shape=rows, units="1", meaning="white, at constant variance"),
            Tensor(name="t", shape=("n",), units="1", meaning="0 clean to 1 noise", low=0, high=1),
            Tensor(
                name="conditions",
                shape=("n", len(COLUMNS)),
                meaning="what is given; NaN is not",
                columns=tuple(
                    Column(name=name, units=UNITS.get(name, "1"), missing=True) for name in COLUMNS
                ),
            ),
            Tensor(
                name="noisy_parameters",
                shape=beside,
                units="1",
                missing=True,
                meaning="waves, class, threshold, standardised and as noisy as x; NaN: none told",
            ),
        ),
        outputs=(
            Tensor(name="signal.v", shape=rows, units="1", meaning="velocity of x"),
            Tensor(name="parameters.v", shape=beside, units="1", meaning="of the parameters"),
        ),
    )
