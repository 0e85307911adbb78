"""Each loss must do to latencies, amplitudes and thresholds what the literature says it does."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from evoscope.abr.norms import latency
from evoscope.abr.simulation import get_profile
from evoscope.abr.simulation.classes import MECHANISMS
from evoscope.abr.simulation.clinic_ear import Microphonic
from evoscope.abr.simulation.evoked import (
    microphonic,
    muscle_response,
    shared_by_polarities,
    stimulus_artefact,
    summating_potential,
)
from evoscope.abr.simulation.measure import measure_waves
from evoscope.abr.simulation.morphology import MORPHOLOGIES

from .ears import PLAIN, clinic_ears, ear, responses, wave

TIME_MS = np.arange(0.0, 15.0, 0.02)
LOSS_60 = (60.0, 60.0, 60.0, 60.0)
STEEP = (10.0, 20.0, 60.0, 90.0)


@pytest.mark.parametrize("level_db", [30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0])
def test_a_plain_adult_ear_has_the_published_latency_at_every_level(level_db: float) -> None:
    norm = latency("V", level_db=level_db, stimulus="click", frequency_hz=None, species="human")
    assert norm is not None
    assert wave(PLAIN, "V", level_db)[0] == pytest.approx(norm.mean, abs=0.08)


def test_a_conductive_loss_shifts_every_wave_in_parallel_by_its_gap() -> None:
    deaf = ear(gap_db=30.0, loss="chl", mechanism="conductive")
    assert deaf.threshold_db("click", None) == PLAIN.threshold_db("click", None) + 30.0
    for level in (60.0, 80.0, 100.0):
        assert wave(deaf, "V", level)[0] == pytest.approx(wave(PLAIN, "V", level - 30.0)[0])
        assert wave(deaf, "V", level)[1] == pytest.approx(wave(PLAIN, "V", level - 30.0)[1])


def test_a_flat_cochlear_loss_recruits_and_a_conductive_one_does_not() -> None:
    flat = ear(hearing_loss_db=LOSS_60, loss="snhl", mechanism="flat")
    chl = ear(gap_db=60.0, loss="chl", mechanism="conductive")
    assert flat.threshold_db("click", None) == chl.threshold_db("click", None) == 70.0
    normal_ms = responses(PLAIN, 110.0).latency_ms[0, 4]
    assert responses(flat, 110.0).latency_ms[0, 4] == pytest.approx(normal_ms)
    assert responses(chl, 110.0).latency_ms[0, 4] > normal_ms + 0.5
    # Near threshold both are as late as a normal ear is near its own.
    assert wave(flat, "V", 80.0)[0] > wave(PLAIN, "V", 80.0)[0] + 0.5


def test_a_steep_loss_delays_v_at_all_levels_and_shortens_i_to_v() -> None:
    steep = ear(hearing_loss_db=STEEP, loss="snhl", mechanism="steep")
    for level in (90.0, 100.0, 110.0):
        assert wave(steep, "V", level)[0] > wave(PLAIN, "V", level)[0] + 0.3

    def i_v(of: object) -> float:
        nominal = responses(of, 110.0).latency_ms[0]  # type: ignore[arg-type]
        return float(nominal[4] - nominal[0])

    assert i_v(steep) < i_v(PLAIN) - 0.05
    # A tone at a healthy place of the cochlea knows nothing of it.
    assert steep.threshold_db("tone", 500.0) < 40.0 < 80.0 < steep.threshold_db("tone", 4000.0)
    assert steep.high_frequency_delay_ms(500.0) == 0.0


def test_nothing_answers_below_threshold_and_everything_grows_above() -> None:
    waves = responses(ear(offset_db=20.0), 10.0, 20.0, 30.0, 31.0, 35.0, 45.0, 60.0)
    size = np.ptp(waves.at(TIME_MS), axis=1)
    assert np.all(size[:3] == 0.0)
    assert np.all(np.diff(size[2:]) > 0.0)


def test_women_are_earlier_and_larger_the_old_later_and_smaller() -> None:
    woman, man = wave(ear(sex="female"), "V", 70.0), wave(ear(sex="male"), "V", 70.0)
    assert man[0] - woman[0] == pytest.approx(0.2, abs=0.02)
    assert woman[1] / man[1] == pytest.approx(1.25, abs=0.04)
    old = wave(ear(age_weeks=55 * 52.18), "V", 70.0)
    young = wave(PLAIN, "V", 70.0)
    assert old[0] - young[0] == pytest.approx(0.2, abs=0.02)
    assert old[1] / young[1] == pytest.approx(0.9, abs=0.03)


def test_infants_are_late_and_grow_out_of_it() -> None:
    v = [wave(ear(age_weeks=w), "V", 60.0)[0] for w in (0.0, 13.0, 52.0, 104.0)]
    adult = wave(PLAIN, "V", 60.0)[0]
    assert np.array(v) - adult == pytest.approx([1.25, 0.83, 0.24, 0.04], abs=0.05)


def test_a_fast_rate_delays_v_by_a_third_of_a_millisecond() -> None:
    slow, fast = (measure_waves(responses(PLAIN, 70.0, rate_hz=r)) for r in (17.1, 65.1))
    assert fast.latency_ms[0, 4] - slow.latency_ms[0, 4] == pytest.approx(0.35, abs=0.05)
    assert fast.amplitude_uv[0, 4] < slow.amplitude_uv[0, 4]


def test_low_tones_are_later_and_chirps_larger() -> None:
    tone = {f: wave(PLAIN, "V", 60.0, stimulus="tone", frequency_hz=f)[0] for f in (500.0, 4000.0)}
    assert tone[500.0] > tone[4000.0] + 2.0
    chirp, click = wave(PLAIN, "V", 40.0, stimulus="chirp")[1], wave(PLAIN, "V", 40.0)[1]
    assert chirp / click == pytest.approx(645 / 368, abs=0.15)


@pytest.mark.parametrize("name", sorted(MORPHOLOGIES))
def test_every_variant_keeps_a_wave_v_with_a_trough(name: str) -> None:
    one = ear(morphology=MORPHOLOGIES[name])
    latency_ms, amplitude_uv = wave(one, "V", 70.0)
    assert latency_ms == pytest.approx(wave(PLAIN, "V", 70.0)[0], abs=0.75)
    assert amplitude_uv > 0.1
    values = responses(one, 70.0).at(TIME_MS)[0]
    trough_ms = TIME_MS[np.argmin(np.where(latency_ms < TIME_MS, values, np.inf))]
    assert 0.5 < trough_ms - latency_ms < 3.0


def test_variants_differ_where_their_names_say() -> None:
    def seen(name: str, label: str) -> float:
        one = ear(morphology=MORPHOLOGIES[name], size=(1.0, 1.0, MORPHOLOGIES[name].iii_gain, 1, 1))
        return wave(one, label, 80.0)[1]

    assert math.isnan(seen("fused IV/V", "IV"))
    assert seen("separate IV/V", "IV") > 0.02
    assert not seen("missing III", "III") > 0.06
    assert seen("large III, small V", "III") > seen("fused IV/V", "III")


def test_the_microphonic_ignores_level_in_time_and_inverts_with_polarity() -> None:
    cm = Microphonic(peak_uv=0.3, frequency_hz=1500.0, decay_ms=1.5)
    an = ear(microphonic=cm, response_from_db=math.inf, mechanism="auditory neuropathy")
    loud, soft = microphonic(an, np.array([90.0, 70.0]), TIME_MS)
    assert np.argmax(np.abs(loud)) == np.argmax(np.abs(soft))
    assert 0.1 < np.abs(loud).max() < 0.4
    assert np.abs(loud[TIME_MS > 4.0]).max() > 0.01  # it rings
    assert np.all(microphonic(ear(microphonic=None), np.array([90.0]), TIME_MS) == 0.0)
    assert np.all(responses(an, 100.0).at(TIME_MS) == 0.0)


def test_the_summating_potential_is_small_early_and_kept_by_alternating_polarity() -> None:
    silent = {"response_from_db": math.inf, "mechanism": "auditory neuropathy"}
    an = ear(summating_uv=0.08, **silent)
    loud, soft = summating_potential(an, np.array([90.0, 60.0]), TIME_MS)
    assert loud.max() == pytest.approx(0.08, rel=0.1)
    assert 0.0 < soft.max() < 0.5 * loud.max()
    assert TIME_MS[loud > 0.04] == pytest.approx(TIME_MS[(TIME_MS > 0.6) & (TIME_MS < 3.2)])
    assert np.all(loud[TIME_MS > 6.0] < 0.001)
    assert np.array_equal(shared_by_polarities(an, np.array([90.0]), TIME_MS)[0], loud)
    assert np.all(shared_by_polarities(ear(**silent), np.array([90.0]), TIME_MS) == 0.0)


def test_ears_with_neuropathy_have_a_small_late_v_or_a_gross_wave_or_nothing() -> None:
    settings = get_profile("clinic").ear
    found: Counter[str] = Counter()
    for one in clinic_ears("clinic", patients=300, seed=4, enrich=True):
        if one.mechanism != "auditory neuropathy":
            continue
        assert max(one.size[:3]) == 0.0
        latency_ms, amplitude_uv = wave(one, "V", 95.0)
        evoked = np.ptp(responses(one, 95.0).at(TIME_MS))
        if one.response_from_db == math.inf:
            assert evoked == 0.0
            found["nothing"] += 1
        elif one.size[4] == 0.0:
            assert math.isnan(latency_ms)
            assert evoked > 0.3
            found["gross"] += 1
        else:
            assert 6.0 < latency_ms < 11.0
            assert 0.05 < amplitude_uv < 0.4
            found["V"] += 1
        assert 0.0 <= one.summating_uv <= 0.1
    assert found["V"] / found.total() == pytest.approx(settings.neuropathy_v, abs=0.06)
    assert found["gross"] / found.total() == pytest.approx(settings.neuropathy_gross, abs=0.06)


def test_the_artefact_is_over_after_one_millisecond() -> None:
    artefact = stimulus_artefact(np.array([0.3]), np.array([80.0]), TIME_MS, None)[0]
    assert artefact[0] == pytest.approx(0.3)
    assert np.all(artefact[TIME_MS >= 1.0] == 0.0)


def test_the_muscle_answers_late_to_loud_sounds_that_are_heard() -> None:
    tense = ear(muscle_uv=0.4)
    loud, soft = muscle_response(tense, np.array([85.0, 50.0]), TIME_MS)
    assert 10.0 < TIME_MS[np.argmax(loud)] < 12.0
    assert loud.max() == pytest.approx(0.4, rel=0.1)
    assert np.all(soft == 0.0)
    deaf = ear(muscle_uv=0.4, response_from_db=120.0)
    assert np.all(muscle_response(deaf, np.array([85.0]), TIME_MS) == 0.0)


def test_mechanisms_come_in_the_stated_shares_and_keep_to_their_class() -> None:
    found: Counter[str] = Counter()
    for one in clinic_ears("clinic", patients=300, seed=4, enrich=True):
        assert one.mechanism in MECHANISMS[one.loss]
        found[one.mechanism] += 1
        threshold = one.threshold_db("click", None)
        assert threshold > 95.0 if one.loss == "total" else threshold > -20.0
    assert found["flat"] > found["steep"] > 15
    assert 1 <= found["retrocochlear"] <= 10


def test_retrocochlear_ears_have_long_interpeaks_and_near_normal_thresholds() -> None:
    some = [
        one
        for one in clinic_ears("clinic", patients=300, seed=4, enrich=True)
        if one.mechanism in ("retrocochlear", "normal")
    ]
    for one in some:
        delays = np.array(one.delay_ms)
        if one.mechanism == "retrocochlear":
            assert delays[4] - delays[0] > 0.1
            assert one.threshold_db("click", None) < 65.0
    long_ms = [o.delay_ms[4] - o.delay_ms[0] for o in some if o.mechanism == "retrocochlear"]
    usual_ms = [o.delay_ms[4] - o.delay_ms[0] for o in some if o.mechanism == "normal"]
    assert np.mean(long_ms) > np.mean(usual_ms) + 0.4
