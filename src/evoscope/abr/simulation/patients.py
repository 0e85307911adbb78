"""Simulate the patients of a clinic: columns of a cohort, patient by patient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.columns import Columns
from evoscope.abr.simulation.one_patient import PatientStreams, draw_ears, simulate_one
from evoscope.abr.simulation.plan import ClinicPlan, plan_clinic
from evoscope.abr.simulation.profiles import Profile, get_profile

PolarityMode = Literal["alternating", "pair"]


def simulate_patients(
    profile: str | Profile = "clinic",
    *,
    patients: int,
    seed: int,
    polarity: PolarityMode = "alternating",
    enrich: bool = False,
    first: int = 0,
    count: int | None = None,
) -> Iterator[Columns]:
    """Simulate a clinic and yield the cohort columns of one patient after the other.

    Every patient has random numbers of their own, so any part of a clinic can be made alone, in
    any process, with the same bits: state the whole size in ``patients`` and the part in ``first``
    and ``count``.

    Args:
        profile: ``clinic``, ``adult``, ``infant_screening``, ``mouse``, or a profile of your own.
        patients: size of the whole clinic: classes are dealt by quota over it.
        seed: same seed, same bits.
        polarity: ``alternating``; ``pair`` adds a rarefaction and a condensation row below each,
            whose mean the alternating one is.
        enrich: at least 100 ears of every class; the column ``weight`` undoes it.
        first: index of the first patient to make.
        count: how many to make; default all that follow.

    Yields:
        ``{column: values}``, one value per recording, all columns of the cohort schema. Waveforms
        are ``(n, samples)`` float32; numbers without a value are NaN, words ``None``.

    Raises:
        ValueError: an unknown profile, or numbers that cannot be, with the allowed range.

    Example:
        >>> columns = next(simulate_patients("clinic", patients=20, seed=1))
        >>> columns["waveform"].shape[1], columns["waveform"].dtype
        (200, dtype('float32'))
    """
    chosen = get_profile(profile) if isinstance(profile, str) else profile
    if polarity not in get_args(PolarityMode):
        known = ", ".join(map(repr, get_args(PolarityMode)))
        raise ValueError(f"polarity should be one of {known}. Found {polarity!r}.")
    plan = plan_clinic(chosen, patients=patients, seed=seed, enrich=enrich)
    last = patients if count is None else first + count
    if not 0 <= first <= last <= patients:
        raise ValueError(
            f"first and count should name patients from 0 to {patients}. Found {first} to {last}."
        )
    return _run(chosen, plan, range(first, last), seed, polarity == "pair", enrich)


def patient_ears(
    profile: str | Profile, *, patients: int, seed: int, index: int, enrich: bool = False
) -> tuple[ClinicEar, ...]:
    """Return the ears of one patient of a clinic: the truth that a cohort has no column for.

    Mechanism, audiogram, morphology and microphonic of the same ears as ``simulate_patients`` plays
    to with these arguments.

    Raises:
        ValueError: as there, or an index outside the clinic.

    Example:
        >>> ears = patient_ears("clinic", patients=20, seed=1, index=0)
        >>> [ear.side for ear in ears]
        ['right', 'left']
    """
    chosen = get_profile(profile) if isinstance(profile, str) else profile
    plan = plan_clinic(chosen, patients=patients, seed=seed, enrich=enrich)
    if not 0 <= index < patients:
        raise ValueError(f"index should be between 0 and {patients - 1}. Found {index}.")
    return draw_ears(PatientStreams.of(seed, index), chosen, plan, index, both_ears=enrich)


def _run(
    profile: Profile, plan: ClinicPlan, indices: range, seed: int, pair: bool, both_ears: bool
) -> Iterator[Columns]:
    for index in indices:
        yield simulate_one(
            profile,
            index=index,
            seed=seed,
            plan=plan,
            pair=pair,
            both_ears=both_ears,
        )
