from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evoscope.abr.cohort import Cohort, load_split, make_split, split_path
from evoscope.abr.formats.errors import FormatError

Write = Callable[..., Cohort]
Rows = Callable[..., dict[str, Any]]
SIZES = {"normal": 60, "chl": 20, "snhl": 13, "total": 3, "neuropathy": 2}


@pytest.fixture
def clinic(write: Write, rows: Rows) -> Cohort:
    batches = [
        rows([f"{loss}-{i:02}" for i in range(n)], loss=loss, halves=False)
        for loss, n in SIZES.items()
    ]
    return write(*batches, rows(["x", "y", "z", "w"], loss=None, halves=False))


def test_every_class_is_split_70_15_15(clinic: Cohort) -> None:
    counts = make_split(clinic, seed=1).counts
    found = {name: [counts[part][name] for part in ("train", "val", "test")] for name in SIZES}
    assert found == {
        "normal": [42, 9, 9],
        "chl": [14, 3, 3],
        "snhl": [9, 2, 2],
        "total": [1, 1, 1],
        "neuropathy": [1, 0, 1],
    }
    assert [counts[part]["unlabelled"] for part in counts] == [2, 1, 1]


def test_no_patient_is_in_two_parts_and_none_is_lost(clinic: Cohort) -> None:
    split = make_split(clinic, seed=1)
    rows = [split.rows(clinic, part) for part in ("train", "val", "test")]
    assert sorted(np.concatenate(rows).tolist()) == list(range(clinic.n_rows))
    owners = np.array(clinic.to_pandas(["patient_id"])["patient_id"])
    sets = [set(owners[which]) for which in rows]
    assert sum(map(len, sets)) == len(set.union(*sets)) == len(split.patients) == 102


def test_a_patient_counts_with_the_worse_ear(write: Write, rows: Rows) -> None:
    def ears(patient: str, right: str | None, left: str | None) -> list[dict[str, Any]]:
        other = {"ear": ["left"] * 3, "series_id": [f"{patient} left"] * 3}
        return [rows([patient], loss=right), rows([patient], loss=left) | other]

    batches = [
        *ears("A", "normal", "snhl"),
        *ears("B", "total", "normal"),
        *ears("C", None, "chl"),
        *ears("D", "neuropathy", None),
    ]
    counts = make_split(write(*batches), seed=0).counts
    total = {name: sum(counts[part][name] for part in counts) for name in counts["train"]}
    assert total == {
        "normal": 0, "chl": 1, "snhl": 1, "neuropathy": 1, "total": 1, "unlabelled": 0
    }  # fmt: skip


def test_the_seed_decides_and_nothing_else(clinic: Cohort, write: Write, rows: Rows) -> None:
    one = make_split(clinic, seed=5)
    assert make_split(clinic, seed=5).sha256 == one.sha256
    assert make_split(clinic, seed=6).patients != one.patients
    names = [f"normal-{i:02}" for i in range(60)]
    forth, back = (
        make_split(write(rows(order), name=f"{i}.parquet"), seed=5)
        for i, order in enumerate((names, names[::-1]))
    )
    assert forth.patients == back.patients
    assert forth.sha256 != back.sha256  # another cohort all the same


def test_the_split_of_a_seed_never_changes(write: Write, rows: Rows) -> None:
    # A model in the field was trained on what this says: the rule is spelled out once more.
    split = make_split(write(rows(list("abcdefghij"))), seed=0)
    order = sorted("abcdefghij", key=lambda p: hashlib.sha256(f'[0, "{p}"]'.encode()).digest())
    assert [split.patients[p] for p in order] == ["train"] * 7 + ["val"] + ["test"] * 2
    assert "".join(order) == "ghcefabijd"


def test_it_comes_back_from_disk(clinic: Cohort) -> None:
    split = make_split(clinic, seed=2)
    path = split.save(split_path(clinic))
    assert path == clinic.path.with_name("split.json")
    loaded = load_split(path, clinic)
    assert loaded == split
    stated = json.loads(path.read_text(encoding="utf-8"))
    assert stated["sha256"] == split.sha256 == loaded.sha256
    assert stated["cohort_sha256"] == clinic.table_sha256()
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []


def saved(clinic: Cohort) -> tuple[Path, dict[str, Any]]:
    path = make_split(clinic, seed=2).save(split_path(clinic))
    return path, json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("field", ["seed", "cohort_sha256", "counts", "patients", "sha256"])
def test_a_changed_split_is_refused(clinic: Cohort, field: str) -> None:
    path, stated = saved(clinic)
    changed = {
        "seed": 3,
        "cohort_sha256": "0" * 64,
        "counts": {},
        "patients": stated["patients"] | {"chl-00": "test", "chl-01": "train"},
        "sha256": "0" * 64,
    }
    assert changed[field] != stated[field]
    path.write_text(json.dumps(stated | {field: changed[field]}), encoding="utf-8")
    with pytest.raises(FormatError, match="a hash that does not fit its content"):
        load_split(path, clinic)


def test_a_patient_in_two_parts_is_leakage(clinic: Cohort) -> None:
    path, _ = saved(clinic)
    text = path.read_text(encoding="utf-8")
    part = json.loads(text)["patients"]["chl-00"]
    other = "test" if part == "train" else "train"
    line = f'"chl-00": "{part}"'
    assert line in text
    path.write_text(text.replace(line, f'"chl-00": "{other}", {line}'), encoding="utf-8")
    with pytest.raises(FormatError, match=r"patient 'chl-00': .* twice: that is leakage"):
        load_split(path, clinic)


def test_a_split_of_other_patients_is_refused(clinic: Cohort, write: Write, rows: Rows) -> None:
    path, _ = saved(clinic)
    with pytest.raises(FormatError, match=r"Found 1 patients of the cohort in no part.*'new'"):
        load_split(path, write(*clinic.batches(), rows(["new"]), name="more.parquet"))
    fewer = write(rows(["normal-00"]), name="fewer.parquet")
    with pytest.raises(FormatError, match="101 patients that the cohort does not have"):
        load_split(path, fewer)
    with pytest.raises(FormatError, match="in no part"):
        load_split(path, clinic).rows(write(rows(["new"]), name="new.parquet"), "train")


def test_a_split_is_tied_to_the_rows_it_was_made_for(clinic: Cohort) -> None:
    path, _ = saved(clinic)
    table = pq.read_table(clinic.path)
    at = table.schema.get_field_index("fmp")
    changed = table.set_column(at, "fmp", pa.array([0.5] * clinic.n_rows))
    pq.write_table(table, clinic.path, compression="none")
    assert load_split(path, Cohort.open(clinic.path)).seed == 2  # the same rows, written anew
    pq.write_table(changed, clinic.path)
    with pytest.raises(FormatError, match=r"should be this cohort's\. Found the hash of another"):
        load_split(path, Cohort.open(clinic.path))


def test_another_cohorts_split_is_not_overwritten(clinic: Cohort, write: Write, rows: Rows) -> None:
    path, _ = saved(clinic)
    before = path.read_bytes()
    other = make_split(write(rows(["A"]), name="other.parquet"), seed=0)
    with pytest.raises(FormatError, match="replace only a split of the same cohort"):
        other.save(path)
    assert path.read_bytes() == before
    assert make_split(clinic, seed=9).save(path).read_bytes() != before
    foreign = path.with_name("package.json")
    foreign.write_text('{"name": "not a split"}')
    with pytest.raises(FormatError, match="should hold version, seed"):
        other.save(foreign)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '"x"', "{}", '{"a": NaN}', "[" * 100_000, "\udcff"]
)
def test_a_file_that_is_no_split_is_no_traceback(clinic: Cohort, text: str) -> None:
    path = split_path(clinic)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(FormatError):
        load_split(path, clinic)


def test_a_part_that_does_not_exist_is_refused(clinic: Cohort) -> None:
    split = make_split(clinic, seed=0)
    with pytest.raises(ValueError, match="part should be one of"):
        split.rows(clinic, "validation")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seed should be 0 or more"):
        make_split(clinic, seed=-1)
    with pytest.raises(FormatError, match="Make one with make_split"):
        load_split(clinic.path.with_name("none.json"), clinic)
