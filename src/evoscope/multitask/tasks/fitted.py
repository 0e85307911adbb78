"""What tasks share: reading their labels and outputs, and a state that is learned from labels."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.losses import hide, masked_sum, widen
from evoscope.multitask.tasks.task import Task

_ROWS_SHOWN = 5


class FittedTask(Task):
    """A task whose buffers are learned by `fit`, whatever their shapes.

    Args:
        name: names its targets in `Labels`.
        output: prefix of the model outputs it reads; the task's name where none is given.
    """

    teacher_part: str
    """The part of the outputs in which a teacher's answer is imitated."""

    def __init__(self, name: str, output: str | None) -> None:
        super().__init__()
        self.name = name
        self.output = name if output is None else output

    @abstractmethod
    def imitation(
        self,
        outputs: Mapping[str, Tensor],
        teacher: Float[Tensor, "*part"],
        present: Bool[Tensor, "*answers"],
        temperature: float,
    ) -> Float[Tensor, "*answers"]:
        """Loss of answering unlike a teacher, one per answer, 0 where not present.

        Args:
            outputs: of the model.
            teacher: what a teacher answered in `teacher_part`, of that part's shape.
            present: where it did, as `answered` gives it.
            temperature: softens logits; numbers have none.
        """

    def answered(
        self, teacher: Float[Tensor, "*part"], present: Bool[Tensor, "*rest"]
    ) -> Bool[Tensor, "*answers"]:
        """Expand a mask to one entry for every answer of a teacher."""
        return widen(present, teacher.shape)

    def known(
        self, labels: Labels
    ) -> tuple[Shaped[Tensor, "*parts"], Bool[Tensor, "*parts"]] | None:
        """Targets and a mask of their shape; None where no row carries an entry of the task."""
        if self.name not in labels.targets:
            return None
        target = labels.targets[self.name]
        return target, widen(labels.present[self.name], target.shape)

    def known_to_fit(self, labels: Labels) -> tuple[Tensor, Tensor]:
        """Targets and mask to fit on, on the CPU.

        Raises:
            ValueError: no label of this task, or a NaN or infinite one, with row numbers.
        """
        found = self.known(labels)
        if found is None or not bool(found[1].any()):
            raise ValueError(
                f"task {self.name!r} should have at least one label to fit on. Found none among "
                f"{len(labels)} rows; targets are there for {sorted(labels.targets)}."
            )
        target, present = found[0].cpu(), found[1].cpu()
        if target.is_floating_point():
            self.refuse(present & ~target.isfinite(), target, "finite where present; mask it")
        return target, present

    def refuse(self, wrong: Tensor, target: Tensor, should: str) -> None:
        """Raise where any label is wrong, with its value and row number.

        Raises:
            ValueError: of the rows where ``wrong`` is true.
        """
        if not bool(wrong.any()):
            return
        found = wrong.nonzero()
        shown = ", ".join(
            f"{target[tuple(at)].item():g} in row {int(at[0])}" for at in found[:_ROWS_SHOWN]
        )
        more = f" and {len(found) - _ROWS_SHOWN} more" if len(found) > _ROWS_SHOWN else ""
        raise ValueError(f"labels of {self.name!r} should be {should}. Found {shown}{more}.")

    def read(self, outputs: Mapping[str, Tensor], part: str) -> Tensor:
        """One part of the outputs, in single precision at least.

        Raises:
            ValueError: the model has no such output.
        """
        key = f"{self.output}.{part}"
        if key not in outputs:
            raise ValueError(
                f"the model should answer {key!r} for task {self.name!r}. Found {sorted(outputs)}."
            )
        tensor = outputs[key]
        return tensor if tensor.dtype == torch.float64 else tensor.float()

    def keep(self, **state: Tensor) -> None:
        """Take over fitted state, on the device of the task."""
        for name, tensor in state.items():
            old = getattr(self, name)
            setattr(self, name, tensor.detach().to(old.device, torch.float32))

    def fitted(self, buffer: Tensor) -> Tensor:
        """Answer the buffer, once it is fitted.

        Raises:
            RuntimeError: `fit` has not run.
        """
        if not buffer.numel():
            raise RuntimeError(
                f"task {self.name!r} should be fitted before it is used. Found no fit: call "
                "fit(labels), or load a saved state."
            )
        return buffer

    def declare(self, *buffers: str) -> None:
        """Register buffers, empty until `fit`."""
        for name in buffers:
            self.register_buffer(name, torch.empty(0))

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        # Shapes are learned with the values: a fresh task takes those of the saved one.
        for name, buffer in self._buffers.items():
            saved = state_dict.get(prefix + name)
            if saved is not None and buffer is not None and saved.shape != buffer.shape:
                setattr(self, name, torch.empty_like(saved, device=buffer.device))
        super()._load_from_state_dict(state_dict, prefix, *rest)


def nothing(output: Float[Tensor, "*any"]) -> Float[Tensor, ""]:
    """Zero, attached to an output with zero gradient: the loss where no label is.

    Example:
        >>> nothing(torch.tensor([float("nan")])).item()
        0.0
    """
    return masked_sum(output, torch.zeros_like(output, dtype=torch.bool))


def count(present: Bool[Tensor, "*any"]) -> Float[Tensor, ""]:
    """Count what is present, as a float scalar: the weight of labels that all weigh one.

    Example:
        >>> count(torch.tensor([True, False, True])).item()
        2.0
    """
    return present.sum().float()


def column_moments(
    target: Shaped[Tensor, "n ..."], present: Bool[Tensor, "n ..."]
) -> tuple[Float[Tensor, ...], Float[Tensor, ...]]:
    """Mean and standard deviation of what is present, over rows, in double precision.

    Example:
        >>> known = torch.tensor([True, True, False])
        >>> [m.item() for m in column_moments(torch.tensor([1.0, 3.0, 9.0]), known)]
        [2.0, 1.0]
    """
    values = hide(target.double(), present)
    n = present.sum(0)
    centre = values.sum(0) / n
    spread = (hide(values - centre, present) ** 2).sum(0).div(n).sqrt()
    return centre, spread
