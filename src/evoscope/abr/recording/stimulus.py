"""The sound that evoked the response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from evoscope.abr.recording._frame import complaint, finite, one_of, positive

StimulusKind = Literal["click", "tone", "chirp", "unknown"]
LevelReference = Literal["nHL", "SPL", "peSPL", "unknown"]
Polarity = Literal["alternating", "rarefaction", "condensation", "unknown"]
Transducer = Literal["insert", "headphone", "bone", "free field", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Stimulus:
    """A stimulus as the device states it; ``None`` and ``"unknown"`` mean the file does not say.

    Attributes:
        kind: click, tone (burst), chirp or unknown.
        frequency_hz: tone frequency in Hz; ``None`` unless ``kind`` is ``"tone"``
            (narrow-band chirps state their centre frequency).
        level_db: level in dB re ``level_reference``. Levels of different references never mix.
        level_reference: nHL, SPL, peSPL or unknown.
        rate_hz: presentations per second.
        polarity: alternating, rarefaction, condensation or unknown.
        transducer: insert, headphone, bone, free field or unknown.
        tube_delay_ms: acoustic delay of an insert earphone's tube (0.8-0.9 ms), 0 without one.
        tube_delay_included: whether latencies counted from time zero still contain that delay.
        duration_ms: stimulus duration in ms.
        masking_db: level of contralateral masking in dB; ``None`` without masking.

    Raises:
        ValueError: a word outside its vocabulary, a number that cannot be.

    Example:
        >>> Stimulus(kind="tone", frequency_hz=4000, level_db=60, level_reference="SPL").label
        '4 kHz tone'
    """

    kind: StimulusKind
    level_db: float
    frequency_hz: float | None = None
    level_reference: LevelReference = "unknown"
    rate_hz: float | None = None
    polarity: Polarity = "unknown"
    transducer: Transducer = "unknown"
    tube_delay_ms: float = 0.0
    tube_delay_included: bool = False
    duration_ms: float | None = None
    masking_db: float | None = None

    def __post_init__(self) -> None:
        one_of("kind", self.kind, get_args(StimulusKind))
        one_of("level_reference", self.level_reference, get_args(LevelReference))
        one_of("polarity", self.polarity, get_args(Polarity))
        one_of("transducer", self.transducer, get_args(Transducer))
        finite("level_db", self.level_db)
        if not -60.0 <= self.level_db <= 200.0:
            raise complaint("level_db", "between -60 and 200 dB", self.level_db)
        positive("frequency_hz", self.frequency_hz)
        positive("rate_hz", self.rate_hz)
        positive("duration_ms", self.duration_ms)
        finite("masking_db", self.masking_db)
        if not 0.0 <= self.tube_delay_ms <= 10.0:
            raise complaint("tube_delay_ms", "between 0 and 10 ms", self.tube_delay_ms)
        if self.kind == "tone" and self.frequency_hz is None:
            raise complaint("frequency_hz", "stated for a tone", None)
        if self.kind == "click" and self.frequency_hz is not None:
            raise complaint("frequency_hz", "None for a click", self.frequency_hz)

    @property
    def label(self) -> str:
        """What a person calls it: ``click``, ``4 kHz tone``."""
        if self.frequency_hz is None:
            return self.kind if self.kind != "unknown" else "unknown stimulus"
        return f"{self.frequency_hz / 1000:g} kHz {self.kind}"
