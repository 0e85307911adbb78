"""The published document: findings of many series, what failed, what was skipped."""

from __future__ import annotations

from typing import Any, Literal

from evoscope.abr.findings.recording import Estimate, Flag, FromFile, Model
from evoscope.abr.findings.series import Findings, LossType

SCHEMA_ID = "evoscope/findings/1"


class InterauralFinding(Model):
    """Wave V of the two ears at one level: right minus left in ms, beside its norm."""

    subject: FromFile
    stimulus: str
    level_db: float
    estimate: Estimate
    norm_low: float | None = None
    norm_high: float | None = None
    flag: Flag = "no norm"
    right_series: FromFile
    left_series: FromFile


class AudiogramPoint(Model):
    """Estimated hearing level at one frequency: tone threshold minus the eHL correction."""

    subject: FromFile
    ear: str
    frequency_hz: float
    hearing_level: Estimate | None = None
    status: str
    correction_db: float
    note: str = ""


class EarFinding(Model):
    """What several series of an ear say together: its loss type."""

    subject: FromFile
    ear: str
    series: tuple[FromFile, ...]
    loss_type: LossType


class ReadError(Model):
    """A recording that could not be read."""

    file: FromFile
    reason: FromFile
    hint: str = ""


class SkippedFile(Model):
    """A file in a folder that is not a recording."""

    file: FromFile
    why: str


class Document(Model):
    """Everything one run found, in the published schema.

    Example:
        >>> Document(version="0.1.0").schema_id
        'evoscope/findings/1'
    """

    schema_id: Literal["evoscope/findings/1"] = "evoscope/findings/1"
    version: str
    series: tuple[Findings, ...] = ()
    interaural: tuple[InterauralFinding, ...] = ()
    audiogram: tuple[AudiogramPoint, ...] = ()
    ears: tuple[EarFinding, ...] = ()
    errors: tuple[ReadError, ...] = ()
    skipped: tuple[SkippedFile, ...] = ()
    disclaimer: str = "Research software. Not a medical device."


def json_schema() -> dict[str, Any]:
    """Return the JSON schema that every findings.json follows.

    Example:
        >>> json_schema()["title"]
        'Document'
    """
    return Document.model_json_schema()
