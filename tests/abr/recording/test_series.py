"""What belongs together, in which order, and what it is called."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from evoscope.abr.formats import group
from evoscope.abr.recording import Series, Subject

from .builders import recording, stimulus

STRANGERS: list[tuple[str, dict[str, Any]]] = [
    ("subject", {"subject": Subject(id="P2", ear="left", species="human")}),
    ("ear", {"subject": Subject(id="P1", ear="right", species="human")}),
    ("species", {"subject": Subject(id="P1", ear="left", species="mouse")}),
    ("kind", {"stimulus": stimulus(kind="chirp", level_db=70.0)}),
    ("transducer", {"stimulus": stimulus(transducer="bone", level_db=70.0)}),
    ("rate_hz", {"stimulus": stimulus(rate_hz=37.1, level_db=70.0)}),
    ("level_reference", {"stimulus": stimulus(level_reference="SPL", level_db=70.0)}),
]


@pytest.mark.parametrize(("field", "changes"), STRANGERS)
def test_recordings_of_different_series_are_never_mixed(
    field: str, changes: dict[str, Any]
) -> None:
    stranger = recording(path="b.txt", **changes)
    with pytest.raises(ValueError, match=r"group\(\)") as error:
        Series((recording(), stranger))
    assert str(error.value).startswith(f"{field} should be the same in a series")
    assert "b.txt" in str(error.value)
    # What the message recommends works: two series, nothing lost.
    assert sorted(len(s) for s in group([recording(), stranger])) == [1, 1]


def test_tones_of_different_frequency_are_different_series() -> None:
    low, high = (
        recording(stimulus=stimulus(kind="tone", frequency_hz=f)) for f in (1000.0, 2000.0)
    )
    with pytest.raises(ValueError, match=r"frequency_hz.*1000.*2000"):
        Series((low, high))


def test_dB_nHL_and_dB_SPL_are_named_both_when_refused() -> None:  # noqa: N802 - a unit
    spl = recording(stimulus=stimulus(level_reference="SPL"))
    with pytest.raises(ValueError, match=r"level_reference.*'nHL'.*'SPL'"):
        Series((recording(), spl))


def test_rates_that_differ_by_rounding_are_one_rate() -> None:
    a = recording(50.0, stimulus=stimulus(level_db=50.0, rate_hz=37.1))
    b = recording(60.0, stimulus=stimulus(level_db=60.0, rate_hz=37.12))
    assert len(Series((a, b))) == 2


def test_order_is_level_then_file_then_record_whatever_the_order_of_reading() -> None:
    wanted = [(50.0, "b", 9), (60.0, "a", 2), (60.0, "a", 10), (60.0, "b", 1), (70.0, "a", 0)]
    parts = [recording(level, path=path, record=n) for level, path, n in wanted]
    for order in (parts, parts[::-1], parts[2:] + parts[:2]):
        series = Series(tuple(order))
        assert [(r.level_db, r.source.path, r.source.record) for r in series] == wanted
    assert series.levels_db == (50.0, 60.0, 70.0)
    assert [r.source.record for r in series.at(60.0)] == [2, 10, 1]
    assert series.at(65.0) == ()


def test_a_series_without_recordings_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one recording"):
        Series(())


def test_nobody_can_swap_the_recordings_of_a_series() -> None:
    series = Series((recording(),))
    with pytest.raises(FrozenInstanceError):
        series.recordings = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("paths", "file"),
    [
        (("in/a.txt", "in/a.txt"), "in/a.txt"),
        (("in/a.txt", "in/b.txt"), "in"),
        (("a.txt", "b.txt"), "a.txt;b.txt"),
        (("x/a.txt", "y/b.txt"), "a.txt;b.txt"),
    ],
)
def test_file_is_the_file_or_the_folder_or_the_names(paths: tuple[str, str], file: str) -> None:
    first, second = paths
    assert Series((recording(50.0, path=first), recording(60.0, path=second))).file == file


def test_a_series_is_called_by_person_ear_and_sound() -> None:
    assert Series((recording(),)).name == "P1 left click"
    unknown_ear = recording(subject=Subject(id="M7"))
    assert Series((unknown_ear,)).name == "M7 click"


def test_other_recordings_of_a_series_are_checked_again() -> None:
    series = Series((recording(50.0), recording(60.0)))
    assert len(series.with_recordings(series.at(60.0))) == 1
    with pytest.raises(ValueError, match="same in a series"):
        series.with_recordings((*series, recording(subject=Subject(id="P9"))))
