"""Any part of a cohort is read alone, with the rows and numbers that it has in the whole."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from evoscope.abr.cohort import Cohort
from evoscope.scale.rows import cut


def test_parts_together_are_the_whole(cohort: Cohort) -> None:
    parts = cut(cohort.path, at_least=1)
    assert [one.start for one in parts[1:]] == [one.stop for one in parts[:-1]]
    assert (parts[0].start, parts[-1].stop) == (0, cohort.n_rows)
    rows = [
        recording.source.record
        for one in parts
        for series in cohort.series(within=range(one.start, one.stop))
        for recording in series
    ]
    assert sorted(rows) == list(range(cohort.n_rows))


@pytest.mark.parametrize("group_rows", [7, 16, 10_000])
def test_rows_of_any_range_are_read_whatever_the_row_groups(
    cohort: Cohort, tmp_path: Path, group_rows: int
) -> None:
    path = tmp_path / "regrouped.parquet"
    pq.write_table(pq.read_table(cohort.path), path, row_group_size=group_rows)
    other = Cohort.open(path)
    levels = other.to_pandas(["level_db"])["level_db"].tolist()
    for start, stop in ((0, 1), (6, 8), (7, 14), (13, 40), (cohort.n_rows - 1, cohort.n_rows)):
        batches = other.batches(["level_db"], rows=5, within=range(start, stop))
        read = [value for batch in batches for value in batch.column(0).to_pylist()]
        assert read == levels[start:stop]
