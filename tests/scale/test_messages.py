"""Messages in Parquet are read as those of any other file; what cannot be read is a sentence."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evoscope.cli.text_messages import read_messages
from evoscope.cli.usage_error import UsageError


def test_a_column_of_texts_is_read(tmp_path: Path) -> None:
    file = tmp_path / "texts.parquet"
    pq.write_table(pa.table({"id": [1, 2], "said": ["hello\nthere", ""]}), file)
    assert read_messages(file, column="said") == ["hello\nthere", ""]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"other": ["x"]}, "should have a column 'text'"),
        ({"text": ["a secret", None]}, "Found NoneType in row 1"),
        ({"text": [1.5]}, "Found float in row 0"),
    ],
)
def test_another_column_is_a_sentence_without_the_text(
    tmp_path: Path, table: dict[str, list[object]], told: str
) -> None:
    file = tmp_path / "texts.parquet"
    pq.write_table(pa.table(table), file)
    with pytest.raises(UsageError, match=told) as refused:
        read_messages(file)
    assert "secret" not in str(refused.value)


def test_another_file_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "texts.parquet"
    file.write_text("no table", encoding="utf-8")
    with pytest.raises(UsageError, match="should be a Parquet file"):
        read_messages(file)
    with pytest.raises(UsageError, match="should be a Parquet file"):
        read_messages(tmp_path / "absent.parquet")
