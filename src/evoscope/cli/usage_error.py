"""A request that cannot be served, in words."""

from __future__ import annotations


class UsageError(Exception):
    """What should hold, what was found, what to do: printed without a traceback, exit code 2."""
