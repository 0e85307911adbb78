"""What docs/text.md shows can be pasted."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from evoscope.runtime import Pack
from evoscope.text.analysis import engine

PAGE = "docs/text.md"
TEXT = (Path(__file__).parents[3] / PAGE).read_text("utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```", TEXT, flags=re.DOTALL | re.MULTILINE)
COMMANDS = [
    shlex.split(line.split(" < ")[0], comments=True)
    for block in re.findall(r"^```sh\n(.*?)^```", TEXT, flags=re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if line.startswith("evoscope ")
]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_its_python_runs(
    snippet: str,
    pack: Pack,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(engine, "shipped", lambda *_, **__: pack.folder)
    exec(compile(snippet, PAGE, "exec"), {"__name__": "page"})
    assert capsys.readouterr().out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_its_commands_exist(words: list[str]) -> None:
    from evoscope.cli.app import app

    command, _, rest, _ = app.parse_known_args(words[1:])
    assert rest == []
    assert command.__module__.startswith("evoscope.cli")
