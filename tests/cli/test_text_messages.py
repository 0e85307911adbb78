"""Messages are read from the files people have, and errors never quote them."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from evoscope.cli.text_answers import print_answers, shown
from evoscope.cli.text_messages import read_messages
from evoscope.cli.usage_error import UsageError
from evoscope.text.analysis.findings import findings_of
from evoscope.text.findings import Highlight, UsedModel
from evoscope.text.taxonomy import TAXONOMY


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_lines_keep_their_place(tmp_path: Path) -> None:
    content = "\ufefffirst\r\n\r\nthird \u2028 one\n"
    assert read_messages(written(tmp_path, "a.txt", content)) == ["first", "", "third \u2028 one"]
    assert read_messages(written(tmp_path, "b.txt", "")) == []


def test_fields_of_json_lines(tmp_path: Path) -> None:
    rows = [json.dumps({"body": "a\u2028b"}, ensure_ascii=False), "", '"plain"']
    path = written(tmp_path, "a.jsonl", "\n".join(rows))
    assert read_messages(path, column="body") == ["a\u2028b", "plain"]


@pytest.mark.parametrize(
    "line", ['{"text": null}', '{"txt": "secret"}', "secret", "[1]", '{"text": 5}']
)
def test_a_line_without_a_text_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, "a.jsonl", '{"text": "fine"}\n' + line)
    with pytest.raises(UsageError, match="line 2") as told:
        read_messages(path)
    assert "secret" not in str(told.value)


def test_columns_of_tables(tmp_path: Path) -> None:
    table = 'id,message\n1,"so, what\nnow"\n2,' + "x" * 200_000 + "\n"
    first, second = read_messages(written(tmp_path, "a.csv", table), column="message")
    assert first == "so, what\nnow"
    assert len(second) == 200_000
    assert read_messages(written(tmp_path, "a.tsv", "text\tb\nhi\t1\n")) == ["hi"]
    with pytest.raises(UsageError, match="--column"):
        read_messages(written(tmp_path, "b.csv", table))
    with pytest.raises(UsageError, match="line 3"):
        read_messages(written(tmp_path, "c.csv", "a,text\n1,x\n2\n"))


def test_what_is_no_text_file_is_a_sentence(tmp_path: Path) -> None:
    for path in (written(tmp_path, "a.txt", b"\xff\xfe\x00secret"), tmp_path / "none.txt"):
        with pytest.raises(UsageError, match="UTF-8") as told:
            read_messages(path)
        assert "secret" not in str(told.value)


def test_standard_input_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\ntwo\n")))
    assert read_messages(Path("-")) == ["one", "two"]


def test_passages_are_quoted_for_who_asked(capsys: pytest.CaptureFixture[str]) -> None:
    text = "so \x1b[2J idiot"
    plain = findings_of(
        {task.name: [0.25] * len(task.labels) for task in TAXONOMY.tasks},
        thresholds={"safety": dict.fromkeys(TAXONOMY["safety"].labels, 0.5)},
        language="en",
        warnings=(),
        model=UsedModel(name="tiny", version="1", sha256="0"),
    )
    one = Highlight(start=3, end=13, task="emotions", label="anger", weight=0.2)
    print_answers(iter([([text], [plain.model_copy(update={"highlights": (one,)})])]))
    told = capsys.readouterr().out
    assert "\\x1b[2J idiot" in told
    assert "\x1b" not in told


def test_a_quoted_passage_cannot_steer_a_terminal() -> None:
    assert shown("\x1b]0;title\x07\u202e\ud800") == "\\x1b]0;title\\x07\\u202e\\ud800"
