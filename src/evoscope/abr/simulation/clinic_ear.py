"""An ear of a clinic: its own threshold at every stimulus, its own latencies, shapes and loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.norms import to_nhl
from evoscope.abr.simulation.classes import LossClass, Mechanism
from evoscope.abr.simulation.morphology import Morphology
from evoscope.abr.simulation.thresholds import normal_threshold_db

# Weights of the audiogram at the four anchors in a click's threshold [model code of others].
CLICK_WEIGHTS = (0.0, 0.25, 0.35, 0.40)
GROWN_UP_WEEKS = 4 * 52.18
INFANT_WEEKS = 52.18


@dataclass(frozen=True, kw_only=True)
class Microphonic:
    """A cochlear microphonic: follows the sound's polarity, and its latency no level.

    Attributes:
        peak_uv: amplitude at 90 dB nHL.
        frequency_hz: of its ringing.
        decay_ms: time constant of its decay.
    """

    peak_uv: float
    frequency_hz: float
    decay_ms: float


@dataclass(frozen=True, kw_only=True)
class ClinicEar:
    """Everything that makes this ear answer as it does. Nothing here is noise.

    Attributes:
        side: left or right.
        species, sex, age_weeks, level_reference: whose ear, and in what its levels are counted.
        loss, mechanism: the class a clinic writes, and what is really wrong.
        morphology: how its waves look.
        anchors_hz, hearing_loss_db: the sensorineural loss at four frequencies, dB.
        gap_db: air-bone gap.
        offset_db: how far a normal ear's threshold would lie from the norm, were nothing lost.
        response_from_db: for auditory neuropathy and profound loss, the level above which there
            is a response, whatever the audiogram; infinite where there never is one.
        delay_ms: of waves I-V, this ear against the mean, at all levels and stimuli.
        soft_ms: more delay at soft levels, in SDs.
        size: amplitudes of waves I-V relative to the norm.
        breadth: width of all waves relative to the norm.
        microphonic: of the outer hair cells, or ``None``.
        summating_uv: summating potential at 90 dB nHL, 0 in most ears.
        muscle_uv: post-auricular muscle response to loud sounds, 0 in most ears.
        slow_uv: slow potential on which wave V rides.
        latency_shift_sd, amplitude_shift_sd: how far all waves lie from the norms, in their SDs.
    """

    side: str
    species: str
    sex: str
    age_weeks: float
    level_reference: str
    loss: LossClass
    mechanism: Mechanism
    morphology: Morphology
    anchors_hz: tuple[float, float, float, float]
    hearing_loss_db: tuple[float, float, float, float]
    gap_db: float
    offset_db: float
    response_from_db: float | None
    delay_ms: tuple[float, float, float, float, float]
    soft_ms: float
    size: tuple[float, float, float, float, float]
    breadth: float
    microphonic: Microphonic | None
    summating_uv: float
    muscle_uv: float
    slow_uv: float
    latency_shift_sd: float = 0.0
    amplitude_shift_sd: float = 0.0

    @property
    def infancy(self) -> float:
        """1 in the first year, falling to 0 at four: how far amplitudes are an infant's [assumed].

        Amplitude norms of infants and adults differ and no source says when one becomes the other.
        """
        span = GROWN_UP_WEEKS - INFANT_WEEKS
        return float(np.clip((GROWN_UP_WEEKS - self.age_weeks) / span, 0.0, 1.0))

    def loss_at(self, frequency_hz: float | None) -> float:
        """Sensorineural loss in dB at a tone, or for a click the weighted mean of the anchors."""
        if frequency_hz is None:
            return float(np.dot(CLICK_WEIGHTS, self.hearing_loss_db))
        return float(
            np.interp(np.log2(frequency_hz), np.log2(self.anchors_hz), self.hearing_loss_db)
        )

    def threshold_db(self, stimulus: str, frequency_hz: float | None) -> float:
        """Level above which there is a response to a stimulus; infinite where there never is."""
        if self.response_from_db is not None:
            return self.response_from_db
        norm = normal_threshold_db(stimulus, frequency_hz, self.species, self.level_reference)
        return norm + self.offset_db + self.gap_db + self.loss_at(frequency_hz)

    def normal_level_db(
        self, level_db: NDArray[np.float64], stimulus: str, frequency_hz: float | None
    ) -> NDArray[np.float64]:
        """Levels at which a normal ear would answer as this one does, ``(n,)``.

        Conductive: shifted in parallel by the gap (McGee & Clemis 1982). Sensorineural: catches up
        with normal over 40 dB above threshold, 55 dB for a sloping loss (recruitment) [extent
        assumed; normal at high levels and near threshold: Verhulst 2016].
        """
        norm = normal_threshold_db(stimulus, frequency_hz, self.species, self.level_reference)
        if self.response_from_db is not None:
            return level_db
        recruits = self.loss_at(frequency_hz)
        span = 40.0 if self.mechanism == "flat" else 55.0
        above = level_db - (norm + self.offset_db + self.gap_db + recruits)
        lost = recruits * (1.0 - np.clip(above / span, 0.0, 1.0))
        return np.asarray(level_db - self.offset_db - self.gap_db - lost)

    def high_frequency_delay_ms(self, frequency_hz: float | None) -> float:
        """Delay of V by a loss at the basal end: 0.1 ms per 10 dB above 50 dB HL at 4 kHz.

        A click's response then comes from further along the cochlea. A tone chooses its own place,
        and a flat loss moves none.
        """
        if frequency_hz is not None or self.mechanism == "flat":
            return 0.0
        return 0.01 * max(0.0, self.hearing_loss_db[3] - 50.0)

    def nhl(
        self, level_db: NDArray[np.float64], stimulus: str, frequency_hz: float | None
    ) -> NDArray[np.float64]:
        """Levels in dB nHL; of an animal, approximately: in dB above 15 dB SPL."""
        if self.species != "human":
            return level_db - 15.0
        kind = stimulus if frequency_hz is None else "tone"
        return level_db + to_nhl(0.0, stimulus=kind, level_reference=self.level_reference)
