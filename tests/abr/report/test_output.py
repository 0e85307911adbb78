import os
import stat
from pathlib import Path

import pytest

from evoscope.abr.report.output import OutputError, check_output, staged


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def write(folder: Path, *, overwrite: bool = False, text: str = "new") -> None:
    with staged(folder, overwrite=overwrite) as partial:
        (partial / "report.html").write_text(text)


def test_a_new_folder_appears_with_its_parents(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b")
    assert names(tmp_path / "a" / "b") == ["report.html"]
    assert names(tmp_path / "a") == ["b"]  # nothing temporary left behind


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out")
    assert names(tmp_path / "out") == ["report.html"]


def test_others_may_read_the_results(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    write(tmp_path / "out")
    plain, out = (stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("plain", "out"))
    assert out == plain


def test_a_folder_with_files_is_refused_and_the_message_says_overwrite(tmp_path: Path) -> None:
    write(tmp_path / "out", text="old")
    with pytest.raises(OutputError, match="--overwrite"):
        write(tmp_path / "out")
    assert (tmp_path / "out" / "report.html").read_text() == "old"


def test_overwrite_replaces_results_and_keeps_what_is_not_ours(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, text="old")
    (out / "figures").mkdir()
    (out / "figures" / "stale.png").write_text("old")
    (out / "letter.docx").write_text("mine")
    write(out, overwrite=True)
    assert names(out) == ["letter.docx", "report.html"]
    assert (out / "report.html").read_text() == "new"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("ending", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_the_earlier_results(tmp_path: Path, ending: type[BaseException]) -> None:
    out = tmp_path / "out"
    write(out, text="old")

    def fail() -> None:
        with staged(out, overwrite=True) as partial:
            (partial / "report.html").write_text("half")
            raise ending

    with pytest.raises(ending):
        fail()
    assert (out / "report.html").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_a_failed_swap_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write(out, text="old")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise OSError("disk says no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="disk says no"):
        write(out, overwrite=True)
    assert (out / "report.html").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_of_two_runs_at_once_the_first_to_end_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def second() -> None:
        with staged(out, overwrite=False) as partial:
            write(out, text="first")
            (partial / "report.html").write_text("second")

    with pytest.raises(OutputError, match="another run meanwhile"):
        second()
    assert (out / "report.html").read_text() == "first"
    assert names(tmp_path) == ["out"]


def test_two_runs_that_may_overwrite_lose_no_file_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write(out, text="old")
    (out / "letter.docx").write_text("mine")
    rename = Path.rename

    def beaten(self: Path, target: Path) -> Path:
        moved = rename(self, target)
        if ".old-" in target.name:  # the other run ends just between the two renames
            monkeypatch.undo()
            write(out, text="other")
        return moved

    monkeypatch.setattr(Path, "rename", beaten)
    with pytest.raises(OutputError, match="another run meanwhile"):
        write(out, overwrite=True, text="mine")
    assert (out / "report.html").read_text() == "other"
    assert (out / "letter.docx").read_text() == "mine"
    assert names(tmp_path) == ["out"]


def test_a_file_is_no_output_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="should be a folder"):
        check_output(tmp_path / "out", overwrite=True)


def test_inputs_are_never_swapped_away(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.txt").write_text("a recording")
    for inputs in ([data / "a.txt"], [data]):
        with pytest.raises(OutputError, match="inputs are never touched"):
            check_output(data, overwrite=True, inputs=inputs)


def test_the_working_directory_is_not_swapped_from_under_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="working directory"):
        check_output(Path(), overwrite=True)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user without rights")
def test_a_folder_nobody_may_write_to_is_refused_before_the_work(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="writable"):
        check_output(tmp_path / "out", overwrite=False)


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="needs /proc, where nothing can be made"
)
def test_a_disk_that_takes_nothing_is_refused_before_the_work() -> None:
    with pytest.raises(OutputError, match=r"writable.*/proc"):
        check_output(Path("/proc/x/y"), overwrite=False)


def test_the_check_leaves_nothing_behind(tmp_path: Path) -> None:
    check_output(tmp_path / "a" / "out", overwrite=False)
    assert names(tmp_path) == []
