"""Which one of several classes that have an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from evoscope.measure import Measured, mean_absolute_error, quadratic_kappa
from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks.class_weighting import ClassWeighting
from evoscope.multitask.tasks.classification import Classification
from evoscope.multitask.tasks.scores import finite, no_figure

_SMALLEST_GAP = 1e-6


class Ordinal(Classification):
    """One of several ordered classes; reads cumulative ``logits`` ``(n, ..., classes - 1)``.

    Logit ``k`` is that of a class above ``k``, so logits fall along the last axis, as those of an
    ordinal head do. A cumulative link model (McCullagh 1980): the loss is the likelihood of the
    class between two cuts. The answer is the median class, which makes the least absolute error.

    Args:
        name, classes, output, gamma, class_weights, label_smoothing: as in `Classification`.

    Example:
        >>> task = Ordinal("degree", ["none", "mild", "severe"])
        >>> p = task.predict({"degree.logits": torch.tensor([[2.0, -2.0]])})["probabilities"]
        >>> [round(share, 3) for share in p[0].tolist()]
        [0.119, 0.762, 0.119]
    """

    primary = "quadratic_kappa"

    def __init__(
        self,
        name: str,
        classes: Sequence[str],
        *,
        output: str | None = None,
        gamma: float = 0.0,
        class_weights: ClassWeighting | Sequence[float] = "none",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(
            name,
            classes,
            output=output,
            gamma=gamma,
            class_weights=class_weights,
            label_smoothing=label_smoothing,
        )
        ranks = {"quadratic_kappa": True, "mae": False}
        self.higher_is_better = ranks | dict(self.higher_is_better)

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """Weighted kappa and mean absolute error in ranks, beside those of `Classification`."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is None or not finite(logits, found[1]):
            return dict.fromkeys(self.higher_is_better, no_figure(found and found[1]))
        called, true = (side.numpy() for side in self._answers(outputs, *found))
        ranks = {
            "quadratic_kappa": quadratic_kappa(called, true),
            "mae": mean_absolute_error(called, true),
        }
        return ranks | super().metrics(outputs, labels)

    def log_probabilities(self, logits: Float[Tensor, "*n cuts"]) -> Float[Tensor, "*n classes"]:
        """Log probabilities of the classes between the cuts."""
        above, below = functional.logsigmoid(logits), functional.logsigmoid(-logits)
        # log(s(a) - s(b)) = log s(a) + log s(-b) + log(1 - exp(b - a)): no difference of
        # probabilities that are both near 1.
        gap = (logits[..., :-1] - logits[..., 1:]).clamp_min(_SMALLEST_GAP)
        between = above[..., :-1] + below[..., 1:] + torch.log(-torch.expm1(-gap))
        return torch.cat([below[..., :1], between, above[..., -1:]], dim=-1)

    def logits_of(self, probabilities: Float[Tensor, "*n classes"]) -> Float[Tensor, "*n cuts"]:
        """Cumulative logits that answer these probabilities."""
        above = probabilities.flip(-1).cumsum(-1).flip(-1)[..., 1:]
        return above.log() - probabilities.cumsum(-1)[..., :-1].log()

    def decide(self, log_probabilities: Float[Tensor, "*n classes"]) -> Int[Tensor, "*n"]:
        """Median class."""
        last = log_probabilities.shape[-1] - 1
        return (log_probabilities.exp().cumsum(-1) < 0.5).sum(-1).clamp_max(last)
