"""Several cohorts as one: clinic and enriched, adults, infants, mice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from jaxtyping import Int
from torch import Tensor

from evoscope.abr.learning.data.source import SeriesSource
from evoscope.multitask import Batch, Labels
from evoscope.multitask.batch import rows_of


class MixedSource:
    """Sources in given shares; every series of each is there at least once.

    The source that is largest for its share sets the length; series of the others come again within
    it, all equally often to within one. Shorter recordings are continued by samples that are not
    covered, up to the longest ones of the batch.

    Args:
        sources: what to mix.
        shares: of the series of an epoch, one for each source, above 0; they need not sum to 1.

    Raises:
        ValueError: no source, or shares that do not fit.
    """

    def __init__(self, sources: Sequence[SeriesSource], shares: Sequence[float]) -> None:
        if not sources or len(sources) != len(shares) or min(shares) <= 0.0:
            raise ValueError(
                "there should be sources, and for each a share above 0. "
                f"Found {len(sources)} sources and the shares {list(shares)}."
            )
        self._sources = list(sources)
        longest = max(len(s) / share for s, share in zip(sources, shares, strict=True))
        counts = [round(longest * share) for share in shares]
        self._which = torch.repeat_interleave(torch.tensor(counts))
        self._row = torch.cat(
            [torch.arange(n) % len(s) for s, n in zip(sources, counts, strict=True)]
        )

    def __len__(self) -> int:
        return len(self._row)

    @cached_property
    def labels(self) -> Labels:
        """What is known of every recording; of those that come again, again."""
        parts = []
        for i, source in enumerate(self._sources):
            rows = rows_of(source.sizes, self._row[self._which == i])
            parts.append(source.labels[rows])
        samples = max(part.targets["signal"].shape[1] for part in parts)
        return _under_each_other([_longer(part, samples) for part in parts])

    @property
    def sizes(self) -> Int[Tensor, " series"]:
        """Recordings of every series."""
        parts = [s.sizes[self._row[self._which == i]] for i, s in enumerate(self._sources)]
        return torch.cat(parts)

    @property
    def kinds(self) -> Int[Tensor, " series"]:
        """Samples of the recordings of every series: those of one length need no filling."""
        lengths = torch.tensor([source.samples for source in self._sources])
        return lengths[self._which]

    @property
    def groups(self) -> list[str]:
        """The patient of every recording, with the number of the source: ids may repeat."""
        names: list[str] = []
        for i, source in enumerate(self._sources):
            own = rows_of(source.sizes, self._row[self._which == i]).tolist()
            groups = source.groups
            names += [f"{i}:{groups[row]}" for row in own]
        return names

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        """Make the batch of these series."""
        batches, places = [], []
        for i, source in enumerate(self._sources):
            place = torch.nonzero(self._which[rows] == i)[:, 0]
            if len(place):
                batches.append(source.batch(self._row[rows[place]], generator))
                places.append(place)
        return _joined(batches)[torch.cat(places).argsort()]


def _joined(batches: Sequence[Batch]) -> Batch:
    samples = max(batch.inputs["waveforms"].shape[1] for batch in batches)
    inputs: dict[str, list[Tensor]] = {}
    series = 0
    for batch in batches:
        for name, tensor in batch.inputs.items():
            if name == "series":
                part = tensor + series
            elif name == "conditions":
                part = tensor
            else:
                part = F.pad(tensor, (0, samples - tensor.shape[1]))
            inputs.setdefault(name, []).append(part)
        series += len(batch)
    labels = _under_each_other([_longer(batch.labels, samples) for batch in batches])
    sizes = torch.cat([batch.sizes for batch in batches if batch.sizes is not None])
    return Batch({name: torch.cat(parts) for name, parts in inputs.items()}, labels, sizes)


def _longer(labels: Labels, samples: int) -> Labels:
    """Continue the signal by samples that nobody knows."""
    more = (0, samples - labels.targets["signal"].shape[1])
    signal, known = F.pad(labels.targets["signal"], more), F.pad(labels.present["signal"], more)
    return Labels({**labels.targets, "signal": signal}, {**labels.present, "signal": known})


def _under_each_other(parts: Sequence[Labels]) -> Labels:
    return Labels(
        {name: torch.cat([part.targets[name] for part in parts]) for name in parts[0].targets},
        {name: torch.cat([part.present[name] for part in parts]) for name in parts[0].present},
    )
