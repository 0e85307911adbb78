"""Ears that answer grossly, or with the cochlea alone: silence must not pass for a response."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.benchmark.limits import KnownSeries, Observed, known_series, observe
from evoscope.abr.benchmark.limits.cores import Cells
from evoscope.abr.benchmark.limits.directions import DIRECTIONS, SUMMATING, displaced
from evoscope.abr.benchmark.limits.ear_bank import draw_bank
from evoscope.abr.benchmark.limits.noise_model import NoiseModel
from evoscope.abr.benchmark.limits.reading import Reading
from evoscope.abr.benchmark.limits.template_bank import build_templates
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.evoked import summating_potential
from evoscope.abr.simulation.patients import patient_ears, simulate_patients
from evoscope.abr.simulation.plan import plan_clinic
from evoscope.abr.simulation.profiles import get_profile
from evoscope.measure import auc

CLINIC = {"patients": 2038, "seed": 31}
PATIENTS = {"neuropathy": 11, "total": 4, "snhl": 2}
LOUD_DB = 65.0


@pytest.fixture(scope="module")
def shown() -> list[tuple[KnownSeries, ClinicEar]]:
    """Clicks of the first patients of the classes that are hard to tell when they are silent."""
    plan = plan_clinic(get_profile("clinic"), **CLINIC, enrich=False)
    found: list[tuple[KnownSeries, ClinicEar]] = []
    for name, count in PATIENTS.items():
        for index in np.flatnonzero(plan.loss == LOSS_CLASSES.index(name))[:count].tolist():
            columns = next(simulate_patients("clinic", **CLINIC, first=index, count=1))
            ears = {e.side: e for e in patient_ears("clinic", **CLINIC, index=index)}
            found += [
                (one, ears[one.ear_id.rsplit("-", 1)[1]])
                for one in known_series(columns)
                if one.frequency_hz is None
            ]
    return found


@pytest.fixture(scope="module")
def read(shown: list[tuple[KnownSeries, ClinicEar]]) -> Observed:
    return observe([one for one, _ in shown], get_profile("clinic"), ears=800, draws=64)


def test_no_simple_detector_beats_the_observer_at_loud_levels(
    shown: list[tuple[KnownSeries, ClinicEar]], read: Observed
) -> None:
    # A limit that is beaten is no limit. Both kinds of silence are here, and gross responses.
    loud = np.concatenate([one.level_db >= LOUD_DB for one, _ in shown])
    truth = np.concatenate([one.response for one, _ in shown])[loud]
    ideal = auc(np.concatenate([b.response for b in read.series])[loud], truth).value
    fmp = auc(np.concatenate([one.fmp for one, _ in shown])[loud], truth).value
    assert ideal is not None
    assert fmp is not None
    assert ideal > max(0.99, fmp)


def test_what_the_cochlea_does_alone_is_no_response(
    shown: list[tuple[KnownSeries, ClinicEar]], read: Observed
) -> None:
    # Even loud: a summating potential grows with level, as a response does.
    silent = [
        belief.response[one.level_db >= LOUD_DB]
        for (one, ear), belief in zip(shown, read.series, strict=True)
        if ear.response_from_db == np.inf and ear.summating_uv > 0.0
    ]
    pooled = np.concatenate(silent)
    assert pooled.size > 30
    assert pooled.mean() < 0.03


def test_total_loss_is_believed_to_be_silent(
    shown: list[tuple[KnownSeries, ClinicEar]], read: Observed
) -> None:
    # Gross responses too small to be seen would explain any silence, if the prior knew them.
    pooled = np.concatenate(
        [b.response for (one, _), b in zip(shown, read.series, strict=True) if one.loss == "total"]
    )
    assert pooled.size > 30
    assert pooled.mean() < 0.03


def test_ears_that_differ_in_what_answers_share_no_gaussian() -> None:
    bank = draw_bank(get_profile("clinic"), ears=400, seed=3)
    cells = Cells.of(bank)
    for kind in np.unique(cells.kind):
        ears = [bank.ears[i] for i in np.flatnonzero(cells.kind == kind)]
        assert len({ear.mechanism for ear in ears}) == 1
        assert len({ear.size[4] > 0.0 for ear in ears}) == 1
        assert len({ear.response_from_db == np.inf for ear in ears}) == 1
        assert len({ear.summating_uv > 0.0 for ear in ears}) == 1


def test_the_slope_along_a_summating_potential_leads_to_it(
    shown: list[tuple[KnownSeries, ClinicEar]],
) -> None:
    # From the ears of the bank, which have other sizes, the observer climbs along this slope.
    one, ear = next(both for both in shown if both[1].summating_uv > 0.0)
    model, step = NoiseModel.of(get_profile("clinic")), 0.01
    reading = Reading(
        series=one,
        seen=one.waveform.astype(np.float64) @ model.whiten.T,
        variance=1e-3 + 1e-2 * np.tile(model.drift_power, (one.level_db.size, 1)),
        project=model.whiten,
        time_ms=get_profile("clinic").time_ms,
    )
    by = step * np.eye(len(DIRECTIONS))[SUMMATING]
    less, more = reading.log_likelihood([displaced(ear, -by), displaced(ear, by)])[0]
    slope = reading.evidence([ear]).slope[0, SUMMATING]
    assert abs(slope) > 1.0
    assert (more - less) / (2.0 * step) == pytest.approx(slope, rel=0.01)


def test_templates_change_by_the_summating_potential_and_by_no_louder_one() -> None:
    profile, levels = get_profile("clinic"), np.array([60.0, 90.0])
    bank = draw_bank(profile, ears=100, seed=3)
    templates = build_templates(
        bank, NoiseModel.of(profile), stimulus="click", frequency_hz=None, level_db=levels
    )
    for row, ear in enumerate(bank.ears):
        alone = summating_potential(ear, ear.nhl(levels, "click", None), profile.time_ms)
        np.testing.assert_allclose(
            templates.change[row, :, SUMMATING], alone @ templates.project.T, atol=1e-3
        )
        if ear.response_from_db == np.inf:
            # Its threshold says nothing, whatever the level does to the cochlea.
            assert not templates.change[row, :, -1].any()
