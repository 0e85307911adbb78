"""The fit report as a document: what ``fit.json`` holds."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

FEWEST_EARS = 5
Verdict = Literal["met", "missed", "not promised"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Marginal(_Part):
    """One marginal beside the published one.

    Attributes:
        name: with its unit.
        published, got: the two figures; ``got`` is empty where the cohort has none.
        distance: in ``distance_unit``: per cent of the published figure, or ``points`` (the unit
            of the marginal itself).
        tolerance: largest distance that was promised; empty where nothing was.
        verdict: met, missed or not promised; a promised figure that the cohort lacks is missed.
    """

    name: str
    published: float
    got: float | None
    distance: float | None
    distance_unit: Literal["%", "points"]
    tolerance: float | None
    verdict: Verdict


class Distance(_Part):
    """How far a whole distribution is from the published one."""

    name: str
    value: float
    unit: str
    says: str


class CurvePoint(_Part):
    """Wave V of normal ears at one level, beside the published value.

    Attributes:
        level_db: in dB nHL.
        n: recordings; ``ears``: how many ears they come from.
        mean, sd: found, moved to a young adult of unknown sex at 17/s.
        published, published_sd: the norm of that adult.
        inside: whether the mean is within one published SD; empty where there are fewer than
            ``FEWEST_EARS``, whose mean is chance.
    """

    level_db: float
    n: int
    ears: int
    mean: float
    sd: float
    published: float
    published_sd: float
    inside: bool | None


class NoiseFit(_Part):
    """Simulated noise against (A - B) / 2 of real recordings, at equal conditions.

    Attributes:
        simulated: what simulated it.
        n_real, n_simulated: recordings.
        log_spectral_distance_db: rms over frequency of the difference of the mean spectra in dB,
            each of unit power.
        spectral_floor_db: the same between the two real ears.
        autocorrelation_rms: rms difference of the mean autocorrelations.
        autocorrelation_floor: the same between the two real ears.
        noise_ks: Kolmogorov-Smirnov distance of the rms of the noise of an average.
        noise_median_ratio: simulated over real median of that rms.
    """

    simulated: str
    n_real: int
    n_simulated: int
    log_spectral_distance_db: float
    spectral_floor_db: float
    autocorrelation_rms: float
    autocorrelation_floor: float
    noise_ks: float
    noise_median_ratio: float


class TwoSample(_Part):
    """A classifier that tells real averages from simulated ones; 0.5 is indistinguishable.

    Attributes:
        simulated: what simulated them.
        n_real, n_simulated: averages.
        auc: cross-validated by recording: as the averages of one real ear are alike, it learns
            ears.
        auc_other_ear: tested on a real ear, and on simulated ears, that it was not fitted on.
        auc_other_ear_shape: the same when every average has unit power.
        auc_floor: one real ear from the other, cross-validated by recording.
    """

    simulated: str
    n_real: int
    n_simulated: int
    auc: float
    auc_other_ear: float
    auc_other_ear_shape: float
    auc_floor: float


class RealFit(_Part):
    """Everything that was compared with real recordings; ``skipped`` says why there is nothing."""

    skipped: str = ""
    noise: tuple[NoiseFit, ...] = ()
    two_sample: tuple[TwoSample, ...] = ()


class FitReport(_Part):
    """How a cohort fits what is published.

    Attributes:
        cohort, sha256: which one: name of the file, hash of its rows.
        profile: what it says made it; empty where it does not.
        simulated: whether it was simulated.
        recordings, patients: alternating recordings, and whose they are.
        notes: what limits the comparison.
        marginals, distances, latency, amplitude, real: the comparisons.
    """

    cohort: str
    sha256: str
    profile: str
    simulated: bool
    recordings: int
    patients: int
    notes: tuple[str, ...]
    marginals: tuple[Marginal, ...]
    distances: tuple[Distance, ...]
    latency: tuple[CurvePoint, ...]
    amplitude: tuple[CurvePoint, ...]
    real: RealFit

    def count(self, verdict: Verdict) -> int:
        """Number of marginals with a verdict."""
        return sum(m.verdict == verdict for m in self.marginals)
