"""Series across files: what belongs together is joined, two patients never are."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from evoscope.abr.formats import group
from evoscope.abr.recording import Recording, Source, Stimulus, Subject

from .builders_text import recording


def at(path: str, level_db: float, record: int = 0, **changes: Any) -> Recording:
    noise = np.random.default_rng(abs(hash((path, level_db, record))) % 2**32).normal(size=64)
    source = Source(path=path, format="made", record=record)
    return recording(level_db, waveform=noise, halves=None, source=source, **changes)


def test_one_file_per_level_makes_one_series() -> None:
    (series,) = group(at(f"x/p-{level}db.txt", level) for level in (40, 20, 60))
    assert series.levels_db == (20.0, 40.0, 60.0)


def test_two_patients_in_two_folders_stay_apart_though_named_alike() -> None:
    found = group([at("anna/right.txt", 60), at("ben/right.txt", 60)])
    assert [s.file for s in found] == ["anna/right.txt", "ben/right.txt"]


def test_a_folder_per_level_makes_one_series_of_a_patient() -> None:
    paths = [f"{who}/{level} dB/right.csv" for who in ("anna", "ben") for level in (80, 60, 40)]
    found = group(at(path, float(path.split("/")[1][:2])) for path in paths)
    assert [s.levels_db for s in found] == [(40.0, 60.0, 80.0)] * 2
    assert all(
        r.source.path.startswith(who)
        for who, s in zip(("anna", "ben"), found, strict=True)
        for r in s
    )


def test_ears_and_stimuli_are_series_of_their_own() -> None:
    left = Subject(id="S1", ear="left", species="human")
    tone = Stimulus(kind="tone", frequency_hz=4000, level_db=60, rate_hz=37.1)
    found = group([at("a", 60), at("a", 60, 1, subject=left), at("a", 60, 2, stimulus=tone)])
    assert len(found) == 3


def test_a_retest_is_not_averaged_into_the_first_test() -> None:
    before = [at("x/m7-baseline.arf", level, i) for i, level in enumerate((20, 40, 60))]
    after = [at("x/m7-week4.arf", level, i) for i, level in enumerate((20, 40, 60))]
    found = group(before + after)
    assert [s.file for s in found] == ["x/m7-baseline.arf", "x/m7-week4.arf"]
    assert all("kept apart" in r.warnings[0] for s in found for r in s)


def test_files_that_complete_each_other_are_one_series() -> None:
    loud = [at("x/m7-a.arf", level, i) for i, level in enumerate((60, 80))]
    soft = [at("x/m7-b.arf", level, i) for i, level in enumerate((20, 40, 60))]
    (series,) = group(loud + soft)
    assert series.levels_db == (20.0, 40.0, 60.0, 80.0)
    assert all(r.warnings == () for r in series)


def test_polarities_in_files_of_their_own_are_one_series() -> None:
    def polar(word: Any) -> list[Recording]:
        return [
            at(
                f"x/{word}.txt",
                level,
                stimulus=Stimulus(kind="click", level_db=level, polarity=word),
            )
            for level in (40, 60, 80)
        ]

    (series,) = group(polar("rarefaction") + polar("condensation"))
    assert len(series) == 6


def test_a_copy_of_a_file_counts_once_and_is_mentioned() -> None:
    first = recording(60, source=Source(path="x/p-60db.TXT", format="ihs"))
    copy = recording(60, source=Source(path="x/p-60db.TXT.gz", format="ihs"))
    (series,) = group([copy, first])
    assert [r.source.path for r in series] == ["x/p-60db.TXT"]
    assert "p-60db.TXT.gz" in series.recordings[0].warnings[0]


def test_flat_records_are_not_copies_of_one_another() -> None:
    zeros = np.zeros(64)
    found = [
        recording(60, waveform=zeros, halves=None, source=Source(path=f"x/{i}", format="made"))
        for i in range(2)
    ]
    (series,) = group(found)
    assert len(series) == 2


def test_the_order_of_reading_does_not_matter() -> None:
    records = [at(f"{folder}/p-{level}db.txt", level) for folder in "ab" for level in (10, 20, 100)]
    expected = [(s.file, s.levels_db) for s in group(records)]
    random.Random(0).shuffle(records)
    assert [(s.file, s.levels_db) for s in group(records)] == expected
