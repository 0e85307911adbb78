"""Whatever a table holds: it is imported, or one error says where it is wrong."""

from __future__ import annotations

import importlib.util
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evoscope.abr.cohort import Cohort, Filters, import_table
from evoscope.abr.formats.errors import FormatError

_spec = importlib.util.spec_from_file_location("tables", Path(__file__).with_name("tables.py"))
assert _spec is not None
assert _spec.loader is not None
tables = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tables)

CLOCK: dict[str, Any] = {"sampling_rate_hz": 15_000.0, "onset_sample": 14.6}
ANY_FILE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
EVERY = Filters(alternating=False, rejected_below=None)

cells = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.text(alphabet=string.digits + ".,-+eE ", max_size=8),
    st.floats(),
    st.integers(-(10**30), 10**30),
    st.sampled_from(["NA", "-", "nan", "inf", "İTİK", "NORMAL", "Alternating", "TOTAL", '"', "\n"]),
)


def imported_or_refused(path: Path, content: bytes, **options: Any) -> None:
    path.write_bytes(content)
    refusal = ""
    try:
        table = import_table(path, **CLOCK, **options)
    except FormatError as error:
        refusal = str(error)
    if refusal:
        assert refusal.startswith(str(path))
        assert len(refusal) > len(str(path)) + 20
    elif table.rows.num_rows:
        out = path.with_name("cohort.parquet")
        Cohort.open(table.save(out, overwrite=True)).validate()


@ANY_FILE
@given(content=st.binary(max_size=400))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    imported_or_refused(tmp_path / "x.csv", content)


@ANY_FILE
@given(
    tail=st.binary(max_size=200), magic=st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff"])
)
def test_any_bytes_behind_a_known_beginning(tmp_path: Path, magic: bytes, tail: bytes) -> None:
    imported_or_refused(tmp_path / "x.xlsx", magic + tail)


@ANY_FILE
@given(
    changes=st.dictionaries(st.integers(0, len(tables.HEADER) - 1), cells, max_size=4),
    second=st.dictionaries(st.integers(0, len(tables.HEADER) - 1), cells, max_size=2),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_any_cells_in_a_good_table(
    tmp_path: Path, changes: dict[int, Any], second: dict[int, Any], delimiter: str
) -> None:
    rows = [tables.row("P1"), tables.row("P2", 40, "SNİK"), tables.row("P1", 20)]
    for one, change in zip(rows, (changes, second), strict=False):
        for index, value in change.items():
            one[index] = value
    text = tables.as_csv([tables.HEADER, *rows], delimiter=delimiter)
    imported_or_refused(tmp_path / "x.csv", text.encode("utf-8", "replace"), filters=EVERY)


@ANY_FILE
@given(header=st.lists(st.one_of(cells, st.sampled_from(tables.HEADER)), max_size=60))
def test_any_header(tmp_path: Path, header: list[Any]) -> None:
    text = tables.as_csv([header, tables.row()])
    imported_or_refused(tmp_path / "x.csv", text.encode("utf-8", "replace"))


@pytest.mark.parametrize("cell", ["9" * 400, "1e400", "-1e400", "٣", "²", "1_000", "0x10", "½"])
def test_numbers_that_only_python_understands(tmp_path: Path, cell: str) -> None:
    for name in ("FMP", "7"):
        rows = [tables.HEADER, tables.row(**{name: cell})]
        path = tmp_path / "x.csv"
        path.write_text(tables.as_csv(rows), encoding="utf-8")
        with pytest.raises(FormatError, match="row 2, column"):
            import_table(path, **CLOCK)
