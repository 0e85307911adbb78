"""Whoever is not on this machine needs a token."""

from pathlib import Path

import pytest

from evoscope.app.settings import Settings, is_own_machine


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "clinic.example", ""])
def test_a_host_that_others_reach_is_refused_without_a_token(host: str) -> None:
    with pytest.raises(ValueError, match="no token"):
        Settings(data=Path("x"), host=host)
    assert Settings(data=Path("x"), host=host, token="a" * 16).host == host  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_needs_none(host: str) -> None:
    assert is_own_machine(host)
    assert Settings(data=Path("x"), host=host).token is None


def test_a_token_that_can_be_guessed_is_refused_and_a_good_one_is_not_printed() -> None:
    with pytest.raises(ValueError, match="at least 16 characters"):
        Settings(data=Path("x"), token="short")  # type: ignore[arg-type]
    assert "secret" not in repr(Settings(data=Path("x"), token="secret" * 3))  # type: ignore[arg-type]
