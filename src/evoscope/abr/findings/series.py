"""What an analysis says of a series: threshold, loss type, and everything below."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evoscope.abr.findings.recording import FromFile, Model, RecordingFindings

ThresholdStatus = Literal["estimated", "no_response", "below_range", "inconclusive"]
LossName = Literal["normal", "neuropathy", "snhl", "total", "chl", "cannot tell"]
LOSS_TYPES: tuple[LossName, ...] = ("normal", "neuropathy", "snhl", "total", "chl")


class CurvePoint(Model):
    """Evidence for a response at one level, as the threshold rule sees it."""

    level_db: float
    evidence: float
    fitted: float | None = None


class Threshold(Model):
    """The lowest level with a response, with its 90 % interval, or why there is none.

    ``value_db`` is set only with status ``estimated``: the softest tested level at or above
    ``fitted_db``, where the fitted response crosses the criterion. ``no_response``: no level has
    one, the threshold lies above ``low_db``. ``below_range``: every level has one, it lies at or
    below ``high_db``. ``inconclusive``: the reason is in ``reason``.
    """

    status: ThresholdStatus
    value_db: float | None = None
    fitted_db: float | None = None
    low_db: float | None = None
    high_db: float | None = None
    level_reference: str
    method: str
    criterion: float
    evidence_name: str
    curve: tuple[CurvePoint, ...] = ()
    reason: str = ""


class LossType(Model):
    """Probabilities of the loss types, or ``cannot tell`` with the reason."""

    name: LossName
    probability: float | None = None
    probabilities: dict[str, float] = Field(default_factory=dict)
    reason: str = ""


class Analyzer(Model):
    """Who answered: name, version and, for a model pack, its hash."""

    name: str
    version: str
    sha256: str | None = None


class SeriesInfo(Model):
    """What the series is, as understood from its files."""

    name: FromFile
    file: FromFile
    subject: FromFile
    ear: str
    species: str
    age_years: float | None = None
    age_weeks: float | None = None
    sex: str = "unknown"
    stimulus: str
    frequency_hz: float | None = None
    transducer: str
    rate_hz: float | None = None
    level_reference: str


class Findings(Model):
    """All that was found in one series.

    Attributes:
        info: subject, ear, stimulus.
        recordings: one entry per recording, softest level first.
        levels: one entry per level, replicates and polarities pooled: what a reader reads. Their
            ``record`` is 0 and ``pooled`` says how many recordings are in it.
        threshold, loss_type: of the series.
        processing: what was done to the data, one sentence a step, in order.
        warnings: what the reader should know before believing the numbers.
        analyzer: who answered.
    """

    info: SeriesInfo
    recordings: tuple[RecordingFindings, ...]
    levels: tuple[RecordingFindings, ...]
    threshold: Threshold
    loss_type: LossType
    processing: tuple[str, ...] = ()
    warnings: tuple[FromFile, ...] = ()
    analyzer: Analyzer

    @property
    def levels_db(self) -> tuple[float, ...]:
        """Distinct levels in dB, softest first."""
        return tuple(sorted({r.level_db for r in self.recordings}))
