"""Libraries that come with an extra: where one is missing, the error names the extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

# What needs them, all that the extra brings, and its name.
_COHORTS = ("Cohorts and Parquet", "pandas and pyarrow", "cohorts")
_BROUGHT_BY = {"pandas": _COHORTS, "pyarrow": _COHORTS}


class MissingExtraError(ImportError):
    """A library of an extra is not installed: who needs it, and how to install it."""


@contextmanager
def extras_named() -> Iterator[None]:
    """Turn a missing library that an extra brings into an error that names the extra.

    It stands around imports where a part begins that not every installation has.

    Raises:
        MissingExtraError: the library is not installed.

    Example:
        >>> with extras_named():
        ...     raise ModuleNotFoundError("No module named 'pyarrow'", name="pyarrow")
        Traceback (most recent call last):
        ...
        evoscope.extras.MissingExtraError: Cohorts and Parquet should have pandas and pyarrow
        installed. Found no pyarrow. Install the extra: pip install 'evoscope[cohorts]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in _BROUGHT_BY:
            raise
        who, all_of_it, extra = _BROUGHT_BY[library]
        raise MissingExtraError(
            f"{who} should have {all_of_it} installed. Found no {library}. "
            f"Install the extra: pip install 'evoscope[{extra}]'",
            name=library,
        ) from error
