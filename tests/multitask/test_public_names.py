"""What the package promises by name is there."""

from __future__ import annotations

import pytest

from evoscope import multitask


@pytest.mark.parametrize("name", multitask.__all__)
def test_a_promised_name_resolves_to_the_thing_of_that_name(name: str) -> None:
    assert getattr(getattr(multitask, name), "__name__", "Mapping") in (name, "Mapping")


def test_an_unknown_name_is_refused_with_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'Trainer'\. It has \["):
        _ = multitask.Trainer
