"""Draw the two ears of a subject: what differs between people, between ears, and what is lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evoscope.abr.simulation.classes import MECHANISMS, LossClass, Mechanism
from evoscope.abr.simulation.clinic_ear import ClinicEar, Microphonic
from evoscope.abr.simulation.morphology import MORPHOLOGIES
from evoscope.abr.simulation.profiles.settings import EarSettings, Profile

# SDs in ms. I 0.10 (textbook); III-V 0.19 and I-V 0.23 (Picton), so I-III 0.13. Together V 0.25,
# which is what the published 0.28 at 80 dB leaves when sex (0.1 ms either way) is taken off.
_I_SD_MS, _I_III_SD_MS, _III_V_SD_MS = 0.10, 0.13, 0.19
# Ears of one subject differ by 0.1 ms (1 SD): interaural V <= 0.2 (PMID 7280543).
_EAR_SD_MS = 0.07
# Rodents of one strain in one laboratory vary half as much [assumed].
_RODENT_SCATTER = 0.5
EAR_LOSS_SD_DB = 8.0 / np.sqrt(2.0)
_EARLY_CV, _EAR_CV = 0.35, 0.10
_NEUROPATHY_V = (0.55, 0.4)
"""Size of V relative to the norm in auditory neuropathy that has one, best to worst [assumed]."""
_GROSS_UV = (0.7, 0.4)
"""Size of the gross late wave in auditory neuropathy without a V, largest to smallest [assumed]."""
_NEUROPATHY_FROM_DB = (50.0, 70.0)
"""Levels from which ears with auditory neuropathy answer, if they do [assumed]."""
PROFOUND_DB = (102.0, 130.0)
"""Thresholds of ears with total loss: beyond what a device plays."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What both ears of a subject share.

    Attributes:
        loss, mechanism: of both ears; their degree differs.
        severity: 0 to 1, how much is lost.
        place: 0 to 1, the place among the patients of the same mechanism.
        age_weeks, sex: truth.
        waves_ms: deviation of waves I-V from the mean at all levels.
        soft_ms: SDs of further deviation at soft levels.
        size: amplitude relative to the norm, and that of the early waves relative to it.
        morphology: its name; ears of one subject look alike.
    """

    loss: LossClass
    mechanism: Mechanism
    severity: float
    place: float
    age_weeks: float
    sex: str
    waves_ms: tuple[float, float, float, float, float]
    soft_ms: float
    size: float
    early_size: float
    morphology: str


def draw_subject(
    rng: np.random.Generator, profile: Profile, loss: LossClass, *, kind: float, severity: float
) -> Subject:
    """Draw age, sex and the deviations of a subject from the mean.

    Args:
        rng: where the numbers come from.
        profile: whose patient.
        loss: class.
        kind: 0 to 1, the place among the patients of that class: decides on the mechanism.
        severity: 0 to 1, how much of what can be lost is lost.
    """
    shares = np.array([group.share for group in profile.ages])
    group = profile.ages[int(rng.choice(shares.size, p=shares))]
    mechanism, place = _mechanism(loss, kind)
    names = list(MORPHOLOGIES)
    name = names[int(rng.choice(len(names), p=[m.share for m in MORPHOLOGIES.values()]))]
    scatter = profile.ear.latency_scale * (_RODENT_SCATTER if profile.species != "human" else 1.0)
    i_ms, to_iii_ms, to_v_ms = scatter * rng.normal(0.0, [_I_SD_MS, _I_III_SD_MS, _III_V_SD_MS])
    return Subject(
        loss=loss,
        mechanism=mechanism,
        severity=severity,
        place=place,
        age_weeks=float(rng.uniform(group.low_weeks, group.high_weeks)),
        sex="female" if rng.random() < 0.5 else "male",
        waves_ms=(
            i_ms,
            i_ms + 0.5 * to_iii_ms,
            i_ms + to_iii_ms,
            i_ms + to_iii_ms + 0.7 * to_v_ms,
            i_ms + to_iii_ms + to_v_ms,
        ),
        soft_ms=float(scatter * rng.normal()),
        size=_size(rng, profile.ear.amplitude_cv),
        early_size=_size(rng, _EARLY_CV),
        morphology=name,
    )


def draw_ear(rng: np.random.Generator, profile: Profile, subject: Subject, side: str) -> ClinicEar:
    """Draw one ear of a subject."""
    settings = profile.ear
    human = profile.species == "human"
    morphology = MORPHOLOGIES[subject.morphology]
    if rng.random() < 0.2:  # ears differ now and then
        morphology = MORPHOLOGIES["fused IV/V"]
    gap_db, lost_db = _lost(rng, settings, subject)
    steep = subject.mechanism == "steep"
    size = subject.size * _size(rng, _EAR_CV)
    early = np.array(settings.early_scale) * subject.early_size * size * (0.4 if steep else 1.0)
    v = settings.amplitude_scale * size
    slow = settings.slow_uv * float(np.exp(0.3 * rng.normal())) if human else 0.0
    delay = np.asarray(subject.waves_ms) + rng.normal(0.0, _EAR_SD_MS)
    response_from_db = None
    if subject.mechanism == "retrocochlear":
        # III +0.35 to V +1.6 ms, V small, later waves smaller still [model code of others].
        long_ms = rng.uniform(0.5, 1.6)
        delay = delay + long_ms * np.array([0.0, 0.2, 0.5, 0.8, 1.0])
        weak = rng.uniform(0.3, 0.7)
        v, slow = v * weak, slow * weak
    elif subject.mechanism == "auditory neuropathy":
        early, delay = 0.0 * early, delay + rng.uniform(0.8, 2.5)
        response_from_db, v, slow = _neuropathy(rng, settings, subject)
    elif subject.mechanism == "profound":
        response_from_db = float(rng.uniform(*PROFOUND_DB))
    muscle = human and subject.age_weeks > 12 * 52.18 and rng.random() < settings.muscle_share
    return ClinicEar(
        side=side,
        species=profile.species,
        sex=subject.sex,
        age_weeks=subject.age_weeks,
        level_reference=profile.level_reference,
        loss=subject.loss,
        mechanism=subject.mechanism,
        morphology=morphology,
        anchors_hz=profile.anchors_hz,
        hearing_loss_db=lost_db,
        gap_db=gap_db,
        offset_db=settings.threshold_shift_db + settings.threshold_sd_db * float(rng.normal()),
        response_from_db=response_from_db,
        delay_ms=tuple(delay.tolist()),
        soft_ms=subject.soft_ms,
        size=(early[0], early[1], early[2] * morphology.iii_gain, v, v * morphology.v_gain),
        breadth=1.5 if subject.mechanism == "auditory neuropathy" else float(rng.uniform(0.9, 1.1)),
        microphonic=_microphonic(rng, subject.mechanism),
        summating_uv=_summating(rng, subject.mechanism),
        muscle_uv=float(rng.uniform(0.2, 0.6)) if muscle else 0.0,
        slow_uv=slow,
        latency_shift_sd=settings.latency_shift_sd,
        amplitude_shift_sd=settings.amplitude_shift_sd,
    )


def _size(rng: np.random.Generator, cv: float) -> float:
    # The square root of an amplitude is Gaussian between subjects. Mean 1.
    root = max(0.25, 1.0 + 0.5 * cv * float(rng.normal()))
    return root**2 / (1.0 + 0.25 * cv**2)


def _lost(
    rng: np.random.Generator, settings: EarSettings, subject: Subject
) -> tuple[float, tuple[float, float, float, float]]:
    """Air-bone gap and sensorineural loss at the four anchors, dB."""
    gap_db = 0.0
    lost = rng.normal(0.0, 2.0, size=4)
    mechanism = subject.mechanism
    base = _within(rng, settings.sensorineural_db, subject.severity)
    if mechanism == "conductive":
        gap_db = _within(rng, settings.gap_db, subject.severity)
    elif mechanism == "flat":
        lost += base
    elif mechanism == "sloping":
        lost += base + np.array([-12.0, -4.0, 4.0, 12.0])
    elif mechanism == "steep":
        lost += 0.35 * base + np.array([-5.0, 5.0, 25.0, 45.0])
    elif mechanism == "retrocochlear":
        lost += rng.uniform(0.0, 35.0)
    a, b, c, d = np.clip(lost, -8.0, 110.0).tolist()
    return gap_db, (a, b, c, d)


def _within(rng: np.random.Generator, limits_db: tuple[float, float], severity: float) -> float:
    # Ears of one subject differ by 8 dB (1 SD) [assumed].
    low, high = limits_db
    value = low + severity * (high - low) + EAR_LOSS_SD_DB * rng.standard_normal()
    return float(np.clip(value, low, high))


def _neuropathy(
    rng: np.random.Generator, settings: EarSettings, subject: Subject
) -> tuple[float, float, float]:
    """Level from which an ear with auditory neuropathy answers, its V, its slow potential.

    ABRs are absent or grossly abnormal (Starr 1996); about one subject in five has a low, broad V
    without a wave I (Starr 2001). Others are given a gross late wave that nobody calls V: the
    clinic's recordings at Fmp > 3 are mostly without a mark [assumed]. Who has what follows from
    the place among the patients, size and level from the severity, neither from chance: nineteen
    patients are few.
    """
    some, all_ = settings.neuropathy_v, settings.neuropathy_v + settings.neuropathy_gross
    if subject.place >= all_:
        return np.inf, 0.0, 0.0
    from_db = np.interp(subject.severity, [0.0, 1.0], _NEUROPATHY_FROM_DB) + rng.normal(0.0, 3.0)
    if subject.place < some:
        weak = float(np.interp(subject.severity, [0.0, 1.0], _NEUROPATHY_V))
        return float(from_db), settings.amplitude_scale * weak, settings.slow_uv * weak
    return float(from_db), 0.0, float(np.interp(subject.severity, [0.0, 1.0], _GROSS_UV))


def _mechanism(loss: LossClass, kind: float) -> tuple[Mechanism, float]:
    """Mechanism at a place among the patients of a class, and the place among those with it."""
    names = list(MECHANISMS[loss])
    ends = np.cumsum([0.0, *MECHANISMS[loss].values()])
    which = min(int(np.searchsorted(ends[1:], kind, side="right")), len(names) - 1)
    share = float(ends[which + 1] - ends[which])
    return names[which], float(np.clip((kind - ends[which]) / share, 0.0, 1.0))


def _microphonic(rng: np.random.Generator, mechanism: Mechanism) -> Microphonic | None:
    # Neuropathy: 0.1-0.4 uV; gone in 1 ms, or ringing at about 1.5 kHz for 4-5 ms (Starr
    # 1996, 2001). Healthy outer hair cells make a small one [size assumed], lost ones none.
    rings = rng.random() < 0.5
    size, decay = float(rng.uniform(0.1, 0.4)), float(rng.uniform(1.3, 1.8))
    frequency = float(rng.uniform(1300.0, 1700.0))
    if mechanism == "auditory neuropathy":
        return Microphonic(peak_uv=size, frequency_hz=frequency, decay_ms=decay if rings else 0.3)
    if mechanism in ("normal", "conductive", "retrocochlear"):
        return Microphonic(peak_uv=0.15 * size, frequency_hz=frequency, decay_ms=0.3)
    return None


def _summating(rng: np.random.Generator, mechanism: Mechanism) -> float:
    # Found in half of the ears with neuropathy, below 0.1 uV (Starr 2001) [from 0.03: assumed].
    size, seen = float(rng.uniform(0.03, 0.1)), rng.random() < 0.5
    return size if seen and mechanism == "auditory neuropathy" else 0.0
