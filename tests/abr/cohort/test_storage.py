from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evoscope.abr.cohort import Cohort
from evoscope.abr.formats.errors import FormatError

Write = Callable[..., Cohort]
Rows = Callable[..., dict[str, Any]]


def test_a_file_with_missing_halves_opens_in_pyarrow_of_any_age(write: Write, rows: Rows) -> None:
    # Up to version 24 it cannot read nulls in a column that says it is of fixed size.
    schema = pq.read_schema(write(rows(["A"], halves=False)).path)
    assert schema.field("waveform").type == pa.list_(pa.float32(), 200)
    for name in ("half_a", "half_b", "clean_waveform"):
        assert schema.field(name).type == pa.list_(pa.float32())


@pytest.mark.parametrize("rows_at_once", [1, 2, 4, 100])
def test_halves_are_fixed_lists_again_wherever_the_nulls_lie(
    write: Write, rows: Rows, rows_at_once: int
) -> None:
    given = rows(["A", "B"])
    for i in (0, 3, 5):
        for name in ("half_a", "half_b"):
            given[name] = [None if j == i else half for j, half in enumerate(given[name])]
    cohort = write(given)
    batches = cohort.batches(["half_b", "half_a"], rows=rows_at_once)
    found = pa.Table.from_batches(batches)
    for name in ("half_a", "half_b"):
        assert found.schema.field(name).type == pa.list_(pa.float32(), 200)
        assert found[name].is_valid().to_pylist() == [half is not None for half in given[name]]
        for one, other in zip(found[name].to_pylist(), given[name], strict=True):
            np.testing.assert_array_equal(one or [], [] if other is None else other)


def test_a_half_of_another_length_is_damage(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A"]))
    table = pq.read_table(cohort.path)
    at = table.schema.get_field_index("half_a")
    short = pa.array([[0.0] * 200, [0.0] * 199, [0.0] * 200], type=pa.list_(pa.float32()))
    pq.write_table(table.set_column(at, "half_a", short), cohort.path)
    with pytest.raises(FormatError, match="a waveform of 199 samples where 200 should be"):
        list(Cohort.open(cohort.path).batches(["half_a"]))
    with pytest.raises(FormatError, match="199 samples"):
        Cohort.open(cohort.path).waveforms([0], column="half_a")
