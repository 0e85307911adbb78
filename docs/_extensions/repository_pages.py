"""Pages that live outside ``docs``, and links that GitHub and the site both understand.

``readme.md``, ``contributing.md`` and ``changelog.md`` stand in for the files in the root of the
repository. Links in all pages are written as GitHub reads them; here those that leave ``docs`` are
turned to the stand-in, or to the file itself, which becomes a download.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

ROOT = Path(__file__).parents[2]
STANDS_FOR = {
    "readme": "README.md",
    "contributing": "CONTRIBUTING.md",
    "changelog": "CHANGELOG.md",
}
_PAGES = {name: f"{page}.md" for page, name in STANDS_FOR.items()}
_LINK = re.compile(r"(\]\(|src=\")(?!https?://|#)([^)#\"]+)")
_FOLDER = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#]+)\)")


def as_on_the_site(text: str, *, in_root: bool) -> str:
    """Turn the links of a page; ``in_root`` says that it lives in the root of the repository."""

    def turned(found: re.Match[str]) -> str:
        before, target = found.groups()
        where = target if in_root else _from_root(target)
        if where is None:
            return found[0]
        if where in _PAGES:
            return before + _PAGES[where]
        if where.startswith("docs/"):
            return before + where.removeprefix("docs/")
        return f"{before}../{where}"

    def without_folders(found: re.Match[str]) -> str:
        is_folder = (ROOT / "docs" / found[2]).is_dir()
        return found[1] if is_folder else found[0]

    return _FOLDER.sub(without_folders, _LINK.sub(turned, text))


def _from_root(target: str) -> str | None:
    """Return a link out of ``docs`` as seen from the root; None where it stays inside."""
    return target.removeprefix("../") if target.startswith("../") else None


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    if docname in STANDS_FOR:
        file = ROOT / STANDS_FOR[docname]
        app.env.note_dependency(str(file))
        source[0] = as_on_the_site(file.read_text(encoding="utf-8"), in_root=True)
    elif "/" not in docname:
        source[0] = as_on_the_site(source[0], in_root=False)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Turn links as pages are read."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True}
