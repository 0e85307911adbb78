"""A trained autoencoder as a model pack: graphs, calibration, what was seen."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from evoscope.abr.encoding.encoded_cohort import join
from evoscope.abr.generation.contract import COLUMNS, SEEN, TAXONOMIES
from evoscope.abr.generation.cvae.contract import (
    DECODER,
    ENCODER,
    PRIOR,
    PURPOSE,
    READER,
    TO_NOISE,
    TOLD_WAVES,
    described,
)
from evoscope.abr.generation.seen import Seen
from evoscope.abr.learning.cvae.calibrate import fit_quantiles
from evoscope.abr.learning.cvae.fit import TASK, TrainedCVAE
from evoscope.abr.learning.cvae.flow import LatentFlow
from evoscope.abr.learning.cvae.network import ConditionalVAE
from evoscope.abr.learning.cvae.recipe import CVAERecipe
from evoscope.abr.learning.cvae.source import CVAESource, noise_nv
from evoscope.abr.learning.export import export_onnx
from evoscope.abr.learning.half_weights import halve_weights
from evoscope.abr.learning.training.fit import TrainingCohort
from evoscope.abr.learning.training.stated import data_stated, training_stated
from evoscope.runtime import Card, Constant, Metric, Pack, write_pack

_SHOWN = ("recording_correlation", "correlation", "nmse", "kl", "active_units", "latency_mae_ms")
_USED_FOR = "training; its validation patients judge the run and calibrate imputation"
_LIMITS = (
    "What it draws is as good as what it has learned from: of a simulator, a simulator's ears.",
    "Waves II and IV are not drawn; waveforms are smoother than recordings, without their noise.",
    "Imputed features have intervals that were calibrated on patients like those learned from.",
    "A synthetic recording is nobody's: it is no evidence about a patient.",
)


class _Decoder(nn.Module):
    """One of the network's ways from z, by itself."""

    def __init__(self, network: ConditionalVAE, *, waveform: bool) -> None:
        super().__init__()
        self.network, self.waveform = network, waveform

    def forward(self, z: Tensor, conditions: Tensor) -> Mapping[str, Tensor]:
        network = self.network
        return (network.decode if self.waveform else network.features)(z, conditions)


class _Encoder(nn.Module):
    """The network's way to z."""

    def __init__(self, network: ConditionalVAE) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, signal: Tensor, conditions: Tensor, latency_ms: Tensor, amplitude_uv: Tensor
    ) -> Mapping[str, Tensor]:
        return self.network.encode(signal, conditions, latency_ms, amplitude_uv)


class _ToNoise(nn.Module):
    """A flow's way back."""

    def __init__(self, flow: LatentFlow) -> None:
        super().__init__()
        self.flow = flow

    def forward(self, z: Tensor, conditions: Tensor) -> Mapping[str, Tensor]:
        return {"noise": self.flow.to_noise(z, conditions)[0]}


def cvae_graphs(trained: TrainedCVAE) -> dict[str, bytes]:
    """Return the graphs of an autoencoder by name, for any number of recordings.

    Weights are stored in half the bits; the graphs compute in float32.
    """
    network = trained.network
    conditions = torch.zeros(4, len(COLUMNS))
    conditions[2:] = torch.nan
    unknown = torch.full((4, len(TOLD_WAVES)), torch.nan)
    waves = torch.where(torch.arange(4)[:, None] < 2, unknown, 1.0)
    z = torch.randn(4, network.config.latent)
    recording = {"signal": torch.randn(4, network.length), "conditions": conditions}
    parts: dict[str, tuple[nn.Module, dict[str, Tensor]]] = {
        ENCODER: (_Encoder(network), {**recording, "latency_ms": waves, "amplitude_uv": waves}),
        DECODER: (_Decoder(network, waveform=True), {"z": z, "conditions": conditions}),
        READER: (_Decoder(network, waveform=False), {"z": z, "conditions": conditions}),
    }
    if trained.flow is not None:
        parts[PRIOR] = (trained.flow, {"noise": z, "conditions": conditions})
        parts[TO_NOISE] = (_ToNoise(trained.flow), {"z": z, "conditions": conditions})
    graphs = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (module, inputs) in parts.items():
            path = Path(folder) / f"{name}.onnx"
            export_onnx(module, path, inputs=inputs)
            content = path.read_bytes()
            # All of them: the exporter gives transposed weights names of its own.
            weights = [one.name for one in onnx.load_from_string(content).graph.initializer]
            graphs[name] = halve_weights(content, weights)
    return graphs


def write_cvae_pack(
    folder: str | Path,
    trained: TrainedCVAE,
    recipe: CVAERecipe,
    cohorts: Sequence[TrainingCohort],
    *,
    name: str,
    version: str,
    commit: str,
    wall_seconds: float,
    overwrite: bool = False,
) -> Pack:
    """Write a trained autoencoder as a pack, calibrated on the first cohort's validation patients.

    Args:
        folder: of the pack.
        trained: network, prior and run.
        recipe: it was trained by.
        cohorts: it was trained on.
        name: of the pack.
        version: of these weights.
        commit: of the code that trained it.
        wall_seconds: that training took.
        overwrite: replace a pack that is there.

    Raises:
        ValueError: a folder in the way.
    """
    network, held = trained.network, cohorts[0].validation
    whole = join([cohort.training for cohort in cohorts])
    source = CVAESource(whole, recipe.seeing, varied=False)
    quantiles = fit_quantiles(network, CVAESource(held, recipe.seeing, varied=False), held)
    card = Card(
        name=name,
        version=version,
        purpose=PURPOSE,
        summary="Draws brainstem responses from a latent space; fills in waves nobody marked.",
        intended_use="Method development: rare classes, other levels, data that may be shared.",
        limits=_LIMITS,
        licence="Apache-2.0",
        data=tuple(data_stated(cohort, used_for=_USED_FOR) for cohort in cohorts),
        training=training_stated(
            recipe, network, about=recipe.about, commit=commit, wall_seconds=wall_seconds
        ),
        metrics=tuple(_metrics(trained, cohorts[0])),
        graphs=described(
            n_samples=network.length,
            latent=network.config.latent,
            with_prior=trained.flow is not None,
        ),
        taxonomies=dict(TAXONOMIES),
        constants={
            "scale_uv": Constant(
                value=float(network.signal_uv),
                units="uV",
                meaning="SD of the responses learned from; the graphs divide by it themselves",
            ),
            "least_noise_nv": Constant(
                value=noise_nv(whole, recipe.seeing),
                units="nV",
                meaning="noise in what it has learned from; 0 where that was the truth",
            ),
        },
        calibration={} if quantiles is None else quantiles.calibration(),
    )
    return write_pack(
        folder,
        cvae_graphs(trained),
        card,
        attached={SEEN: Seen.of(source.conditions.numpy()).model_dump_json(indent=1).encode()},
        overwrite=overwrite,
    )


def _metrics(trained: TrainedCVAE, cohort: TrainingCohort) -> list[Metric]:
    """Figures on the validation patients, which chose the weights: a little flattering."""
    note = "on the validation patients, of the last epoch"
    result = trained.run.result
    found = [] if result is None else [(name, result.metrics[TASK][name]) for name in _SHOWN]
    trivial = {} if result is None else result.trivial[TASK]
    rows = [(name, figure, trivial[name].value) for name, figure in found]
    rows.append(("prior_nats", trained.prior_nats, trained.normal_nats.value))
    return [
        Metric(
            task="generation.cvae",
            metric=metric,
            value=figure.value,
            n=figure.n,
            trivial=beside,
            simulated=cohort.simulated,
            note=note,
        )
        for metric, figure, beside in rows
    ]
