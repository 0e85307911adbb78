"""What a network is told must be what the file says, in one unit."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.encoding import CONDITIONS, POLARITIES, SPECIES, column
from evoscope.abr.encoding.conditions import LEVEL_SCALES, level_offset_db, stated_conditions
from evoscope.abr.learning.layers import conditions as network
from evoscope.abr.recording import Recording, Source, Stimulus, Subject


def recording(*, species="human", age_years=None, age_weeks=None, **stimulus) -> Recording:
    return Recording(
        waveform=np.zeros(200),
        sampling_rate_hz=15_000.0,
        onset_sample=14.6,
        stimulus=Stimulus(**({"kind": "click", "level_db": 60.0} | stimulus)),
        subject=Subject(id="x", species=species, age_years=age_years, age_weeks=age_weeks),
        source=Source(path="x", format="csv"),
    )


def told(name, *recordings):
    return float(stated_conditions(recordings)[column(name)])


def test_the_first_columns_are_those_of_the_networks_embedding():
    assert CONDITIONS[: len(network.EMBEDDED_CONDITIONS)] == network.EMBEDDED_CONDITIONS
    assert network.SPECIES == SPECIES


def test_a_level_in_another_reference_is_brought_to_hearing_level_and_back():
    click = recording(level_db=90.0, level_reference="peSPL")
    assert told("level_db", click) == 60.0
    assert 60.0 - level_offset_db(click) == 90.0
    # Reference values differ between devices: a network is not told that they are exact.
    assert LEVEL_SCALES[int(told("level_scale", click))] == "assumed"
    stated = recording(level_db=60.0, level_reference="nHL")
    assert LEVEL_SCALES[int(told("level_scale", stated))] == "nHL"


@pytest.mark.parametrize(
    ("species", "reference", "scale", "level"),
    [
        ("human", "unknown", "assumed", 60.0),
        ("mouse", "SPL", "as_stated", 60.0),
        ("mouse", "unknown", "as_stated", 60.0),
        ("human", "nHL", "nHL", 60.0),
    ],
)
def test_a_level_that_norms_cannot_bring_to_hearing_level_is_flagged(
    species, reference, scale, level
):
    one = recording(species=species, level_reference=reference)
    assert LEVEL_SCALES[int(told("level_scale", one))] == scale
    assert told("level_db", one) == level


def test_what_a_file_does_not_say_is_not_a_number():
    bare = recording(species="unknown", kind="unknown")
    for name in ("age_years", "rate_hz", "frequency_hz", "species", "stimulus", "polarity"):
        assert np.isnan(told(name, bare)), name


def test_weeks_that_a_clinic_would_not_write_are_not_told():
    assert np.isnan(told("age_years", recording(age_weeks=30.0)))
    assert told("age_years", recording(age_years=0.0, age_weeks=30.0)) == 0.0


def test_broadband_is_zero_and_a_narrow_band_chirp_is_not():
    assert told("frequency_hz", recording()) == 0.0
    assert told("frequency_hz", recording(kind="tone", frequency_hz=500.0)) == 500.0
    assert told("frequency_hz", recording(kind="chirp", frequency_hz=2000.0)) == 2000.0


def test_both_polarities_pooled_are_alternating():
    both = [recording(polarity=p) for p in ("rarefaction", "condensation")]
    assert POLARITIES[int(told("polarity", *both))] == "alternating"
    assert np.isnan(told("polarity", both[0], recording(polarity="alternating")))
