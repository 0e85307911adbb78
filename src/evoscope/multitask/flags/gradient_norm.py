"""Red flag: gradients that explode, vanish, or never arrive."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from evoscope.multitask.callback import Control, StepResult
from evoscope.multitask.flags.flag import Flag, FlagSettings
from evoscope.multitask.optimisation.optimiser import part_of


class GradientNormSettings(FlagSettings):
    """See `GradientNorm`.

    Attributes:
        most, least: L2 norm, before clipping, of a head's or the backbone's gradient.
        steps: in a row outside of them before the flag goes up: single spikes are ordinary, and
            half precision finds its loss scale by overflowing a few times.
    """

    most: float = Field(default=10.0, gt=0)
    least: float = Field(default=1e-7, ge=0)
    steps: int = Field(default=10, ge=1)


class GradientNorm(Flag):
    """Raised by a head, or the backbone, whose gradient stays too large or too small.

    A head of a task with labels in the batch that gets no gradient at all counts as 0: it was
    detached on the way to its loss. Heads that are frozen, and tasks of weight 0, do not count.

    Args:
        settings: of the flag.
    """

    name = "gradient_norm"

    def __init__(self, settings: GradientNormSettings) -> None:
        super().__init__(settings)
        self._settings = settings
        self._streaks: dict[str, int] = {}  # part -> steps in a row that were wrong

    def on_step(self, run: Control, result: StepResult) -> None:
        """Look at the norms of heads whose tasks are present, and of the backbone."""
        settings = self._settings
        counted = {
            run.tasks[task].output.partition(".")[0]
            for task in result.losses
            if result.weights[task] != 0
        }
        norms = {part: result.gradient_norms.get(part) for part in (*counted, "backbone")}
        for part, norm in norms.items():
            if norm is None:
                if part not in counted or not _is_trained(run, part):
                    continue
                norm = 0.0
            if settings.least <= norm <= settings.most:
                self._streaks.pop(part, None)
                self.take_down(run, part, epoch=result.epoch)
                continue
            self._streaks[part] = self._streaks.get(part, 0) + 1
            if self._streaks[part] >= settings.steps and not self.stands(part):
                low = norm < settings.least
                self.put_up(
                    run,
                    part,
                    f"gradient norm of {part} should be between {settings.least:g} and "
                    f"{settings.most:g}. Found {norm:.3g}, outside for {self._streaks[part]} "
                    f"steps in a row.",
                    epoch=result.epoch,
                    value=norm,
                    threshold=settings.least if low else settings.most,
                )

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return super().state_dict() | {"streaks": dict(self._streaks)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        super().load_state_dict(state)
        self._streaks = dict(state["streaks"])


def _is_trained(run: Control, part: str) -> bool:
    return any(
        p.requires_grad and part_of(name) == part for name, p in run.model.named_parameters()
    )
