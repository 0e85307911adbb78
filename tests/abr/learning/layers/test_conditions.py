"""Every condition matters, none is needed, and a wrong unit does not blow up."""

from __future__ import annotations

import math

import pytest
import torch

from evoscope.abr.learning.layers import (
    EMBEDDED_CONDITIONS,
    SPECIES,
    ConditionEmbedding,
    drop_conditions,
)

# An adult, an 60 dB tone of 2 kHz, as a cohort states them.
ADULT = (35.0, 60.0, 21.1, 0.15, 30.0, 2000.0, 0.0)


@pytest.fixture
def embed() -> ConditionEmbedding:
    torch.manual_seed(0)
    return ConditionEmbedding(16)


def rows(**changes: float) -> torch.Tensor:
    stated = dict(zip(EMBEDDED_CONDITIONS, ADULT, strict=True)) | changes
    return torch.tensor([list(stated.values())])


def answer(embed: ConditionEmbedding, t: float = 0.3, **changes: float) -> torch.Tensor:
    return embed(t=torch.tensor([t]), conditions=rows(**changes))


@pytest.mark.parametrize("name", EMBEDDED_CONDITIONS)
def test_each_condition_changes_the_answer_and_may_be_unknown(
    embed: ConditionEmbedding, name: str
) -> None:
    stated = answer(embed)
    other = answer(embed, **{name: 1.0})
    unknown = answer(embed, **{name: math.nan})
    assert not torch.allclose(stated, other)
    assert not torch.allclose(stated, unknown)
    assert unknown.isfinite().all()


def test_the_time_changes_the_answer_and_may_be_unknown(embed: ConditionEmbedding) -> None:
    assert not torch.allclose(answer(embed, t=0.02), answer(embed, t=0.03), atol=1e-3)
    unknown = answer(embed, t=math.nan)
    assert unknown.isfinite().all()
    assert not torch.allclose(unknown, answer(embed, t=0.0))


def test_a_click_a_tone_and_no_statement_are_three_things(embed: ConditionEmbedding) -> None:
    click, tone = answer(embed, frequency_hz=0.0), answer(embed, frequency_hz=100.0)
    unknown = answer(embed, frequency_hz=math.nan)
    assert not torch.allclose(click, tone)
    assert not torch.allclose(click, unknown)


def test_only_the_frequency_reads_zero_as_broadband(embed: ConditionEmbedding) -> None:
    zero, near = answer(embed, level_db=0.0), answer(embed, level_db=0.01)
    torch.testing.assert_close(zero, near, atol=0.01, rtol=0.01)


def test_a_wrong_unit_is_extreme_not_infinite(embed: ConditionEmbedding) -> None:
    torch.testing.assert_close(answer(embed, rms_uv=1e6), answer(embed, rms_uv=1e9))
    assert answer(embed, residual_noise_nv=0.0, level_db=-1e9).isfinite().all()


def test_species_are_numbered_without_the_unknown() -> None:
    assert SPECIES[0] == "human"
    assert "unknown" not in SPECIES


def test_a_table_of_another_width_is_refused(embed: ConditionEmbedding) -> None:
    with pytest.raises(ValueError, match=r"7 columns age_years.*Found 6"):
        embed(t=torch.zeros(2), conditions=torch.zeros(2, 6))


def test_conditions_are_dropped_per_sample() -> None:
    torch.manual_seed(0)
    lost = drop_conditions(torch.zeros(2000, 7), sample_share=0.2).isnan()
    whole = lost.all(dim=1)
    assert (whole == lost.any(dim=1)).all()
    assert 0.15 < whole.float().mean() < 0.25


def test_single_values_are_dropped_too() -> None:
    torch.manual_seed(0)
    lost = drop_conditions(torch.zeros(2000, 7), sample_share=0.0, cell_share=0.3).isnan()
    assert 0.25 < lost.float().mean() < 0.35
    assert lost.all(dim=1).float().mean() < 0.01
    assert not drop_conditions(torch.zeros(20, 7), sample_share=0.0).isnan().any()
