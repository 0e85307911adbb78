"""What the pack of a variational autoencoder takes, answers and carries."""

from __future__ import annotations

from evoscope.abr.findings import WAVES
from evoscope.abr.findings.recording import WaveName
from evoscope.abr.generation.contract import COLUMNS, TAXONOMIES, UNITS
from evoscope.runtime import Column, Expected, Graph, Tensor

PURPOSE = "abr.generation.cvae"
ENCODER, DECODER, READER = "encoder", "decoder", "features"
PRIOR, TO_NOISE = "prior", "to_noise"
LEVEL = 0.90
"""Of the intervals of imputed features."""

TOLD_WAVES: tuple[WaveName, ...] = ("I", "III", "V")
"""Waves whose latency and amplitude go in and come out."""
PLACES = tuple(WAVES.index(wave) for wave in TOLD_WAVES)
"""Where they stand among waves I-V."""
FEATURES: tuple[str, ...] = (
    *(f"wave_{wave}_latency_ms" for wave in TOLD_WAVES),
    *(f"wave_{wave}_amplitude_uv" for wave in TOLD_WAVES),
)

EXPECTED = Expected(
    purpose=PURPOSE,
    taxonomies={name: taxonomy.names for name, taxonomy in TAXONOMIES.items()},
    units={"level_db": "dB", "age_years": "years", "threshold_db": "dB", "signal": "uV"},
)

_CONDITIONS = Tensor(
    name="conditions",
    shape=("n", len(COLUMNS)),
    meaning="what is given; NaN is not",
    columns=tuple(Column(name=name, units=UNITS.get(name, "1"), missing=True) for name in COLUMNS),
)


def described(*, n_samples: int, latent: int, with_prior: bool) -> dict[str, Graph]:
    """Describe the graphs for a card."""
    z = Tensor(name="z", shape=("n", latent), units="1", meaning="what the conditions do not say")
    features = (
        _waves("latency_ms", "ms"),
        _waves("amplitude_uv", "uV"),
        _waves("present_logits", "1"),
        Tensor(name="response_logits", shape=("n", 1), units="1", meaning="of there being any"),
    )
    graphs = {
        ENCODER: Graph(
            meaning="Where a recording lies among what its conditions allow.",
            inputs=(
                _waveforms(n_samples),
                _CONDITIONS,
                _waves("latency_ms", "ms", missing=True),
                _waves("amplitude_uv", "uV", missing=True),
            ),
            outputs=(
                z.model_copy(update={"name": "mean"}),
                z.model_copy(update={"name": "log_variance"}),
            ),
        ),
        DECODER: Graph(
            meaning="The recording that lies there.",
            inputs=(z, _CONDITIONS),
            outputs=(_waveforms(n_samples), *features),
        ),
        READER: Graph(
            meaning="The waves of the recording that lies there, without its waveform.",
            inputs=(z, _CONDITIONS),
            outputs=features,
        ),
    }
    if with_prior:
        graphs[PRIOR] = Graph(
            meaning="Standard normal noise to where recordings of these conditions lie.",
            inputs=(z.model_copy(update={"name": "noise"}), _CONDITIONS),
            outputs=(z,),
        )
        graphs[TO_NOISE] = Graph(
            meaning="The noise that a recording of these conditions would be drawn from.",
            inputs=(z, _CONDITIONS),
            outputs=(z.model_copy(update={"name": "noise"}),),
        )
    return graphs


def _waveforms(n_samples: int) -> Tensor:
    return Tensor(name="signal", shape=("n", n_samples), units="uV", meaning="averaged response")


def _waves(name: str, units: str, *, missing: bool = False) -> Tensor:
    columns = tuple(Column(name=f"wave {w}", units=units, missing=missing) for w in TOLD_WAVES)
    return Tensor(
        name=name, shape=("n", len(TOLD_WAVES)), columns=columns, meaning="of waves I, III and V"
    )
