"""Where a run speaks to whoever started it."""

from rich.console import Console

TERMINAL = Console(stderr=True)
"""One console for bars and messages, so that neither tears the other apart."""
