"""A name that a client gave never leads out of the upload's folder."""

from pathlib import Path, PurePosixPath

from hypothesis import example, given
from hypothesis import strategies as st

from evoscope.app.names import LONGEST_PART_BYTES, safe_names


@given(st.lists(st.text(max_size=40) | st.none(), max_size=8))
@example(["../../x", "..\\..\\x", "/etc/passwd", "C:\\x", "\0", "\ud800", "a", "a/b", "A/c", "a"])
@example(["con", "nul.csv", ".", "..", "...", "a/../b", "~/x", "x" * 500, "é" * 200])
def test_paths_are_safe_apart_and_can_be_made(names: list[str | None]) -> None:
    made = safe_names(names)
    paths = [one.path for one in made if one.path is not None]
    folded = [path.lower() for path in paths]
    assert len(set(folded)) == len(folded)
    for path in paths:
        pure = PurePosixPath(path)
        assert not pure.is_absolute()
        assert not {"..", ".", ""} & set(pure.parts)
        assert not any(c in path for c in "\\\0:*?~\n")
        assert all(len(part.encode()) <= LONGEST_PART_BYTES + 20 for part in pure.parts)
        # No file lies where another one's folder is.
        assert not {str(parent).lower() for parent in pure.parents} & set(folded)
    for one in made:
        one.given.encode()  # can be stored and shown


def test_folders_and_companions_keep_their_names() -> None:
    names = ["P3/right ear.hea", "P3/right ear.dat", "P4/right ear.hea"]
    assert [one.path for one in safe_names(names)] == names


def test_hidden_files_are_left_out_with_a_reason() -> None:
    (one,) = safe_names(["folder/.DS_Store"])
    assert (one.path, one.why) == (None, "A hidden file.")


def test_a_zarr_folder_keeps_the_files_that_describe_it() -> None:
    # Without them a dropped folder of psiexperiment's is a heap of numbers.
    names = ["P3/eeg.zarr/.zarray", "P3/eeg.zarr/.zattrs", "P3/eeg.zarr/0"]
    assert [one.path for one in safe_names(names)] == names
    assert safe_names([".zarray/../.hidden/x"])[0].path is None


def test_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    paths = [one.path for one in safe_names(["a.csv", "A.csv", "a.csv"])]
    assert paths == ["a.csv", "A (2).csv", "a (3).csv"]
