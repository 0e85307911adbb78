"""The page of all commands: what the command line's own parser says of them."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

PAGE = "commands"


def _read(_app: Sphinx, docname: str, source: list[str]) -> None:
    if docname == PAGE:
        from evoscope.cli.app import app as commands

        help_of_all = commands.generate_docs("markdown", max_heading_level=3, usage_name="evoscope")
        source[0] += help_of_all[help_of_all.index("\n## evoscope ") :]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the help when the page is read."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True}
