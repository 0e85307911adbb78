"""A run that was stopped goes on; another request never gets its parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.scale.parts import Parts, parts_of, state_of


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    made: list[int] = []

    def work(item: int) -> bytes:
        if item == 2 and len(made) == 2:
            raise KeyboardInterrupt
        made.append(item)
        return bytes([item])

    def run() -> list[bytes]:
        with parts_of(tmp_path / "out", {"seed": 1}) as folder:
            return list(Parts(folder, work, range(4), engine="local"))

    with pytest.raises(KeyboardInterrupt):
        run()
    made.append(-1)
    assert run() == [bytes([item]) for item in range(4)]
    assert made == [0, 1, -1, 2, 3]
    assert list(tmp_path.iterdir()) == []  # nothing is left when the output is there


@pytest.mark.parametrize("other", [{"seed": 2}, {"seed": 1, "level": 60}])
def test_another_request_does_not_get_these_parts(tmp_path: Path, other: dict[str, int]) -> None:
    def stopped() -> None:
        with parts_of(tmp_path / "out", {"seed": 1}) as folder:
            (folder / "part-00000000").write_bytes(b"of seed 1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    (first,) = tmp_path.iterdir()
    with parts_of(tmp_path / "out", other) as second:
        assert list(Parts(second, lambda _item: b"own", [0], engine="local")) == [b"own"]
    assert first.exists()


def test_a_part_that_was_not_finished_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "part-00000000.partial-abc").write_bytes(b"hal")
    parts = Parts(tmp_path, lambda _item: b"whole", [0], engine="local")
    assert parts.missing() == [0]
    assert list(parts) == [b"whole"]


def test_a_request_that_is_refused_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), parts_of(tmp_path / "out", {}):
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


def test_an_input_that_was_changed_is_another_request(tmp_path: Path) -> None:
    file = tmp_path / "cohort.parquet"
    file.write_bytes(b"one")
    before = state_of(file)
    file.write_bytes(b"more")
    assert state_of(file) != before


def test_a_file_under_another_name_is_another_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cohort.parquet").write_bytes(b"one")
    monkeypatch.chdir(tmp_path)
    # Findings name the file as it was given: half of them would name it in another way.
    assert state_of(Path("cohort.parquet")) != state_of(tmp_path / "cohort.parquet")
