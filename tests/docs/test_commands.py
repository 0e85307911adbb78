"""Every command that a page shows exists, with its options; what is quick is run as it stands."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series
from evoscope.cli import main
from evoscope.cli.app import app

from .shell_lines import PAGES, ROOT, Command, commands_of

COMMANDS = [command for page in PAGES for command in commands_of(page)]
# What else a page may show, and what makes sure of it.
OF_THE_SYSTEM = {
    "source": "activates .venv, which make set up",
    "curl": "tests/app asks every route",
    "unzip": "as above",
    "git": "rev-parse, for the commit",
}


def of(*programs: str) -> list[Command]:
    return [command for command in COMMANDS if Path(command.words[0]).name in programs]


def test_every_program_of_a_page_is_looked_into() -> None:
    known = {"evoscope", "make", "pip", "python", "ruff", "torchrun", *OF_THE_SYSTEM}
    unknown = [str(one) for one in COMMANDS if Path(one.words[0]).name not in known]
    assert unknown == []
    assert len(of("evoscope")) > 50


@pytest.mark.parametrize("command", [c for c in of("evoscope") if c.whole], ids=str)
def test_a_command_of_a_block_is_understood_whole(command: Command) -> None:
    function, _, left_over, _ = app.parse_known_args(list(command.words[1:]))
    # What the parser leaves over is a command or an option that it does not know.
    assert left_over == []
    assert function.__module__.startswith("evoscope.cli")


@pytest.mark.parametrize("command", [c for c in of("evoscope") if not c.whole], ids=str)
def test_a_command_in_a_sentence_names_what_exists(command: Command) -> None:
    words = [word for word in command.words[1:] if word != "--help"]
    path, apps, rest = app.parse_commands(words)
    # "evoscope text" alone speaks of all that is under it.
    assert path or not words
    if apps[-1].default_command is None or path[-1] == "--version":
        assert rest == []
        return
    arguments = apps[-1].assemble_argument_collection()
    known = {name for one in arguments for name in (*one.names, *one.negatives)}
    options = [word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)]
    assert [option for option in options if option not in known] == []


@pytest.mark.parametrize("command", of("make"), ids=str)
def test_a_target_of_make_exists(command: Command) -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", text, flags=re.MULTILINE))
    assert {word for word in command.words[1:] if "=" not in word} <= targets


@pytest.mark.parametrize("command", of("pip"), ids=str)
def test_what_is_to_be_installed_exists(command: Command) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = " ".join(command.words)
    named = {one for found in re.findall(r"\[([\w,-]+)\]", text) for one in found.split(",")}
    assert named <= set(project["optional-dependencies"])
    for package in re.findall(r"--no-deps (\S+)", text):
        assert package in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", of("python", "torchrun"), ids=str)
def test_a_module_or_script_exists_and_knows_the_options(command: Command) -> None:
    words = list(command.words[1:])
    if "-m" in words:
        at = words.index("-m") + 1
        found = importlib.util.find_spec(words[at])
        assert found is not None
        if found.submodule_search_locations:
            found = importlib.util.find_spec(f"{words[at]}.__main__")
        assert found is not None
        assert found.origin is not None
        source = Path(found.origin)
    else:
        at = next(i for i, word in enumerate(words) if word.endswith(".py"))
        source = ROOT / words[at]
    text = source.read_text(encoding="utf-8")
    if source.is_relative_to(ROOT):
        assert source.name == "__main__.py" or 'if __name__ == "__main__"' in text
        options = [word.split("=")[0] for word in words[at + 1 :] if word.startswith("--")]
        assert [option for option in options if f'"{option}"' not in text] == []


# Too long to run here, or in need of what they are the last step of. Tests of their own run them:
# tests/cli (evaluate, train, runs, generate --like), tests/text (text), tests/app (serve) and
# tests/bench do.
ELSEWHERE = {"train", "runs", "evaluate", "serve", "text", "bench"}


def is_quick(command: Command) -> bool:
    words = set(command.words)
    needs_more = words & {"--like", "--analyzer", "--engine"}
    return command.whole and not (set(command.words[1:3]) & ELSEWHERE) and not needs_more


def small(words: tuple[str, ...]) -> list[str]:
    """The same command with few patients or ears, in one process, and without pictures."""
    few = {"--patients": "2", "--ears": "2", "-n": "2"}
    made = [few.get(before, word) for before, word in zip(("", *words), words, strict=False)]
    more = {"simulate": ["--processes", "1"], "analyze": ["--no-figures"]}
    added = more.get(words[2], [])
    return made if set(added[:1]) & set(words) else made + added


QUICK = {
    page: found
    for page in PAGES
    if (found := [one for one in commands_of(page) if one.words[0] == "evoscope" and is_quick(one)])
}


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    series, _ = simulate_series(true_threshold_db=22.0, levels_db=(20, 40, 60, 80), seed=1)

    def write(folder: Path) -> None:
        folder.mkdir()
        write_csv(series, folder / "p3.csv")

    return write


@pytest.mark.timeout(600)  # some 10 s for the longest page; a busy machine takes its time
@pytest.mark.parametrize("page", QUICK, ids=lambda page: page.name)
def test_the_quick_commands_of_a_page_run_one_after_the_other(
    page: Path,
    ear: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    ear(tmp_path / "recordings")
    for command in QUICK[page]:
        words = small(command.words)
        # Two ways of doing one thing may share their folder on a page.
        if "-o" in words and (tmp_path / words[words.index("-o") + 1]).exists():
            words.append("--overwrite")
        code = main(words[1:])
        said = capsys.readouterr()
        assert code == 0, f"{command}\n{said.err}"
        if command.output:
            Path(command.output).write_text(said.out, encoding="utf-8")


def test_pages_are_run_at_all() -> None:
    run = {" ".join(one.words[:3]) for found in QUICK.values() for one in found}
    wanted = {"analyze", "inspect", "schema", "simulate", "generate"}
    assert {f"evoscope abr {word}" for word in wanted} <= run
