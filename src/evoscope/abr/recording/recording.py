"""One averaged waveform with everything needed to read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.recording._frame import complaint, frozen_float32, one_of, positive
from evoscope.abr.recording.epochs import Epochs
from evoscope.abr.recording.stimulus import Stimulus
from evoscope.abr.recording.subject import Subject

OnsetSource = Literal["file", "assumed", "corrected"]
Response = Literal["ABR", "CAP"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a recording came from: file path, format name and record number inside the file."""

    path: str
    format: str
    record: int = 0


@dataclass(frozen=True, eq=False, kw_only=True)
class Recording:
    """An averaged evoked response: microvolts, vertex-positive up, with its clock and its source.

    Attributes:
        waveform: ``(n_samples,)`` float32 microvolts, read-only.
        sampling_rate_hz: sampling rate in Hz.
        onset_sample: index of time zero (stimulus onset); a float, it may lie between samples or
            before the first one.
        onset_source: ``file`` (stated), ``assumed`` (the format does not state it) or
            ``corrected`` (by the time-zero check).
        stimulus, subject, source: what was played, to whom, from which file.
        halves: ``(2, n_samples)`` half-averages A and B, or ``None``. ``(A + B) / 2`` is the
            average and ``(A - B) / 2`` its residual noise.
        sweeps: accepted sweeps in the average, or ``None`` when the file does not say.
        sweeps_rejected: sweeps rejected as artefact, or ``None``.
        band_hz: ``(high_pass, low_pass)`` of the acquisition filter in Hz, or ``None``.
        epochs: the single trials the average was made of, where the file has them.
        response: what was recorded: an auditory brainstem response, or a compound action
            potential, which has no waves I-V.
        warnings: what the reader noticed, in sentences.

    Raises:
        ValueError: NaN or infinite samples, wrong shapes, an impossible rate or count.

    Example:
        >>> import numpy as np
        >>> rec = Recording(waveform=np.zeros(200), sampling_rate_hz=15_000.0, onset_sample=14.6,
        ...                 stimulus=Stimulus(kind="click", level_db=60.0),
        ...                 subject=Subject(id="demo"), source=Source(path="x", format="csv"))
        >>> round(float(rec.time_ms[-1]), 2)
        12.29
    """

    waveform: NDArray[np.float32]
    sampling_rate_hz: float
    onset_sample: float
    stimulus: Stimulus
    subject: Subject
    source: Source
    onset_source: OnsetSource = "file"
    halves: NDArray[np.float32] | None = None
    sweeps: int | None = None
    sweeps_rejected: int | None = None
    band_hz: tuple[float, float] | None = None
    epochs: Epochs | None = None
    response: Response = "ABR"
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "waveform", frozen_float32("waveform", self.waveform, 1))
        positive("sampling_rate_hz", self.sampling_rate_hz)
        one_of("onset_source", self.onset_source, get_args(OnsetSource))
        one_of("response", self.response, get_args(Response))
        if not np.isfinite(self.onset_sample):
            raise complaint("onset_sample", "a finite sample index", self.onset_sample)
        if self.sweeps is not None and self.sweeps < 1:
            raise complaint("sweeps", "at least 1, or None when unknown", self.sweeps)
        if self.halves is not None:
            halves = frozen_float32("halves", self.halves, 2)
            if halves.shape != (2, self.waveform.size):
                raise complaint("halves", f"of shape (2, {self.waveform.size})", halves.shape)
            object.__setattr__(self, "halves", halves)

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return int(self.waveform.size)

    @property
    def time_ms(self) -> NDArray[np.float64]:
        """Time of each sample in ms after stimulus onset, ``(n_samples,)``."""
        samples = np.arange(self.n_samples, dtype=np.float64)
        return (samples - self.onset_sample) * (1000.0 / self.sampling_rate_hz)

    @property
    def level_db(self) -> float:
        """Stimulus level in dB re its reference."""
        return self.stimulus.level_db

    @property
    def label(self) -> str:
        """Short name for messages: file, record and level."""
        return f"{self.source.path}#{self.source.record} ({self.level_db:g} dB)"

    def with_warning(self, text: str) -> Recording:
        """Return the same recording with one more warning."""
        return self if text in self.warnings else replace(self, warnings=(*self.warnings, text))
