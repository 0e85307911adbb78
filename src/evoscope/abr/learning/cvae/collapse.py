"""Red flag: latent units that say nothing of the recording."""

from __future__ import annotations

from evoscope.abr.learning.cvae.settings import PosteriorCollapseSettings
from evoscope.multitask.callback import Control, EpochResult
from evoscope.multitask.flags.flag import Flag


class PosteriorCollapse(Flag):
    """Raised where fewer units are active than should be: the decoder has stopped to listen.

    Args:
        settings: of the flag.
        task: whose metric ``active_units`` is looked at.
        units: of the latent space.
    """

    name = "posterior_collapse"

    def __init__(self, settings: PosteriorCollapseSettings, *, task: str, units: int) -> None:
        super().__init__(settings)
        self._settings, self._task, self._units = settings, task, units

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Look at the validation rows."""
        figure = result.metrics.get(self._task, {}).get("active_units")
        if result.epoch < self._settings.from_epoch or figure is None or figure.value is None:
            return
        least = self._settings.least * self._units
        if figure.value >= least:
            self.take_down(run, self._task, epoch=result.epoch)
            return
        self.put_up(
            run,
            self._task,
            f"active latent units should be {least:g} or more of {self._units}. Found "
            f"{figure.value:g}, on {figure.n} recordings: lower beta, or give more free bits.",
            epoch=result.epoch,
            value=figure.value,
            threshold=least,
        )
