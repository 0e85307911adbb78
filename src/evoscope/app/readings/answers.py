"""How two readers of the same series compare, as it is answered."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evoscope.abr.findings import LossName, ThresholdStatus, WaveName


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WaveSaid(_Answer):
    """What one reader says of a wave; ``own``: marked by the reader, not left as it was."""

    present: bool
    latency_ms: float | None = None
    amplitude_uv: float | None = None
    own: bool = False


class WavePair(_Answer):
    """A wave at a level as both read it."""

    level_db: float
    wave: WaveName
    a: WaveSaid
    b: WaveSaid


class ThresholdSaid(_Answer):
    """A threshold as one reads it."""

    status: ThresholdStatus
    value_db: float | None = None
    own: bool = False


class LossSaid(_Answer):
    """A loss type as one reads it."""

    name: LossName
    own: bool = False


class Compared(_Answer):
    """Both readings of one series: ``a`` and ``b`` are of the threshold.

    ``level_reference`` is of its threshold and of every level of its waves.
    """

    series: str
    level_reference: str
    a: ThresholdSaid
    b: ThresholdSaid
    loss_type_a: LossSaid
    loss_type_b: LossSaid
    waves: tuple[WavePair, ...]


class Figure(_Answer):
    """A number with how many pairs it comes from; ``why`` where it cannot be told."""

    value: float | None
    n: int
    why: str = ""


class WaveAgreement(_Answer):
    """Agreement on one wave over all levels and series.

    Attributes:
        agreement, kappa: on its presence: the share of equal answers, and Cohen's kappa.
        latency_bias_ms, latency_low_ms, latency_high_ms: b minus a where both see it, and the
            limits of agreement (Bland & Altman 1986).
        amplitude_bias_uv: b minus a.
    """

    wave: WaveName
    agreement: Figure
    kappa: Figure
    latency_bias_ms: Figure
    latency_low_ms: Figure
    latency_high_ms: Figure
    amplitude_bias_uv: Figure


class Comparison(_Answer):
    """Two readers compared.

    Attributes:
        a, b: their names.
        series: every series that was compared.
        waves: agreement, wave by wave.
        threshold_bias_db: b minus a where both name one; ``threshold_concordance`` beside it.
        threshold_status_agreement, loss_type_agreement: share of equal statuses, of equal types.
    """

    a: str
    b: str
    series: tuple[Compared, ...]
    waves: tuple[WaveAgreement, ...]
    threshold_bias_db: Figure
    threshold_concordance: Figure
    threshold_status_agreement: Figure
    loss_type_agreement: Figure
