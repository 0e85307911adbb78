"""A conditional variational autoencoder of averaged responses and the waves in them."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.cvae.blocks import TransformerLayer
from evoscope.abr.learning.cvae.conditions import WIDTH, EmbeddedConditions, NumberConditions
from evoscope.abr.learning.cvae.config import CVAEConfig
from evoscope.abr.learning.cvae.scales import Scales
from evoscope.abr.learning.layers.position import AbsolutePosition

_WAVES = 3
_STREAM = 16
_MEMORIES = 4
_LINEAR_LOG_VARIANCE = -4.0


class ConditionalVAE(nn.Module):
    """Encode a response, its waves and its conditions to z; decode z and the conditions.

    Five streams go in: the waveform through a transformer (64), conditions (32), latencies (16),
    amplitudes (16) and which of these are known (16). Together 144 -> 64 -> the mean and the log
    variance of z. Out come the waveform, through a transformer that attends to z and the
    conditions, and latency, amplitude and presence of the waves, known or not. Whether there is a
    response at all is decided apart: a clean recording below threshold is exactly nothing, and no
    sum of waves is. Units are those of the data; ``kl`` is a switch of the curriculum: how far the
    divergence counts.

    Args:
        config: sizes and switches.
        scales: of the training recordings.

    Raises:
        ValueError: samples that patches do not fill.

    Source: Kingma and Welling 2014; Sohn, Lee and Yan 2015.

    Example:
        >>> import numpy as np
        >>> scales = Scales(np.zeros(200), 0.1, np.zeros(6), np.ones(6))
        >>> network = ConditionalVAE(CVAEConfig(patch=10, channels=8, feed_forward=8), scales)
        >>> unknown = torch.full((2, 3), torch.nan)
        >>> out = network(torch.randn(2, 200), torch.full((2, 9), torch.nan), unknown, unknown)
        >>> out["signal.mean"].shape, out["signal.z_mean"].shape
        (torch.Size([2, 200]), torch.Size([2, 32]))
    """

    signal_centre: Tensor
    signal_uv: Tensor
    feature_centre: Tensor
    feature_spread: Tensor
    kl_share: Tensor

    def __init__(self, config: CVAEConfig, scales: Scales) -> None:
        super().__init__()
        self.config = config
        self.length = length = len(scales.signal_centre_uv)
        tokens, width = config.tokens(length), config.channels
        for name, value in (
            ("signal_centre", scales.signal_centre_uv),
            ("signal_uv", scales.signal_uv),
            ("feature_centre", scales.feature_centre),
            ("feature_spread", scales.feature_spread),
            ("kl_share", 1.0),
        ):
            self.register_buffer(name, torch.as_tensor(value, dtype=torch.float32))
        told = EmbeddedConditions if config.conditions == "embedded" else NumberConditions

        self.token_in = nn.Linear(config.patch, width)
        self.position_in = AbsolutePosition(length=tokens, channels=width)
        self.encoder = self._layers(cross=False)
        self.encoder_norm = nn.LayerNorm(width)
        # Each channel has its own weights in time: a mean would forget when a wave came.
        self.when = nn.Parameter(torch.full((tokens, width), 1.0 / tokens))
        self.linear_in = nn.Linear(length, config.latent) if config.linear_start else None
        self.static_in = told(WIDTH)
        self.latency_in = nn.Linear(_WAVES, _STREAM)
        self.amplitude_in = nn.Linear(_WAVES, _STREAM)
        self.mask_in = nn.Linear(2 * _WAVES, _STREAM)
        self.joint = nn.Linear(width + WIDTH + 3 * _STREAM, width)
        self.z_mean = nn.Linear(width, config.latent)
        self.z_log_variance = nn.Linear(width, config.latent)

        self.static_out = told(WIDTH)
        self.start = nn.Linear(config.latent + WIDTH, width)
        self.memory_z = nn.Linear(config.latent, _MEMORIES * width)
        self.memory_static = nn.Linear(WIDTH, _MEMORIES * width)
        self.queries = nn.Parameter(0.1 * torch.randn(tokens, width))
        self.position_out = AbsolutePosition(length=tokens, channels=width)
        self.decoder = self._layers(cross=True)
        self.decoder_norm = nn.LayerNorm(width)
        self.token_out = nn.Linear(width, config.patch)
        self.linear_out = nn.Linear(config.latent + WIDTH, length) if config.linear_start else None
        self.features_out = nn.Linear(width, 3 * _WAVES + 1)

    def _layers(self, *, cross: bool) -> nn.ModuleList:
        c = self.config
        return nn.ModuleList(
            TransformerLayer(
                c.channels,
                heads=c.heads,
                feed_forward=c.feed_forward,
                cross=cross,
                dropout=c.dropout,
            )
            for _ in range(c.layers)
        )

    @torch.no_grad()
    def start_linear(self, components: Float[Tensor, "latent samples"]) -> None:
        """Begin with z as principal components, and decoding as their sum.

        What the transformers add begins at nothing.

        Args:
            components: directions, each as long as the SD along it, in units of ``signal_uv``. A
                unit without one has zeros: it begins with nothing to say.
        """
        if self.linear_in is None or self.linear_out is None:
            return
        power = components.square().sum(1, keepdim=True)
        back = torch.where(power > 0.0, components / power.clamp_min(1e-12), 0.0)
        self.linear_in.weight.copy_(back)
        self.linear_out.weight.zero_()
        self.linear_out.weight[:, : len(components)] = components.T
        for layer in (self.linear_in, self.linear_out, self.z_mean, self.token_out):
            nn.init.zeros_(layer.bias)
        for layer in (self.z_mean, self.token_out):
            nn.init.zeros_(layer.weight)
        nn.init.constant_(self.z_log_variance.bias, _LINEAR_LOG_VARIANCE)

    def switches(self) -> tuple[str, ...]:
        """``kl``, how far the divergence counts."""
        return ("kl",)

    def set_active(self, name: str, amount: float) -> None:  # noqa: ARG002  it has one switch
        """Let the divergence count as far as ``amount`` says."""
        self.kl_share.fill_(amount)

    def encode(
        self,
        signal: Float[Tensor, "n samples"],
        conditions: Float[Tensor, "n columns"],
        latency_ms: Float[Tensor, "n 3"],
        amplitude_uv: Float[Tensor, "n 3"],
    ) -> dict[str, Tensor]:
        """Return mean and log variance of z, ``(n, latent)`` each.

        Args:
            signal: microvolts.
            conditions: columns of a generator; NaN = not given.
            latency_ms: of waves I, III, V; NaN = absent or not known.
            amplitude_uv: the same.
        """
        x = (signal - self.signal_centre) / self.signal_uv
        tokens = self.token_in(x.reshape(-1, len(self.queries), self.config.patch))
        tokens = self.position_in(tokens.transpose(1, 2)).transpose(1, 2)
        for layer in self.encoder:
            tokens = layer(tokens)
        features = torch.cat([latency_ms, amplitude_uv], dim=1)
        known = ~features.isnan()
        features = torch.where(known, features, 0.0) - self.feature_centre
        features = torch.where(known, features / self.feature_spread, 0.0)
        streams = [
            (self.encoder_norm(tokens) * self.when).sum(1),
            self.static_in(conditions),
            self.latency_in(features[:, :_WAVES]),
            self.amplitude_in(features[:, _WAVES:]),
            self.mask_in(known.to(x.dtype)),
        ]
        hidden = nn.functional.gelu(self.joint(torch.cat(streams, dim=1)))
        # Within a factor of exp(5) in either direction: a variance of 0 has no logarithm.
        log_variance = 10.0 * torch.tanh(self.z_log_variance(hidden) / 10.0)
        mean = self.z_mean(hidden)
        if self.linear_in is not None:
            mean = mean + self.linear_in(x)
        return {"mean": mean, "log_variance": log_variance}

    def decode(
        self, z: Float[Tensor, "n latent"], conditions: Float[Tensor, "n columns"]
    ) -> dict[str, Tensor]:
        """Return ``signal``, microvolts, and the `features`.

        Outside of training the signal is nothing where ``response_logits`` say that there is none.
        """
        both, static, start = self._begin(z, conditions)
        memory = torch.cat([self.memory_z(z), self.memory_static(static)], dim=1)
        memory = memory.reshape(-1, 2 * _MEMORIES, self.config.channels)
        queries = self.position_out((self.queries + start.unsqueeze(1)).transpose(1, 2))
        tokens = queries.transpose(1, 2)
        for layer in self.decoder:
            tokens = layer(tokens, memory)
        shape = self.token_out(self.decoder_norm(tokens)).flatten(1)
        if self.linear_out is not None:
            shape = shape + self.linear_out(both)
        out = self.features_out(start)
        signal = self.signal_centre + self.signal_uv * shape
        features = self._as_features(out)
        if not self.training:
            signal = torch.where(features["response_logits"] > 0.0, signal, 0.0)
        return {"signal": signal, **features}

    def features(
        self, z: Float[Tensor, "n latent"], conditions: Float[Tensor, "n columns"]
    ) -> dict[str, Tensor]:
        """Return ``latency_ms``, ``amplitude_uv``, ``present_logits`` of waves I, III, V.

        ``response_logits`` beside them, ``(n, 1)``, say whether there is any response.
        """
        return self._as_features(self.features_out(self._begin(z, conditions)[2]))

    def _begin(self, z: Tensor, conditions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        static = self.static_out(conditions)
        both = torch.cat([z, static], dim=1)
        return both, static, nn.functional.gelu(self.start(both))

    def _as_features(self, out: Tensor) -> dict[str, Tensor]:
        numbers = self.feature_centre + self.feature_spread * out[:, : 2 * _WAVES]
        return {
            "latency_ms": numbers[:, :_WAVES],
            "amplitude_uv": numbers[:, _WAVES:],
            "present_logits": out[:, 2 * _WAVES : 3 * _WAVES],
            "response_logits": out[:, 3 * _WAVES :],
        }

    def forward(
        self,
        signal: Float[Tensor, "n samples"],
        conditions: Float[Tensor, "n columns"],
        latency_ms: Float[Tensor, "n 3"],
        amplitude_uv: Float[Tensor, "n 3"],
    ) -> dict[str, Tensor]:
        """Encode, draw z (its mean outside of training), decode; see `encode` and `decode`."""
        q = self.encode(signal, conditions, latency_ms, amplitude_uv)
        z = q["mean"]
        if self.training:
            z = z + torch.exp(0.5 * q["log_variance"]) * torch.randn_like(z)
        made = self.decode(z, conditions)
        return {
            "signal.mean": made["signal"],
            "signal.latency_ms": made["latency_ms"],
            "signal.amplitude_uv": made["amplitude_uv"],
            "signal.present_logits": made["present_logits"],
            "signal.response_logits": made["response_logits"],
            "signal.z_mean": q["mean"],
            "signal.z_log_variance": q["log_variance"],
            "signal.kl_share": self.kl_share.expand(len(z)),
        }
