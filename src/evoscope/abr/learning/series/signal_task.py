"""The clean signal, judged by how much of the noise is left."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.losses import hide, masked_sum, squared_error
from evoscope.multitask.tasks import Dense, TaskLoss
from evoscope.multitask.tasks.fitted import nothing

NOISE = "noise_level_uv"
"""Entry of the labels that holds each recording's residual noise, in microvolts."""
# Quieter recordings do not count for more: their error is the network's own.
_LEAST_NOISE_UV = 0.02


class SignalTask(Dense):
    """`Dense`, with every recording's error weighed by the noise that was in it.

    An error of half the noise is as good in a quiet recording as in a loud one; with plain squares
    the loudest recordings would be all that is learned. The weight is one over the noise power.

    Args:
        name: as in `Dense`.

    Example:
        >>> import torch
        >>> task = SignalTask("signal")
        >>> signal, known = torch.tensor([[0.1, -0.1], [0.2, 0.0]]), torch.ones(2, dtype=torch.bool)
        >>> labels = Labels({"signal": signal, NOISE: torch.tensor([0.05, 0.1])},
        ...                 {"signal": known, NOISE: known})
        >>> task.fit(labels)
        >>> loss = task.loss({"signal.mean": signal + torch.tensor([[0.05], [0.1]])}, labels)
        >>> round((loss.total / loss.weight).item(), 6)
        1.0
    """

    def known(self, labels: Labels) -> tuple[Tensor, Tensor] | None:
        """Signals, and the samples that are there in recordings whose noise is known."""
        found = super().known(labels)
        if found is None or NOISE not in labels.targets:
            return None
        target, present = found
        return target, present & labels.present[NOISE][:, None]

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Squared error over noise power, of every sample."""
        mean, found, weight = self.read(outputs, "mean"), self.known(labels), self.weight(labels)
        if found is None:
            return TaskLoss(nothing(mean), weight)
        target, present = found
        noise = hide(labels.targets[NOISE], labels.present[NOISE], 1.0).clamp_min(_LEAST_NOISE_UV)
        share = 1.0 / noise[:, None]
        each = squared_error(mean * share, target.to(mean.dtype) * share, present)
        return TaskLoss(masked_sum(each, present), weight)

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """The mean signal, for every row: as much of it as the signals of these rows are long."""
        samples = labels.targets[self.name].shape[1]
        return {name: mean[:, :samples] for name, mean in super().baseline(labels).items()}
