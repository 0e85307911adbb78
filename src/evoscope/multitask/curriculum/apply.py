"""Puts an epoch's values into a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from torch import nn

from evoscope.multitask.curriculum.curriculum import Curriculum, PhaseValues
from evoscope.multitask.curriculum.switchable import Switchable

_DROPOUTS = (
    nn.Dropout,
    nn.Dropout1d,
    nn.Dropout2d,
    nn.Dropout3d,
    nn.AlphaDropout,
    nn.FeatureAlphaDropout,
)


def apply(values: PhaseValues, model: nn.Module) -> None:
    """Set dropout rates and switches.

    Dropout is that of torch's dropout layers and of its attention. Rates, weight decay and factors
    of tasks are not the model's: the loop takes them from ``values``.

    Raises:
        ValueError: a switch or a dropout that the model does not have.

    Example:
        >>> from evoscope.multitask.curriculum import Curriculum
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.1))
        >>> curriculum = Curriculum.model_validate({"phases": [{"start": 0, "dropout": 0.3}]})
        >>> apply(curriculum.at(0), model)
        >>> model[1].p
        0.3
    """
    _check_model(model, values.switches, dropout=values.dropout is not None)
    for module in model.modules():
        if values.dropout is not None:
            if isinstance(module, _DROPOUTS):
                module.p = values.dropout
            elif isinstance(module, nn.MultiheadAttention):
                module.dropout = values.dropout
    for switchable, name in _switches(model):
        if name in values.switches:
            switchable.set_active(name, values.switches[name])


def check_curriculum(curriculum: Curriculum, tasks: Iterable[str], model: nn.Module) -> None:
    """Refuse a curriculum that does not fit, before the first step.

    Raises:
        ValueError: a task that is not trained, a switch or a dropout that the model does not have.
    """
    known = set(tasks)
    for number, phase in enumerate(curriculum.phases):
        on = set() if phase.tasks in ("all", None) else set(phase.tasks)
        for field, names in (("tasks", on), ("weights", set(phase.weights))):
            if names - known:
                raise ValueError(
                    f"phases[{number}].{field} should be of {sorted(known)}. "
                    f"Found {sorted(names - known)}."
                )
    _check_model(
        model,
        {name for phase in curriculum.phases for name in phase.switches},
        dropout=any(phase.dropout is not None for phase in curriculum.phases),
    )


def _check_model(model: nn.Module, switches: Iterable[str], *, dropout: bool) -> None:
    known = {name for _, name in _switches(model)}
    unknown = sorted(set(switches) - known)
    if unknown:
        raise ValueError(f"switches should be of the model's: {sorted(known)}. Found {unknown}.")
    with_dropout = (*_DROPOUTS, nn.MultiheadAttention)
    if dropout and not any(isinstance(module, with_dropout) for module in model.modules()):
        raise ValueError(
            "dropout can be scheduled where the model has dropout layers. Found none: "
            "leave dropout out of the phases, or build the model with some."
        )


def _switches(model: nn.Module) -> Iterator[tuple[Switchable, str]]:
    for module in model.modules():
        if isinstance(module, Switchable):
            for name in module.switches():
                yield module, name
