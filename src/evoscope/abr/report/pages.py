"""Pages from templates: what comes from files is escaped, and nothing may be left out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def filled_page(folder: Path, template: str, /, **shown: object) -> str:
    """Fill a template of a folder.

    Args:
        folder: of templates.
        template: file name in it.
        shown: what the template names, all of it.

    Returns:
        HTML. Text is escaped unless it is `markupsafe.Markup`.

    Raises:
        jinja2.UndefinedError: the template names what is not there.
    """
    return _environment(folder).get_template(template).render(**shown)


@cache
def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
