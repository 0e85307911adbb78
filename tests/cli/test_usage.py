import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evoscope import __version__
from evoscope.abr.averaging.filters import PRESETS
from evoscope.cli import main

Run = Callable[..., tuple[int, str, str]]
EVOSCOPE = [sys.executable, "-c", "import sys; from evoscope.cli import main; sys.exit(main())"]


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"evoscope {__version__}\n", "")


@pytest.mark.parametrize("command", [(), ("abr",), ("abr", "analyze"), ("abr", "inspect")])
def test_help_of_every_command(run: Run, command: tuple[str, ...]) -> None:
    code, out, err = run(*command, "--help")
    assert code == 0
    assert "Usage: evoscope" in out
    assert err == ""


def test_help_starts_quickly_and_without_the_heavy_libraries() -> None:
    probe = (
        "import sys\nfrom evoscope.cli import main\nmain(['--help'])\n"
        "heavy = {'numpy', 'matplotlib', 'scipy', 'pandas', 'pydantic', 'torch'} & set(sys.modules)"
        "\nsys.exit(str(heavy) if heavy else 0)"
    )
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # 0.2 s where it was measured; the promise is 0.6 s; a busy machine gets the benefit.
    assert time.perf_counter() - began < 3.0


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("abr", "analize", "x"), '"analyze"'),
        (("abrr",), '"abr"'),
        (("abr", "analyze", "x", "--overwite"), "--overwrite"),
        (("abr", "analyze", "x", "--species", "mous"), "mouse"),
    ],
)
def test_a_slip_is_told_what_was_meant(run: Run, arguments: tuple[str, ...], meant: str) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert meant in err
    assert out == ""
    assert "Traceback" not in err


def test_nothing_to_do_is_bad_usage(run: Run, tmp_path: Path) -> None:
    code, _, err = run("abr", "analyze", "-o", tmp_path / "out")
    assert code == 2
    assert "at least one file or folder" in err
    code, _, err = run("abr", "inspect")
    assert code == 2


@pytest.mark.parametrize(
    ("ages", "meant"),
    [
        (("--age-years", "0", "--age-weeks", "6"), "in years or in weeks"),
        (("--age-years", "200"), "between 0 and 130"),
    ],
)
def test_an_age_that_cannot_be_is_bad_usage(
    run: Run, ear: Path, ages: tuple[str, ...], meant: str
) -> None:
    code, out, err = run("abr", "analyze", ear, "--json", *ages)
    assert (code, out) == (2, "")
    assert meant in err


def test_results_need_a_folder(run: Run, ear: Path) -> None:
    code, _, err = run("abr", "analyze", ear)
    assert code == 2
    assert "-o should name a folder" in err


@pytest.mark.parametrize("name", ["missing.csv", "no*match.csv"])
def test_a_path_that_is_not_there_is_named(run: Run, tmp_path: Path, name: str) -> None:
    for command in (("abr", "inspect"), ("abr", "analyze", "-o", tmp_path / "out")):
        code, out, err = run(*command, tmp_path / name)
        assert code == 2
        assert name in err
        assert out == ""
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, _, err = run("abr", "analyze", tmp_path / "empty", "-o", tmp_path / "out")
    assert code == 2
    assert "it is empty" in err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_letters_says_what_it_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("Dear colleague\n")
    code, _, err = run("abr", "inspect", tmp_path / "letters")
    assert code == 2
    assert "a.txt" in err


def test_every_filter_preset_can_be_asked_for(run: Run) -> None:
    _, out, _ = run("abr", "analyze", "--help")
    words = " ".join(out.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())
    assert f"choices: {', '.join(PRESETS)}" in words


def test_ctrl_c_is_a_message_not_a_traceback(
    run: Run, ear: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evoscope.abr.report.figures.draw", interrupted)
    code, _, err = run("abr", "analyze", ear, "-o", tmp_path / "out")
    assert code == 130
    assert "Nothing half-written was left" in err
    assert list(tmp_path.iterdir()) == []  # neither the folder nor a part of it


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_a_scheduler_that_ends_the_job_leaves_nothing_behind(ear: Path, tmp_path: Path) -> None:
    slow = (
        "import sys, time, evoscope.abr.report.figures as f\nfrom evoscope.cli import main\n"
        "f.draw = lambda _: time.sleep(60)\nsys.exit(main())"
    )
    command = subprocess.Popen(
        [sys.executable, "-c", slow, "abr", "analyze", str(ear), "-o", str(tmp_path / "out")],
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.perf_counter() + 60
    while not list(tmp_path.glob(".out.partial-*/figures")) and time.perf_counter() < until:
        time.sleep(0.02)
    command.terminate()
    _, err = command.communicate(timeout=60)
    assert command.returncode == 128 + signal.SIGTERM
    assert err.strip() == "evoscope: stopped. Nothing half-written was left behind."
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_it_still_starts_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pressed:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "evoscope.cli.app":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "evoscope.cli.app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Pressed(), *sys.meta_path])
    assert main(["--version"]) == 130
    assert capsys.readouterr().err.splitlines() == [
        "",
        "evoscope: stopped. Nothing half-written was left behind.",
    ]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are not forked here")
def test_a_worker_that_is_ended_ends_quietly() -> None:
    forks = (
        "import os, signal\nfrom evoscope.cli.endings import stops_raise\n"
        "with stops_raise():\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    done = subprocess.run([sys.executable, "-c", forks], capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("143\n", "", 0)


def test_signals_are_the_callers_again_afterwards(run: Run) -> None:
    before = signal.getsignal(signal.SIGTERM)
    run("--version")
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_a_reader_that_stops_reading_is_no_error(ear: Path) -> None:
    command = subprocess.Popen(
        [*EVOSCOPE, "abr", "inspect", str(ear)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None
    command.stdout.close()
    assert command.stderr is not None
    err = command.stderr.read()
    command.stderr.close()
    assert command.wait(timeout=60) in (0, -signal.SIGPIPE)
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err
