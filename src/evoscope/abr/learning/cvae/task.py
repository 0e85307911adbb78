"""The evidence bound of an autoencoder, and what it says of the latent space."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  # the name everyone knows it by
from jaxtyping import Float
from torch import Tensor

from evoscope.abr.learning.cvae.settings import Bound
from evoscope.measure import Measured, undefined
from evoscope.multitask.batch import Labels
from evoscope.multitask.losses import hide, masked_sum, squared_error, widen
from evoscope.multitask.tasks import Dense, TaskLoss
from evoscope.multitask.tasks.fitted import nothing

NUMBERS = ("latency_ms", "amplitude_uv")
PRESENT = "present"
"""Further entries of the labels: ``(n, 3)`` each, of waves I, III and V."""
RESPONSE = "response"
"""A last one, ``(n, 1)``: whether the recording is anything but zeros."""
ACTIVE_VARIANCE = 0.01
"""A unit is active where its mean varies by more than this (Burda, Grosse, Salakhutdinov 2016)."""


class EvidenceBound(Dense):
    """Reconstruction + beta * divergence, both summed over what a recording has.

    ``sum((x - y) ** 2) / spread ** 2`` over samples and over known features, the log loss of
    presence and of there being a response, and ``beta * share * sum(max(KL of a unit, free
    bits))``, all with one reduction: sums over a recording, per sample of its waveform. Where there
    is no response, samples do not count: that there is none says all. ``share`` is the model's, as
    the curriculum moves it.

    Metrics: those of `Dense`; ``recording_correlation``, the median of every recording's own;
    ``kl`` in nats per recording; ``active_units``; ``bound`` at the full beta, which can be
    compared between epochs; ``latency_mae_ms``. Trivial is the mean waveform with a latent space
    that says nothing.

    Args:
        name: names its targets in `Labels`.
        settings: beta, free bits, weight of the features.

    Example:
        >>> task = EvidenceBound("signal", Bound())
        >>> sorted(task.higher_is_better)[:3]
        ['active_units', 'bound', 'correlation']
    """

    feature_centre: Tensor
    feature_spread: Tensor
    presence: Tensor
    response: Tensor

    def __init__(self, name: str, settings: Bound) -> None:
        super().__init__(name)
        self.settings = settings
        self.declare("feature_centre", "feature_spread", "presence", "response")
        self.higher_is_better = {
            **self.higher_is_better,
            "recording_correlation": True,
            "kl": True,
            "active_units": True,
            "bound": False,
            "latency_mae_ms": False,
        }

    def fit(self, labels: Labels) -> None:
        """Learn mean and spread of waveforms and features, and how often waves are present."""
        super().fit(labels)
        target, known = _features(labels)
        n = known.sum(0).clamp_min(1)
        centre = hide(target, known).sum(0) / n
        spread = (hide(target - centre, known).square().sum(0) / n).sqrt()
        self.keep(
            feature_centre=centre,
            feature_spread=torch.where(spread > 0, spread, 1.0),
            presence=_log_odds(labels, PRESENT),
            response=_log_odds(labels, RESPONSE),
        )

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Sum of the bounds of these recordings."""
        if self.known(labels) is None:
            return TaskLoss(nothing(self.read(outputs, "mean")), self.weight(labels))
        rows = labels.present[self.name]
        waveform, features = self._reconstruction(outputs, labels)
        free = divergence(*self._posterior(outputs)).clamp_min(self.settings.free_bits).sum(1)
        kl = masked_sum(self.settings.beta * self.read(outputs, "kl_share") * free, rows)
        return TaskLoss(
            waveform + features + kl,
            self.weight(labels),
            # The divergence begins at nothing and should grow: no part that has to fall.
            {"waveform": waveform, "features": features},
        )

    def _reconstruction(
        self, outputs: Mapping[str, Tensor], labels: Labels
    ) -> tuple[Tensor, Tensor]:
        x, y = self.read(outputs, "mean"), labels.targets[self.name]
        heard = (labels.targets[RESPONSE] > 0.0).squeeze(1)
        samples = widen(labels.present[self.name] & heard, y.shape)
        waveform = masked_sum(squared_error(x / self.spread, y / self.spread, samples), samples)
        target, known = _features(labels)
        given = torch.cat([self.read(outputs, name) for name in NUMBERS], dim=1)
        spread = self.feature_spread
        numbers = masked_sum(squared_error(given / spread, target / spread, known), known)
        parts = [numbers]
        for name in (PRESENT, RESPONSE):
            seen = labels.present[name]
            there = hide(labels.targets[name].float(), seen)
            logits = self.read(outputs, f"{name}_logits")
            words = F.binary_cross_entropy_with_logits(logits, there, reduction="none")
            parts.append(masked_sum(words, seen))
        return waveform, self.settings.features * torch.stack(parts).sum()

    def _posterior(self, outputs: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        return self.read(outputs, "z_mean"), self.read(outputs, "z_log_variance")

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """Figures over all these recordings, pooled."""
        figures = super().metrics(outputs, labels)
        mean, log_variance = self._posterior(outputs)
        n = int(labels.present[self.name].sum())
        if n < 2 or not bool(mean.isfinite().all()):
            nothing_ = undefined(n, "fewer than two recordings, or answers that are not finite")
            return dict.fromkeys(self.higher_is_better, nothing_) | figures
        kl = float(divergence(mean, log_variance).sum(1).double().mean())
        total = sum(float(part) for part in self._reconstruction(outputs, labels)) / n
        samples = labels.targets[self.name].shape[1]
        active = int((mean.var(0) > ACTIVE_VARIANCE).sum())
        return figures | {
            "recording_correlation": _median_correlation(
                self.read(outputs, "mean"), labels.targets[self.name]
            ),
            "kl": Measured(kl, n),
            "active_units": Measured(active, n),
            "bound": Measured((total + self.settings.beta * kl) / samples, n),
            "latency_mae_ms": _latency_error(self.read(outputs, "latency_ms"), labels),
        }

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """The mean waveform and features, from a latent space that says nothing."""
        n, centre = len(labels), self.fitted(self.feature_centre)
        part = f"{self.output}."
        silent = torch.zeros(n, 1, device=centre.device)
        return super().baseline(labels) | {
            f"{part}latency_ms": centre[:3].expand(n, 3),
            f"{part}amplitude_uv": centre[3:].expand(n, 3),
            f"{part}present_logits": self.presence.expand(n, 3),
            f"{part}response_logits": self.response.expand(n, 1),
            f"{part}z_mean": silent,
            f"{part}z_log_variance": silent,
            f"{part}kl_share": silent[:, 0],
        }


def divergence(
    mean: Float[Tensor, "n latent"], log_variance: Float[Tensor, "n latent"]
) -> Float[Tensor, "n latent"]:
    """KL divergence of every unit's posterior from a standard normal, nats.

    Example:
        >>> divergence(torch.tensor([[0.0, 1.0]]), torch.zeros(1, 2)).tolist()
        [[0.0, 0.5]]
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)


def _log_odds(labels: Labels, name: str) -> Tensor:
    there, seen = labels.targets[name].float(), labels.present[name]
    return torch.logit((hide(there, seen).sum(0) + 1.0) / (seen.sum(0) + 2.0))


def _features(labels: Labels) -> tuple[Tensor, Tensor]:
    return (
        torch.cat([labels.targets[name] for name in NUMBERS], dim=1),
        torch.cat([labels.present[name] for name in NUMBERS], dim=1),
    )


def _median_correlation(given: Tensor, target: Tensor) -> Measured:
    """Median over recordings that hold a response; the shape of silence is nobody's."""
    x, y = (t.double().cpu().numpy() for t in (given, target))
    x, y = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
    power = (y**2).sum(1)
    keep = power > 1e-3 * power.mean()
    if not keep.any():
        return undefined(0, "no recording holds a response")
    own = (x * y).sum(1)[keep] / np.sqrt((x**2).sum(1)[keep] * power[keep] + 1e-30)
    return Measured(float(np.median(own)), int(keep.sum()))


def _latency_error(given: Tensor, labels: Labels) -> Measured:
    known = labels.present["latency_ms"]
    n = int(known.sum())
    if not n:
        return undefined(0, "no latency is known")
    apart = hide((given - labels.targets["latency_ms"]).abs(), known)
    return Measured(float(apart.double().sum()) / n, n)
