"""Asking the store from a route: what is missing is a 404."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from evoscope.app.problems import ProblemError, not_found
from evoscope.app.readings.fold import NothingToTakeBackError
from evoscope.app.store.errors import MissingError

Answer = TypeVar("Answer")


def asked(question: Callable[[], Answer]) -> Answer:
    """Ask, and turn what the store says of it into a response.

    Raises:
        ProblemError: 404 for what is not there, 409 for an undo with nothing before it.
    """
    try:
        return question()
    except MissingError as missing:
        raise not_found(missing.what) from None
    except NothingToTakeBackError as error:
        raise ProblemError(409, str(error)) from None
