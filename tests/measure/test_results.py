"""Result files and the tables filled from them: whole or not at all, and from a named commit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from evoscope.measure.results import commit_of, fill, fill_file, number, short_commit, write_text


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"]
    said = subprocess.check_output(["git", *who, *arguments], cwd=folder, text=True)
    return said.strip()


def test_a_result_names_its_commit_and_whether_the_code_was_changed(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    for name in ("src/code.py", "notes.txt"):
        (tmp_path / name).write_text("1")
    assert commit_of(tmp_path) == "unknown"  # no repository
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "all")
    commit = git(tmp_path, "rev-parse", "HEAD")
    assert commit_of(tmp_path) == commit
    (tmp_path / "notes.txt").write_text("2")
    (tmp_path / "src" / "new.py").write_text("2")
    assert commit_of(tmp_path) == commit  # neither is code that ran and that git knows
    (tmp_path / "src" / "code.py").write_text("2")
    assert commit_of(tmp_path) == f"{commit}+changes"


def test_a_commit_in_short_still_says_that_the_code_was_changed() -> None:
    commit = "0123456789abcdef" + 24 * "0"
    assert short_commit(commit) == "0123456789ab"
    assert short_commit(f"{commit}+changes") == "0123456789ab+changes"
    assert short_commit("unknown") == "unknown"


def test_a_commit_is_unknown_where_there_is_no_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(tmp_path) == "unknown"


def test_a_file_is_written_in_one_piece_or_in_many_into_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.txt"
    write_text("pière\n", path)
    assert path.read_bytes() == "pière\n".encode()
    write_text(iter(["a", "b\n"]), path)
    assert path.read_text() == "ab\n"
    assert os.listdir(path.parent) == ["a.txt"]  # noqa: PTH208


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def pieces() -> Iterator[str]:
        yield "new"
        assert path.read_text() == "old"  # nobody sees half of it
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_text(pieces(), path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(100.0, "100"), (-250.4, "-250"), (99.987, "99.99"), (1.0, "1.00"), (-1.5, "-1.50"),
     (0.99951, "1.000"), (0.0, "0.000"), (-0.5, "-0.500"), (None, "-")],
)  # fmt: skip
def test_a_figure_in_a_table_has_three_digits_whatever_its_size(
    value: float | None, said: str
) -> None:
    assert number(value) == said


def test_only_the_named_place_of_a_page_is_filled(tmp_path: Path) -> None:
    def page(a: str, b: str) -> str:
        return f"é\n<!-- table:a.b -->\n{a}<!-- /table -->\n<!-- table:b -->\n{b}<!-- /table -->\n"

    path = tmp_path / "page.md"
    path.write_text(page("old\nrows\n", "kept\n"), encoding="utf-8")
    fill_file(path, "a.b", r"| \1 | new |")  # what looks like a group is text
    assert path.read_bytes().decode() == page("| \\1 | new |\n", "kept\n")
    with pytest.raises(ValueError, match="<!-- table:axb -->"):
        fill(page("", ""), "axb", "")
