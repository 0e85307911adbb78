"""What a newcomer reads is true: commands exist, snippets run, versions and pins agree."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import evoscope

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "evoscope"
PAGES = ("README.md", "CONTRIBUTING.md")
# Ends after the name: a folder of a user, or where this was built, never belongs in a file.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|Users|work|mnt)/\w|[A-Z]:\\Users\\")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", read(page), flags=re.DOTALL | re.MULTILINE)


def shell_lines() -> list[str]:
    lines = [line for page in PAGES for block in blocks(page, "sh") for line in block.splitlines()]
    inline = [
        line for page in PAGES for line in re.findall(r"`((?:evoscope|make) [^`]+)`", read(page))
    ]
    return sorted({line for line in lines + inline if line.strip()})


def commands(program: str) -> list[list[str]]:
    found = [shlex.split(line, comments=True) for line in shell_lines()]
    return [words[1:] for words in found if words and words[0] == program]


def pyproject() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


def pins() -> dict[str, str]:
    lines = [line.split("#")[0].strip() for line in read("constraints.txt").splitlines()]
    pairs = [line.split("==") for line in lines if line]
    assert all(len(pair) == 2 for pair in pairs), "every line should be an exact pin"
    return {normal(name): wanted for name, wanted in pairs}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("words", commands("evoscope"), ids=" ".join)
def test_every_command_in_the_pages_exists(words: list[str]) -> None:
    from evoscope.cli.app import app

    command, _, rest, _ = app.parse_known_args(words)
    # What the parser leaves over is a command or an option that it does not know.
    assert rest == []
    assert "--help" in words or command.__module__.startswith("evoscope.cli")


def test_the_pages_do_show_commands() -> None:
    shown = {" ".join(words[:2]) for words in commands("evoscope")}
    assert {"abr analyze", "abr inspect"} <= shown
    assert ["demo"] in commands("make")


@pytest.mark.parametrize("words", commands("make"), ids=" ".join)
def test_every_make_target_in_the_pages_exists(words: list[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", read("Makefile"), flags=re.MULTILINE))
    assert {word for word in words if "=" not in word} <= targets


# The engine room's needs the training stack: tests/multitask/test_readme_example.py runs it.
@pytest.mark.parametrize(
    "snippet", [one for one in blocks("README.md", "python") if "multitask" not in one]
)
def test_the_python_of_the_readme_runs(
    snippet: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet, "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out
    assert "DEMO right click estimated" in printed


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_files_the_pages_point_to_exist(page: str) -> None:
    text = read(page)
    targets = re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    local = [target for target in targets if not target.startswith("https://")]
    assert [target for target in local if not (ROOT / target).is_file()] == []


def test_every_output_file_of_the_readme_is_written(tmp_path: Path) -> None:
    from evoscope.abr.findings import Document
    from evoscope.abr.report import write_report

    write_report(Document(version="0"), tmp_path / "out")
    table = read("README.md").split("The results folder holds:")[1].split("###")[0]
    named = set(re.findall(r"`([a-z]+\.(?:csv|json|html)|figures/)`", table))
    written = {p.name + "/" * p.is_dir() for p in (tmp_path / "out").iterdir()}
    assert named == written


def test_statuses_and_sources_of_the_readme_are_the_real_ones() -> None:
    from typing import get_args

    from evoscope.abr.findings import NoiseSource, ResponseCall, ThresholdStatus

    words = set(re.findall(r"`(\w+)`", read("README.md")))
    for vocabulary in (ThresholdStatus, NoiseSource, ResponseCall):
        assert set(get_args(vocabulary)) <= words


def modules() -> list[Path]:
    return [p for p in SOURCE.rglob("*.py") if "__pycache__" not in p.parts]


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(p.relative_to(ROOT))
        for p in modules()
        if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert silent == []


def tracked() -> list[Path]:
    """Every file of the repository; outside a git checkout, what the tests can see of it."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return [*modules(), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.*")]
    return [ROOT / name for name in listed.split("\0") if name]


def test_no_file_names_a_path_of_some_machine() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".png", ".gz"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {m[0]}" for m in MACHINE_PATH.finditer(text)]
    assert found == []


def test_versions_agree() -> None:
    (cited,) = re.findall(r"^version: (\S+)$", read("CITATION.cff"), flags=re.MULTILINE)
    newest = re.findall(r"^## \[([^\]]+)\]", read("CHANGELOG.md"), flags=re.MULTILINE)[0]
    assert cited == evoscope.__version__
    assert newest == evoscope.__version__


def test_torch_is_pinned_once_and_for_all() -> None:
    train = pyproject()["project"]["optional-dependencies"]["train"]
    (wanted,) = [one.split("==")[1] for one in train if one.startswith("torch==")]
    assert pins()["torch"] == wanted
    # Who only analyzes never takes it.
    everyday = pyproject()["project"]["dependencies"]
    assert not [one for one in everyday if "torch" in one or "train" in one]


def test_everything_the_set_up_installs_is_pinned() -> None:
    project = pyproject()["project"]
    extras = project["optional-dependencies"]
    named = [one for extra in ("dev", "eeg", "cohorts", "physionet") for one in extras[extra]]
    wanted = [*project["dependencies"], *named]
    names = {normal(re.split(r"[<>=\[; ]", one)[0]) for one in wanted} - {"evoscope"}
    assert names <= set(pins())


def test_a_source_distribution_holds_what_its_tests_read() -> None:
    from evoscope.bench.table import RESULTS

    holds = {*pyproject()["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]}
    named = re.compile(r"""(?:\bROOT|\.parents\[\d\]) / "([\w.-]+)|\bread\("([\w.-]+)""")
    tests = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")]
    read_by_tests = {one or other for text in tests for one, other in named.findall(text)}
    top = {path.name for path in ROOT.iterdir()}
    read_by_tests.add(RESULTS.split("/")[0])
    assert {"docs", "sweep"} <= read_by_tests
    assert read_by_tests & top <= holds | {"pyproject.toml"}  # which is always there


def test_importing_evoscope_loads_no_heavy_library() -> None:
    code = "import sys, json, evoscope; print(json.dumps(sorted(sys.modules)))"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    loaded = {name.split(".")[0] for name in json.loads(out)}
    assert loaded.isdisjoint({"torch", "numpy", "scipy", "pandas", "matplotlib", "mne"})
