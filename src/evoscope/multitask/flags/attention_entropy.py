"""Red flag: attention that looks at one key only, whatever it is shown."""

from __future__ import annotations

import torch
from pydantic import Field

from evoscope.multitask.batch import Source
from evoscope.multitask.callback import Control, EpochResult
from evoscope.multitask.flags.attention import attention_entropies, is_attentive
from evoscope.multitask.flags.flag import Flag, FlagSettings
from evoscope.multitask.seeds import generator


class AttentionEntropySettings(FlagSettings):
    """See `AttentionEntropy`.

    Attributes:
        least: mean entropy of the weights over that of looking everywhere alike.
        rows: of the probe batch.
    """

    least: float = Field(default=0.05, gt=0, lt=1)
    rows: int = Field(default=16, ge=1)


class AttentionEntropy(Flag):
    """Raised by an attention whose weights collapse; after every epoch, on a probe batch.

    Watches the modules that are `Attentive`. A collapsed softmax has no gradient left, so it does
    not recover by itself (attention entropy collapse; Zhai et al., 2023).

    Args:
        settings: of the flag.
        source: whose first rows are the probe.
        seed: of what the source draws.
    """

    name = "attention_entropy"

    def __init__(self, settings: AttentionEntropySettings, source: Source, seed: int) -> None:
        super().__init__(settings)
        self._settings = settings
        self._source = source
        self._seed = seed

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Probe the model."""
        if not any(is_attentive(module) for module in run.model.modules()):
            return
        rows = torch.arange(min(self._settings.rows, len(self._source)))
        probe = self._source.batch(rows, generator(self._seed, "probe"))
        device = next(run.model.parameters()).device
        for name, entropy in attention_entropies(run.model, probe.to(device).inputs).items():
            if entropy >= self._settings.least:
                self.take_down(run, name, epoch=result.epoch)
                continue
            self.put_up(
                run,
                name,
                f"attention {name} should spread over keys, with an entropy of at least "
                f"{self._settings.least:g} of the largest. Found {entropy:.3g}.",
                epoch=result.epoch,
                value=entropy,
                threshold=self._settings.least,
            )
