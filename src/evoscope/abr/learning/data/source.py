"""Series of an encoded cohort, as the loop takes them."""

from __future__ import annotations

from functools import cached_property

import torch
from jaxtyping import Int
from torch import Tensor

from evoscope.abr.encoding import EncodedCohort, column
from evoscope.abr.learning.data.band import other_filter
from evoscope.abr.learning.data.clock import cut_short, moved_onset
from evoscope.abr.learning.data.labels import labels_of
from evoscope.abr.learning.data.level_scale import other_level_scale
from evoscope.abr.learning.data.louder import more_noise
from evoscope.abr.learning.data.recordings import Recordings, Store
from evoscope.abr.learning.data.settings import Augmentation
from evoscope.abr.learning.data.silence import silenced
from evoscope.abr.learning.data.thinning import thinned
from evoscope.abr.learning.data.unknown import missing_conditions, swapped_halves
from evoscope.abr.learning.data.without_halves import without_halves
from evoscope.multitask import Batch, Labels

_LEVEL = column("level_db")


class SeriesSource:
    """Series by number; a batch holds their recordings under each other, nothing is padded.

    Args:
        cohort: what to read.
        augmentation: how it is varied; ``None`` for evaluation.
        marked: learn what a clinician marked instead of what is so.

    Raises:
        ValueError: more noise than a clinician saw, for marks made on what was seen.

    Example:
        >>> from tempfile import mkdtemp
        >>> from evoscope.abr.encoding import encode_cohort
        >>> from evoscope.abr.simulation.make import simulate
        >>> cohort = simulate(f"{mkdtemp()}/cohort.parquet", patients=6, seed=1)
        >>> patients = set(cohort.to_pandas(["patient_id"])["patient_id"])
        >>> source = SeriesSource(encode_cohort(cohort, patients))
        >>> batch = source.batch(torch.tensor([0, 3]), torch.Generator())
        >>> len(batch), batch.inputs["waveforms"].shape[0] == int(batch.sizes.sum())
        (2, True)
    """

    def __init__(
        self,
        cohort: EncodedCohort,
        *,
        augmentation: Augmentation | None = None,
        marked: bool = False,
    ) -> None:
        if marked and augmentation is not None and augmentation.more_noise:
            raise ValueError(
                "more_noise should be 0 where marks are learned: they were made on the noise that "
                f"was there. Found {augmentation.more_noise:g}."
            )
        self._store = Store(cohort, marked=marked)
        self._augmentation = augmentation
        self._patients = cohort.patient_id.tolist()

    def __len__(self) -> int:
        return len(self._store)

    @cached_property
    def labels(self) -> Labels:
        """What is known of every recording, unvaried; it shares the memory of the cohort."""
        return labels_of(self._store.all)

    @property
    def sizes(self) -> Int[Tensor, " series"]:
        """Recordings of every series."""
        return self._store.sizes

    @property
    def kinds(self) -> Int[Tensor, " series"]:
        """Samples of the recordings of every series: here all the same."""
        return torch.full_like(self.sizes, self.samples)

    @property
    def samples(self) -> int:
        """Samples of every recording."""
        return self._store.all.waveforms.shape[1]

    @property
    def groups(self) -> list[str]:
        """The patient of every recording: those of one are not independent."""
        sizes = self._store.sizes.tolist()
        return [p for p, n in zip(self._patients, sizes, strict=True) for _ in range(n)]

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        """Make the batch of these series, ``(k,)``; what is varied is drawn from ``generator``."""
        return batch_of(self.recordings(rows, generator))

    def recordings(self, series: Int[Tensor, " k"], generator: torch.Generator) -> Recordings:
        """Draw the recordings of these series, varied."""
        store, settings = self._store, self._augmentation
        rows = store.rows(series)
        of = torch.arange(len(series)).repeat_interleave(store.sizes[series])
        if settings is None:
            return store.take(rows, series=series, of=of)
        kept = thinned(of, store.all.conditions[rows, _LEVEL], settings, generator)
        drawn = store.take(rows[kept], series=series, of=of[kept])
        if settings.swap_halves:
            drawn = swapped_halves(drawn, generator)
        if settings.silent or settings.raised_threshold:
            drawn = silenced(drawn, settings, generator)
        if settings.more_noise:
            drawn = more_noise(drawn, store, settings, generator)
        if settings.other_filter:
            drawn = other_filter(drawn, settings, generator)
        if settings.moved_onset or settings.moved_tones:
            drawn = moved_onset(drawn, settings, generator)
        if settings.cut_short:
            drawn = cut_short(drawn, settings, generator)
        if settings.replicates or settings.missing_halves:
            drawn = without_halves(drawn, store, settings, generator)
        if settings.other_level_scale:
            drawn = other_level_scale(drawn, settings, generator)
        if settings.missing_conditions:
            drawn = missing_conditions(drawn, settings, generator)
        return drawn


def batch_of(recordings: Recordings) -> Batch:
    """Put recordings into the form of a network's arguments, with their labels."""
    inputs = {
        "waveforms": recordings.waveforms,
        "noise": recordings.noise,
        "covered": recordings.covered,
        "conditions": recordings.conditions,
        "series": recordings.series,
    }
    sizes = torch.bincount(recordings.series, minlength=recordings.n_series)
    return Batch(inputs, labels_of(recordings), sizes)
