"""An observer that knows the simulator: posterior probabilities by Monte Carlo over its ears.

It knows every distribution that the simulator draws from, the condition of each recording (age,
sex, stimulus, rate, levels, and that testers choose levels by what they see) and the law of the
noise. It does not know the ear. On average no method can do better, up to what is approximate:

- noise levels are estimated from the halves and the residual noise, not integrated;
- within a mechanism, morphology and 10 dB of loss, the scatter of ears is taken as Gaussian;
- levels count as chosen independently, and how many sweeps were played says nothing; both ears of
  a patient are read apart;
- a finite sample: ``ess`` says how many ears effectively stand behind an answer.

It costs 0.1 s a series and 2 s a stimulus. Its figures are estimates of the limit, and of simulated
data only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.belief import Belief, believe
from evoscope.abr.benchmark.limits.cochlea import CochlearPrior, Difference
from evoscope.abr.benchmark.limits.cores import Cells, Starts, choose_starts
from evoscope.abr.benchmark.limits.ear_bank import EarBank, draw_bank
from evoscope.abr.benchmark.limits.known_series import KnownSeries
from evoscope.abr.benchmark.limits.level_choice import LevelChoice
from evoscope.abr.benchmark.limits.likelihood import match, recording_evidence
from evoscope.abr.benchmark.limits.noise_model import NoiseModel, noise_levels
from evoscope.abr.benchmark.limits.reading import Reading
from evoscope.abr.benchmark.limits.refine import posterior_sample
from evoscope.abr.benchmark.limits.template_bank import TemplateBank, build_templates
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.profiles.settings import Profile
from evoscope.abr.workers import in_order

KERNEL = 0.35
"""To find where to start, each ear of the bank stands for those around it: a Gaussian this wide,
relative to the scatter of ears, is integrated to first order."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Observed:
    """Everything that the observer believes.

    Attributes:
        series: given each series alone, beside the series that were shown.
        ears: ``{ear_id: (5,)}`` class probabilities given all series of an ear.
        paired: the same given rarefaction and condensation, of the ears that have them.
        ear_ess: ``{ear_id: effective number of ears}``.
    """

    series: tuple[Belief, ...]
    ears: dict[str, NDArray[np.float64]]
    paired: dict[str, NDArray[np.float64]]
    ear_ess: dict[str, float]


def observe(
    series: Sequence[KnownSeries],
    profile: Profile,
    *,
    ears: int = 2000,
    draws: int = 256,
    seed: int = 20_260,
    class_shares: Mapping[str, float] | None = None,
    processes: int = 1,
    advance: Callable[[], None] = lambda: None,
) -> Observed:
    """Read simulated series as nobody could read them better.

    Args:
        series: of the profile's clinic, alternating; from what single polarities tell beside
            them follow other classes, and nothing else.
        profile: what they were drawn from.
        ears: size of the bank in which to look for a start; an ear costs 1 ms a stimulus, and
            40 kB of memory.
        draws: ears drawn around the best ones, for each series.
        seed: of the bank and the draws; not one of the clinic's.
        class_shares: of the ears that are shown, where they are not the profile's (an enriched
            clinic): an observer that knows how the cohort was made knows them.
        processes: how many work; no belief depends on it.
        advance: called after each series.

    Raises:
        ValueError: recordings that are not on the profile's clock, or no process.
    """
    _check(series, profile)
    bank = draw_bank(profile, ears=ears, seed=seed, class_shares=class_shares)
    cells, choice = Cells.of(bank), LevelChoice.of(profile)
    spread = cells.place[cells.kind == cells.kind[_first_normal(bank)]].std(axis=0)
    # Stimulus by stimulus: one bank of templates is in memory at a time, in each process.
    kinds: dict[tuple[str, float | None], list[KnownSeries]] = {}
    for one in series:
        kinds.setdefault((one.stimulus, one.frequency_hz), []).append(one)
    look = partial(
        _first_looks,
        bank=bank,
        prior=CochlearPrior.of(bank),
        level_db=choice.level_db,
        kernel_sd=KERNEL * spread,
    )
    looks: dict[str, _Look] = {}
    for some, found in zip(
        kinds.values(), in_order(look, kinds.values(), processes=processes), strict=True
    ):
        looks |= {one.series_id: at for one, at in zip(some, found, strict=True)}

    of_ear: dict[str, list[str]] = {}
    for one in series:
        of_ear.setdefault(one.ear_id, []).append(one.series_id)
    several = [ids for ids in of_ear.values() if len(ids) > 1]

    def tasks() -> Iterator[_Task]:
        for number, ids in enumerate([*([one.series_id] for one in series), *several]):
            readings = tuple(looks[name].reading for name in ids)
            rows = bank.matching(readings[0].series.age_years, readings[0].series.sex)
            score = np.sum([looks[name].score for name in ids], axis=0)
            yield _Task(number, readings, choose_starts(bank, cells, rows, score))

    beliefs: list[Belief] = []
    posterior: dict[str, NDArray[np.float64]] = {}
    paired: dict[str, NDArray[np.float64]] = {}
    ess: dict[str, float] = {}

    def keep(ear_id: str, belief: Belief) -> None:
        posterior[ear_id], ess[ear_id] = belief.classes, belief.ess
        if belief.pair_classes is not None:
            paired[ear_id] = belief.pair_classes

    work = partial(_believe, choice=choice, draws=draws, seed=seed)
    found_beliefs = in_order(work, tasks(), processes=processes)
    for one, belief in zip(series, found_beliefs, strict=False):
        beliefs.append(belief)
        keep(one.ear_id, belief)
        advance()
    for ids, joint in zip(several, found_beliefs, strict=True):
        keep(looks[ids[0]].reading.series.ear_id, joint)
    return Observed(series=tuple(beliefs), ears=posterior, paired=paired, ear_ess=ess)


@dataclass(frozen=True, eq=False)
class _Look:
    """A series in the noise's coordinates, and how well each matching ear of the bank fits."""

    reading: Reading
    score: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Task:
    """Series of one ear to be read together."""

    number: int
    readings: tuple[Reading, ...]
    starts: Starts


def _believe(task: _Task, *, choice: LevelChoice, draws: int, seed: int) -> Belief:
    sample = posterior_sample(
        task.readings,
        task.starts,
        lambda found: _chosen_levels(found, task.readings, choice),
        size=draws,
        rng=np.random.default_rng([seed, task.number]),
    )
    return believe(sample, task.readings)


def _first_looks(
    some: Sequence[KnownSeries],
    *,
    bank: EarBank,
    prior: CochlearPrior,
    level_db: NDArray[np.float64],
    kernel_sd: NDArray[np.float64],
) -> list[_Look]:
    """Look at the series of one stimulus."""
    noise = NoiseModel.of(bank.profile)
    templates = build_templates(
        bank,
        noise,
        stimulus=some[0].stimulus,
        frequency_hz=some[0].frequency_hz,
        level_db=np.unique(np.concatenate([level_db, *(s.level_db for s in some)])),
    )
    return [
        _first_look(
            one, bank, prior, bank.matching(one.age_years, one.sex), templates, noise, kernel_sd
        )
        for one in some
    ]


def _first_look(
    one: KnownSeries,
    bank: EarBank,
    prior: CochlearPrior,
    rows: NDArray[np.intp],
    templates: TemplateBank,
    noise: NoiseModel,
    kernel_sd: NDArray[np.float64],
) -> _Look:
    at = np.searchsorted(templates.level_db, one.level_db)
    weight = np.exp(bank.log_weight[rows] - bank.log_weight[rows].max())
    weight /= weight.sum()
    power = {
        level: weight @ np.square(templates.response[rows, level].astype(np.float64))
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
        difference=None
        if one.inverting is None
        else Difference.of(one.inverting, state, noise, prior),
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
    return _Look(reading, match(total, kernel_sd))


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
