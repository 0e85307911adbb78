"""Which requests are for the page's own files, and which for what the server knows."""

from __future__ import annotations


def is_page(path: str) -> bool:
    """Whether a path is of the page's own files, which carry nothing of anyone.

    Example:
        >>> is_page("/app.js"), is_page("/api/v1/series"), is_page("/metrics")
        (True, False, False)
    """
    return not (path.startswith("/api/") or path == "/metrics")
