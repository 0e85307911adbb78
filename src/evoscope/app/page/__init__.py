"""The page: static files that a browser needs, served beside the API. No build, no CDN."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

FILES = Path(__file__).parent / "static"


def mount_page(app: FastAPI) -> None:
    """Serve the page at ``/``; call it after the API's routes, which it would hide.

    Example:
        >>> (FILES / "index.html").is_file()
        True
    """
    app.mount("/", StaticFiles(directory=FILES, html=True), name="page")
