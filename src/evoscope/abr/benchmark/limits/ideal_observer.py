"""An observer that knows the simulator: posterior probabilities by Monte Carlo over its ears.

It knows every distribution that the simulator draws from, the condition of each recording (age,
sex, stimulus, rate, levels, and that testers choose levels by what they see) and the law of the
noise. It does not know the ear. On average no method can do better, up to what is approximate:

- noise levels are estimated from the halves and the residual noise, not integrated;
- within a mechanism, morphology and 10 dB of loss, the scatter of ears is taken as Gaussian;
- levels count as chosen independently, and how many sweeps were played says nothing; both ears of
  a patient are read apart;
- a finite sample: ``ess`` says how many ears effectively stand behind an answer.

It costs 0.3 to 0.5 s a series, most of it in the simulator, which answers one ear at a time.
So its figures are estimates of the limit, and of simulated data only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.belief import Belief, believe, class_probabilities
from evoscope.abr.benchmark.limits.cores import Cells, choose_starts
from evoscope.abr.benchmark.limits.ear_bank import EarBank, draw_bank
from evoscope.abr.benchmark.limits.known_series import KnownSeries
from evoscope.abr.benchmark.limits.level_choice import LevelChoice
from evoscope.abr.benchmark.limits.likelihood import match, recording_evidence
from evoscope.abr.benchmark.limits.noise_model import NoiseModel, noise_levels
from evoscope.abr.benchmark.limits.reading import Reading
from evoscope.abr.benchmark.limits.refine import Sample, posterior_sample
from evoscope.abr.benchmark.limits.template_bank import TemplateBank, build_templates
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.profiles.settings import Profile

KERNEL = 0.35
"""To find where to start, each ear of the bank stands for those around it: a Gaussian this wide,
relative to the scatter of ears, is integrated to first order."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Observed:
    """Everything that the observer believes.

    Attributes:
        series: given each series alone, beside the series that were shown.
        ears: ``{ear_id: (5,)}`` class probabilities given all series of an ear.
        ear_ess: ``{ear_id: effective number of ears}``.
    """

    series: tuple[Belief, ...]
    ears: dict[str, NDArray[np.float64]]
    ear_ess: dict[str, float]


def observe(
    series: Sequence[KnownSeries],
    profile: Profile,
    *,
    ears: int = 4000,
    draws: int = 256,
    seed: int = 20_260,
    class_shares: Mapping[str, float] | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Observed:
    """Read simulated series as nobody could read them better.

    Args:
        series: of the profile's clinic, alternating.
        profile: what they were drawn from.
        ears: size of the bank in which to look for a start; an ear costs 4 ms a stimulus, and
            40 kB of memory.
        draws: ears drawn around the best ones, for each series.
        seed: of the bank and the draws; not one of the clinic's.
        class_shares: of the ears that are shown, where they are not the profile's (an enriched
            clinic): an observer that knows how the cohort was made knows them.
        advance: called after each series.

    Raises:
        ValueError: recordings that are not on the profile's clock.
    """
    _check(series, profile)
    bank = draw_bank(profile, ears=ears, seed=seed, class_shares=class_shares)
    cells, noise, choice = Cells.of(bank), NoiseModel.of(profile), LevelChoice.of(profile)
    spread = cells.place[cells.mechanism == cells.mechanism[_first_normal(bank)]].std(axis=0)
    readings: dict[str, Reading] = {}
    near: dict[str, NDArray[np.float64]] = {}
    # Stimulus by stimulus: one bank of templates is in memory at a time.
    for stimulus, frequency_hz in dict.fromkeys((s.stimulus, s.frequency_hz) for s in series):
        some = [s for s in series if (s.stimulus, s.frequency_hz) == (stimulus, frequency_hz)]
        levels = np.unique(np.concatenate([choice.level_db, *(s.level_db for s in some)]))
        templates = build_templates(
            bank, noise, stimulus=stimulus, frequency_hz=frequency_hz, level_db=levels
        )
        for one in some:
            rows = bank.matching(one.age_years, one.sex)
            readings[one.series_id], near[one.series_id] = _first_look(
                one, bank, rows, templates, noise, KERNEL * spread
            )

    def sample(ids: Sequence[str], number: int) -> Sample:
        first = readings[ids[0]].series
        rows = bank.matching(first.age_years, first.sex)
        score = np.sum([near[name] for name in ids], axis=0)
        chosen = [readings[name] for name in ids]
        return posterior_sample(
            chosen,
            bank,
            choose_starts(bank, cells, rows, score),
            lambda found: _chosen_levels(found, chosen, choice),
            size=draws,
            rng=np.random.default_rng([seed, number]),
        )

    beliefs: list[Belief] = []
    of_ear: dict[str, list[str]] = {}
    posterior: dict[str, NDArray[np.float64]] = {}
    ess: dict[str, float] = {}
    for number, one in enumerate(series):
        belief = believe(sample([one.series_id], number), one)
        beliefs.append(belief)
        of_ear.setdefault(one.ear_id, []).append(one.series_id)
        posterior[one.ear_id], ess[one.ear_id] = belief.classes, belief.ess
        advance()
    for number, (ear_id, ids) in enumerate(of_ear.items()):
        if len(ids) > 1:
            joint = sample(ids, len(series) + number)
            posterior[ear_id], ess[ear_id] = class_probabilities(joint), joint.ess
    return Observed(series=tuple(beliefs), ears=posterior, ear_ess=ess)


def _first_look(
    one: KnownSeries,
    bank: EarBank,
    rows: NDArray[np.intp],
    templates: TemplateBank,
    noise: NoiseModel,
    kernel_sd: NDArray[np.float64],
) -> tuple[Reading, NDArray[np.float64]]:
    """The series in the noise's coordinates, and how well each matching ear of the bank fits."""
    at = np.searchsorted(templates.level_db, one.level_db)
    prior = np.exp(bank.log_weight[rows] - bank.log_weight[rows].max())
    prior /= prior.sum()
    power = {
        level: prior @ np.square(templates.response[rows, level].astype(np.float64))
        for level in np.unique(at).tolist()
    }
    state = noise_levels(
        noise,
        half_difference=one.half_difference,
        residual_noise_nv=one.residual_noise_nv,
        waveform=one.waveform,
        response_power=np.stack([power[level] for level in at.tolist()]),
    )
    reading = Reading(
        series=one,
        seen=one.waveform.astype(np.float64) @ templates.project.T,
        variance=state.variance(templates.drift_power),
        project=templates.project,
        time_ms=bank.profile.time_ms,
    )
    total = recording_evidence(
        reading.seen[0],
        templates.response[rows, at[0]],
        templates.change[rows, at[0]],
        reading.variance[0],
    )
    for index, level in enumerate(at.tolist()[1:], start=1):
        total = total + recording_evidence(
            reading.seen[index],
            templates.response[rows, level],
            templates.change[rows, level],
            reading.variance[index],
        )
    return reading, match(total, kernel_sd)


def _chosen_levels(
    ears: Sequence[ClinicEar], readings: Sequence[Reading], choice: LevelChoice
) -> NDArray[np.float64]:
    loss = np.array([LOSS_CLASSES.index(ear.loss) for ear in ears])
    total = np.zeros(len(ears))
    for reading in readings:
        one = reading.series
        threshold_db = np.array([e.threshold_db(one.stimulus, one.frequency_hz) for e in ears])
        total += choice.log_chance(one.level_db, loss, threshold_db).sum(axis=1)
    return total


def _first_normal(bank: EarBank) -> int:
    return int(np.flatnonzero(bank.loss == LOSS_CLASSES.index("normal"))[0])


def _check(series: Sequence[KnownSeries], profile: Profile) -> None:
    for one in series:
        if one.waveform.shape[1] != profile.n_samples:
            raise ValueError(
                f"Series should have the {profile.n_samples} samples of profile {profile.name!r}. "
                f"Found {one.waveform.shape[1]} in {one.series_id!r}. Name the right profile."
            )
