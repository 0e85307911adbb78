"""Whatever heads answer, brought into the form that packs promise."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.analysis.learned.contract import THRESHOLDS_DB, described
from evoscope.abr.encoding import MOST_SAMPLES, SAMPLING_RATE_HZ, grid_time_ms

_NOWHERE = -1e4
_STEP_MS = 1000.0 / SAMPLING_RATE_HZ


class ContractAnswers(nn.Module):
    """A network, its answers those of `evoscope.abr.analysis.learned.contract`.

    A value with a variance becomes a Gaussian over the samples or thresholds, with the width of a
    step in it, so that a sharp answer has not all its mass between two points; what of it lies
    beyond the last threshold is the probability of none. Answers at samples are made as long as
    the recording: what the network did not read holds no wave.

    Args:
        network: takes a batch's inputs; answers by head.

    Example:
        >>> from evoscope.abr.learning.series import SeriesConfig, example_inputs, series_network
        >>> network = ContractAnswers(series_network(SeriesConfig(width=16, layers=1)))
        >>> list(network(**example_inputs(4, 96)))[:3]
        ['signal.mean', 'latency.logits', 'existence.logits']
    """

    time_ms: Tensor
    thresholds_db: Tensor

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        time = torch.from_numpy(grid_time_ms(MOST_SAMPLES)).float()
        self.register_buffer("time_ms", time, persistent=False)
        thresholds = torch.from_numpy(THRESHOLDS_DB).float()
        self.register_buffer("thresholds_db", thresholds, persistent=False)

    def forward(self, **inputs: Tensor) -> dict[str, Tensor]:
        """Answer, in the order of the contract."""
        # The robust peak head answers three questions under one name.
        found = {
            name.removeprefix("peaks."): answer for name, answer in self.network(**inputs).items()
        }
        samples = inputs["waveforms"].shape[1]
        if "latency.mean" in found:
            axis = self.time_ms[:samples]
            variance = found["latency.log_variance"].exp() + _STEP_MS**2 / 12.0
            away = (axis - found["latency.mean"][..., None]).square()
            found["latency.logits"] = -0.5 * away / variance[..., None]
        places = F.pad(found["latency.logits"], (0, samples), value=_NOWHERE)
        found["latency.logits"] = places[..., :samples]
        if "threshold.mean" in found:
            found["threshold.logits"] = self._over_thresholds(
                found["threshold.mean"], found["threshold.log_variance"]
            )
        return {tensor.name: found[tensor.name] for tensor in described().outputs}

    def _over_thresholds(
        self, mean: Float[Tensor, "n 1"], log_variance: Float[Tensor, "n 1"]
    ) -> Float[Tensor, "n points"]:
        axis = self.thresholds_db
        step = axis[1] - axis[0]
        variance = log_variance.exp() + step**2 / 12.0
        on_axis = step * torch.exp(-0.5 * (axis - mean).square() / variance)
        on_axis = on_axis / (2.0 * math.pi * variance).sqrt()
        end = axis[-1] + 0.5 * step
        beyond = 0.5 * (1.0 - torch.erf((end - mean) / (2.0 * variance).sqrt()))
        return torch.log(torch.cat([on_axis, beyond], dim=1) + 1e-12)
