"""The Python of the pages runs as it stands, and they leave out nothing that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
# Other pages with Python have a test of their own, beside what they are about.
RUN_HERE = ("start.md", "for-method-developers.md", "for-app-developers.md")


def snippets(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


SNIPPETS = [(page, snippet) for page in RUN_HERE for snippet in snippets(page)]


@pytest.mark.parametrize(("page", "snippet"), SNIPPETS)
def test_a_snippet_runs(
    page: str,
    snippet: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet, page, "exec"), {"__name__": "page"})
    assert capsys.readouterr().out.strip()


def test_the_example_of_ones_own_problem_learns_all_of_its_tasks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (snippet,) = snippets("for-ml-engineers.md")
    assert "evoscope.abr" not in snippet
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    with torch.random.fork_rng():
        exec(compile(snippet, "for-ml-engineers.md", "exec"), names)
    assert "(3 of 3); red flags: none" in str(names["run"].verdict)  # type: ignore[attr-defined]


def test_every_source_of_the_simulator_is_named_in_the_code() -> None:
    table = (DOCS / "simulator.md").read_text(encoding="utf-8").split("## Sources")[1]
    table = table.split("\n## ")[0]
    code = "".join(
        path.read_text(encoding="utf-8")
        for part in ("norms", "simulation", "averaging")
        for path in (ROOT / "src" / "evoscope" / "abr" / part).rglob("*.py")
    )
    papers = re.findall(r"([A-Z]\w+)[^;|\d]*?(\d{4})", table.split("|---|---|")[1])
    assert len(papers) > 12
    missing = [
        f"{author} {year}"
        for author, year in papers
        if not re.search(rf"{author}\b[^\n]{{0,40}}?{year}", code)
    ]
    assert missing == []


def test_every_format_has_a_section() -> None:
    from evoscope.abr.formats.dispatch import readers

    page = (DOCS / "formats.md").read_text(encoding="utf-8")
    assert [one.name for one in readers() if f"`{one.name}`" not in page] == []


def test_pictures_of_the_pages_come_from_commands() -> None:
    makers = [*(DOCS / "images").glob("*.py"), ROOT / "src/evoscope/bench/plots.py"]
    scripts = "".join(path.read_text(encoding="utf-8") for path in makers)
    pictures = [path.stem for path in (DOCS / "images").glob("*.png")]
    assert pictures
    assert [name for name in pictures if name not in scripts] == []
