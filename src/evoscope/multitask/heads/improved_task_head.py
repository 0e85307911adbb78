"""A multilayer perceptron as head: for features that are already one vector per row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.heads.head import Head, Start
from evoscope.multitask.heads.layers import OUTLIERS_AT_START, check_part, check_vectors, near_zero
from evoscope.multitask.heads.ordered_logits import OrderedLogits
from evoscope.multitask.heads.scale import Scale

TaskType = Literal["classification", "multi_label", "ordinal", "regression", "bounded"]


class ImprovedTaskHead(Head):
    """Hidden layers with normalisation, dropout and a residual connection, for any kind of task.

    Parts by ``task_type``, each ``(n, output_dim)``: ``logits`` for ``classification``,
    ``multi_label`` and ``ordinal`` (there ``output_dim`` is the number of classes less one, and
    logit ``k`` is that of "above class k": see `OrderedLogits`); ``mean`` and, with
    ``with_uncertainty``, ``log_variance``, with ``with_outliers`` also ``outlier_logit`` (that this
    row's label is not to be trusted), for ``regression`` and ``bounded``.

    Args:
        input_dim: width of the features.
        output_dim: number of logits or values.
        hidden_dims: widths of the hidden layers; none makes a linear head.
        dropout_rate: after every hidden layer.
        use_layer_norm: normalise in every hidden layer (Ba, 2016).
        use_residual: add the features, projected where widths differ, to the last hidden layer
            (He, 2016).
        task_type: what the outputs are.
        low: lower bound of ``bounded``, one or one per output.
        high: upper bound of ``bounded``.
        with_uncertainty: also answer ``log_variance``.
        with_outliers: also answer ``outlier_logit``; it starts at a probability of 0.05.

    Raises:
        ValueError: an unknown task type, bounds that are missing or have no use, uncertainty or
            outliers asked of logits, or features of another width.

    Example:
        >>> import torch
        >>> head = ImprovedTaskHead(8, 3, task_type="bounded", low=0.0, high=1.0)
        >>> head.start_at("", Start(torch.tensor([0.2, 0.5, 0.6]), torch.tensor(0.1)))
        >>> [round(v, 2) for v in head(torch.randn(1, 8))["mean"][0].tolist()]
        [0.2, 0.5, 0.6]
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        hidden_dims: Sequence[int] = (256, 128),
        dropout_rate: float = 0.3,
        use_layer_norm: bool = True,
        use_residual: bool = True,
        task_type: TaskType = "classification",
        *,
        low: float | Sequence[float] | None = None,
        high: float | Sequence[float] | None = None,
        with_uncertainty: bool = False,
        with_outliers: bool = False,
    ) -> None:
        super().__init__()
        _check_options(task_type, low, high, with_uncertainty or with_outliers)
        self.input_dim = input_dim
        layers: list[nn.Module] = []
        width = input_dim
        for hidden in hidden_dims:
            layers.append(nn.Linear(width, hidden))
            layers += [nn.LayerNorm(hidden)] if use_layer_norm else []
            layers += [nn.ReLU(), nn.Dropout(dropout_rate)]
            width = hidden
        self.hidden = nn.Sequential(*layers)
        self.shortcut: nn.Module | None = None
        if use_residual and layers:
            same = width == input_dim
            self.shortcut = nn.Identity() if same else nn.Linear(input_dim, width, bias=False)
        self.part = "mean" if task_type in ("regression", "bounded") else "logits"
        self.output: nn.Module
        self.scale: Scale | OrderedLogits
        if task_type == "ordinal":
            self.output = nn.Identity()  # the cuts share one score, which is a layer of its own
            self.scale = OrderedLogits(width, output_dim)
        else:
            self.output = near_zero(nn.Linear(width, output_dim))
            self.scale = Scale(output_dim, low=low, high=high)
        self.log_variance = near_zero(nn.Linear(width, output_dim)) if with_uncertainty else None
        self.outlier = near_zero(nn.Linear(width, output_dim)) if with_outliers else None

    def forward(self, features: Float[Tensor, "n width"]) -> dict[str, Float[Tensor, "n outputs"]]:
        """Map features to the parts of this head's task type."""
        check_vectors(features, self.input_dim)
        hidden = self.hidden(features)
        if self.shortcut is not None:
            hidden = hidden + self.shortcut(features)
        parts: dict[str, Tensor] = {self.part: self.scale(self.output(hidden))}
        if self.log_variance is not None and isinstance(self.scale, Scale):
            parts["log_variance"] = self.scale.log_variance(self.log_variance(hidden))
        if self.outlier is not None:
            parts["outlier_logit"] = OUTLIERS_AT_START + self.outlier(hidden)
        return parts

    def start_at(self, part: str, start: Start) -> None:
        """Begin at a centre and spread; ``part`` is empty, as there is one output."""
        check_part(part, {""})
        self.scale.start_at(start)


def _check_options(
    task_type: str,
    low: float | Sequence[float] | None,
    high: float | Sequence[float] | None,
    doubts: bool,
) -> None:
    if task_type not in get_args(TaskType):
        raise ValueError(f"task_type should be one of {get_args(TaskType)}. Found {task_type!r}.")
    if (task_type == "bounded") != (low is not None and high is not None):
        raise ValueError(
            "low and high should be given for task_type 'bounded', and only there. "
            f"Found {low} and {high} for {task_type!r}."
        )
    if doubts and task_type not in ("regression", "bounded"):
        raise ValueError(
            "with_uncertainty and with_outliers should be asked of 'regression' or 'bounded' only: "
            f"logits say how sure they are. Found it for {task_type!r}."
        )
