"""Several models that answer as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from evoscope.multitask.ensemble.combine import combined
from evoscope.multitask.model import Outputs
from evoscope.multitask.tasks.task import Task

ANSWERS = ("probabilities", "value")
"""Answers of `Task.predict` over which members can disagree."""


class Ensemble(nn.Module):
    """Models whose outputs are averaged; to everything else it is one model (Dietterich, 2000).

    It can be evaluated, or teach a smaller model (`Distilled`). Averages are taken in the space of
    each task, see `combined`; outputs that no task reads are left out.

    Args:
        members: models of the same tasks, of any architecture, on one device.
        tasks: what is asked.

    Raises:
        ValueError: no members.
        TypeError: a task that does not say how to average.

    Example:
        >>> from evoscope.multitask import MultiTaskModel, Regression
        >>> from evoscope.multitask.heads import ImprovedTaskHead
        >>> def member() -> nn.Module:
        ...     head = ImprovedTaskHead(3, 1, task_type="regression")
        ...     return MultiTaskModel(nn.Identity(), {"size": head})
        >>> ensemble = Ensemble([member(), member()], [Regression("size")]).eval()
        >>> answers = ensemble.predict(input=torch.randn(4, 3))["size"]
        >>> {name: tuple(answer.shape) for name, answer in answers.items()}
        {'value': (4,), 'disagreement': (4,)}
    """

    def __init__(self, members: Sequence[nn.Module], tasks: Sequence[Task]) -> None:
        super().__init__()
        if not members:
            raise ValueError("an ensemble should have members. Found none.")
        self.members = nn.ModuleList(members)
        self.tasks = tuple(tasks)  # not a part of the model: they are saved with each run

    def forward(self, **inputs: Tensor) -> Outputs:
        """Average the members' outputs."""
        return self._combined(self._outputs(inputs))

    @torch.no_grad()
    def predict(self, **inputs: Tensor) -> dict[str, dict[str, Tensor]]:
        """Answer every task, with how far the members disagree.

        Returns:
            task -> answers of `Task.predict`, and ``disagreement``: the standard deviation between
            members of the probabilities, or of the value in the target's units. It is that part of
            the uncertainty which more data would take away; ``spread``, where a task has one, is
            that of the whole.
        """
        outputs = self._outputs(inputs)
        one = self._combined(outputs)
        answers: dict[str, dict[str, Tensor]] = {}
        for task in self.tasks:
            answers[task.name] = own = task.predict(one)
            each = [task.predict(member) for member in outputs]
            for name in ANSWERS:
                if name in own:
                    stacked = torch.stack([answer[name] for answer in each])
                    own["disagreement"] = stacked.std(0, correction=0)
        return answers

    def _outputs(self, inputs: Mapping[str, Tensor]) -> list[Outputs]:
        return [member(**inputs) for member in self.members]

    def _combined(self, members: Sequence[Outputs]) -> Outputs:
        outputs: dict[str, Tensor] = {}
        for task in self.tasks:
            outputs |= combined(task, members)
        return outputs
