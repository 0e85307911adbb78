"""The site builds without a warning, its notebooks run, and it needs nothing from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

DOCS = Path(__file__).parents[2] / "docs"
# What makes a browser fetch something: links that a reader may follow are none of it.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)[^>]*\ssrc=["']?(?:https?:)?//[^"'> ]+"""
    r"""|<link[^>]*rel=["'](?:stylesheet|preload|icon|preconnect)[^>]*href=["'](?:https?:)?//[^>]+"""
    r"""|@import[^;]*//[^;]+|url\(["']?(?:https?:)?//[^)]+"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    # Here, not in this process: the tests enforce shapes in signatures, which autodoc would show.
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = ["sphinx", "-b", "html", "-W", "--keep-going", "-n", "-E", "-q"]
    built = subprocess.run(
        [sys.executable, "-m", *command, "-d", str(folder / "trees"), DOCS, folder / "html"],
        capture_output=True,
        text=True,
        env=os.environ | one_thread,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-4000:]
    return folder / "html"


@pytest.mark.timeout(1800)  # a minute of one core, and that may be shared
def test_every_page_is_reached_and_shown(site: Path) -> None:
    pages = {
        path.relative_to(DOCS).with_suffix("").as_posix()
        for kind in ("*.md", "*.rst")
        for path in DOCS.rglob(kind)
        if "_build" not in path.parts
    }
    missing = [page for page in pages if not (site / f"{page}.html").is_file()]
    assert missing == []
    index = (site / "index.html").read_text(encoding="utf-8")
    unlisted = [
        page
        for page in pages - {"index"}
        if f'href="{page}.html"' not in index and not page.startswith("api/")
    ]
    assert unlisted == []


@pytest.mark.timeout(1800)
def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    found = [
        f"{path.relative_to(site)}: {match[0][:120]}"
        for kind in ("*.html", "*.css")
        for path in site.rglob(kind)
        for match in FETCHED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.timeout(1800)
def test_every_picture_and_page_that_is_linked_is_there(site: Path) -> None:
    link = re.compile(r"""(?:\ssrc|<a[^>]*\shref)="([^"#?:]+)["#?]""")
    missing = [
        f"{page.relative_to(site)}: {target}"
        for page in site.rglob("*.html")
        for target in set(link.findall(page.read_text(encoding="utf-8")))
        if not (page.parent / unquote(target)).exists()
    ]
    assert missing == []


@pytest.mark.timeout(1800)
def test_charts_are_drawn_and_notebooks_show_what_they_found(site: Path) -> None:
    drawn = (site / "architecture.html").read_text(encoding="utf-8")
    assert drawn.count('<div class="flow-chart"><svg') == 4
    assert "flowchart TD" not in drawn
    ears = (site / "notebooks" / "ears.html").read_text(encoding="utf-8")
    assert "DEMO right click" in ears
    assert ears.count("<img") >= 2
    own = (site / "notebooks" / "own-data.html").read_text(encoding="utf-8")
    assert "better than trivial: digit.macro_f1" in own
    for page in (ears, own):
        assert "Traceback" not in page


@pytest.mark.timeout(1800)
def test_the_reference_shows_names_that_are_resolved_late(site: Path) -> None:
    shown = (site / "api" / "multitask.html").read_text(encoding="utf-8")
    for name in ("Classification", "ImprovedTaskHead", "RedFlags"):
        assert f"{name}</span>" in shown
    assert "evoscope.simulate" in (site / "api" / "evoscope.html").read_text(encoding="utf-8")
    for page, name in (("scale", "analyze_cohorts"), ("app", "create_app"), ("app", "QuizScore")):
        text = (site / "api" / f"{page}.html").read_text(encoding="utf-8")
        assert f"{name}</span>" in text, name
    commands = (site / "commands.html").read_text(encoding="utf-8")
    assert "--level-reference" in commands
