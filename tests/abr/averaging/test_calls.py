"""CR, RA, INC: each rule at both sides of each of its limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoscope.abr.averaging import call_response
from evoscope.abr.findings import ResponseCall

# size, noise in nV, p of the F test, probability that the series sees a response here
Case = tuple[float | None, float | None, float | None, float | None]

HUMAN: list[tuple[Case, ResponseCall]] = [
    ((200.0, 20.0, 0.001, 0.99), "CR"),
    ((40.0, 13.0, 0.049, None), "CR"),
    ((39.9, 10.0, 0.001, 0.99), "INC"),  # too small
    ((59.0, 20.0, 0.001, 0.99), "INC"),  # less than three times the noise
    ((60.0, 20.0, 0.001, 0.99), "CR"),
    ((200.0, 20.0, 0.06, 0.99), "INC"),  # the F test sees nothing, the noise is too high for RA
    ((20.0, 15.6, 0.5, 0.01), "RA"),  # mean gap of the two traces 24.9 nV
    ((20.0, 15.7, 0.5, 0.01), "INC"),  # 25.1 nV
    ((20.0, 10.0, 0.04, 0.01), "INC"),  # quiet, yet the F test sees something
    ((None, 10.0, 0.5, 0.01), "RA"),
    ((None, 10.0, 0.001, 0.99), "INC"),  # no wave to measure: not clear
]
ANIMAL: list[tuple[Case, ResponseCall]] = [
    ((3000.0, 200.0, 0.001, 0.99), "CR"),
    ((30.0, 10.0, 0.009, 0.99), "CR"),  # 40 nV is a human limit
    ((3000.0, 200.0, 0.02, 0.99), "INC"),
    ((599.0, 200.0, 0.001, 0.99), "INC"),
    ((300.0, 200.0, 0.2, 0.1), "RA"),
    ((300.0, 200.0, 0.2, None), "RA"),
    ((300.0, 200.0, 0.2, 0.6), "INC"),  # the series sees a response
    ((None, 200.0, 0.04, 0.1), "INC"),
]
# Without a measured noise the series decides, human or not.
UNMEASURED: list[tuple[Case, ResponseCall]] = [
    ((500.0, None, None, 0.96), "CR"),
    ((500.0, None, None, 0.95), "INC"),
    ((None, None, None, 0.04), "RA"),
    ((500.0, None, None, 0.05), "INC"),
    ((500.0, None, None, None), "INC"),
    ((500.0, 20.0, None, 0.5), "INC"),  # a noise without a p-value is a modelled one
    ((500.0, None, 0.001, 0.5), "INC"),
]


def call(human: bool, case: Case) -> tuple[ResponseCall, str]:
    size, noise, p, probability = case
    found = call_response(
        human=human,
        peak_to_trough_nv=size,
        residual_nv=noise,
        p_value=p,
        response_probability=probability,
    )
    return found.call, found.rule


@pytest.mark.parametrize(("case", "expected"), HUMAN)
def test_human_with_measured_noise(case: Case, expected: ResponseCall) -> None:
    assert call(True, case)[0] == expected


@pytest.mark.parametrize(("case", "expected"), ANIMAL)
def test_animal_with_measured_noise(case: Case, expected: ResponseCall) -> None:
    assert call(False, case)[0] == expected


@pytest.mark.parametrize("human", [True, False])
@pytest.mark.parametrize(("case", "expected"), UNMEASURED)
def test_noise_not_measured(case: Case, expected: ResponseCall, human: bool) -> None:
    assert call(human, case)[0] == expected


def test_the_rule_is_named() -> None:
    rules = [call(True, HUMAN[0][0])[1], call(False, HUMAN[0][0])[1], call(True, UNMEASURED[0][0])]
    assert "UK" in rules[0]
    assert "F test" in rules[1]
    assert "series" in rules[2][1]


@given(st.booleans(), st.floats(0, 5000), st.floats(1, 500), st.floats(1, 10), st.floats(0, 1))
def test_more_noise_never_makes_a_response_clear(
    human: bool, size: float, noise: float, factor: float, p: float
) -> None:
    if call(human, (size, noise, p, None))[0] != "CR":
        assert call(human, (size, noise * factor, p, None))[0] != "CR"
