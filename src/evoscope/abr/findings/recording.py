"""What an analysis says of one recording."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

WaveName = Literal["I", "II", "III", "IV", "V"]
WAVES: tuple[WaveName, ...] = ("I", "II", "III", "IV", "V")
IntervalName = Literal["I-III", "III-V", "I-V", "V/I", "interaural V"]
NoiseSource = Literal["trials", "halves", "replicates", "prestimulus", "model", "none"]
ResponseCall = Literal["CR", "RA", "INC"]
Flag = Literal["within", "below", "above", "no norm"]


def writable(text: object) -> object:
    """Replace what no text file can hold: bytes of a path that the system could not decode.

    Example:
        >>> writable("right " + chr(0xDCE9) + "ar.csv") == "right " + chr(0xFFFD) + "ar.csv"
        True
    """
    if not isinstance(text, str) or text.isascii():
        return text
    try:
        data = text.encode("utf-8", "surrogateescape")  # the bytes as they are on the disk
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")
    return data.decode("utf-8", "replace")


FromFile = Annotated[str, BeforeValidator(writable)]
"""Text that came from a file or is its name."""


class Model(BaseModel):
    """Base of every finding: immutable, and a typo in a field name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(Model):
    """A number with its 90 % interval; an end is ``None`` where it cannot be told."""

    value: float
    low: float | None = None
    high: float | None = None


class Wave(Model):
    """One of waves I-V: is it there, when, how large (peak to following trough)."""

    name: WaveName
    probability: float = Field(ge=0.0, le=1.0)
    present: bool
    latency_ms: Estimate | None = None
    amplitude_uv: Estimate | None = None


class IntervalFinding(Model):
    """A difference or ratio of waves beside its norm; ms, except V/I, which has no unit."""

    name: IntervalName
    estimate: Estimate
    norm_low: float | None = None
    norm_high: float | None = None
    flag: Flag = "no norm"


class Trace(Model):
    """A waveform in microvolts with its clock, as drawn."""

    start_ms: float
    step_ms: float
    values_uv: tuple[float, ...]


class RecordingFindings(Model):
    """Waves, noise and response call of one recording, or of a level with ``pooled`` of them.

    ``fmp`` and ``fmp_p`` are empty unless single trials or replicates allow them; a statistic
    computed from halves is in ``half_f`` and is not called Fmp. ``call`` is CR (clear response),
    RA (response absent) or INC (inconclusive) by the rule named in ``call_rule``.
    """

    path: FromFile
    format: str
    record: int
    pooled: int = 1
    level_db: float
    sweeps: int | None = None
    noise_source: NoiseSource
    residual_noise_nv: float | None = None
    fmp: float | None = None
    half_f: float | None = None
    p_value: float | None = None
    snr_db: float | None = None
    response_probability: float | None = None
    call: ResponseCall
    call_rule: str
    more_sweeps: int | None = None
    stopping: str = ""
    waves: tuple[Wave, ...] = ()
    intervals: tuple[IntervalFinding, ...] = ()
    trace: Trace
    denoised: Trace
    warnings: tuple[FromFile, ...] = ()

    def wave(self, name: WaveName) -> Wave | None:
        """Return a wave by name, or ``None`` when the analyzer does not report it."""
        return next((w for w in self.waves if w.name == name), None)
