"""Encoders are compared by the same heads, beside TF-IDF; what was measured is not done again."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.text.benchmark.vad_by_encoder import HEAD, VadByEncoder, vad_rows, vad_tables
from evoscope.text.learning import TextCorpora, vad_by_encoder

from .tiny import tiny_backbone, tiny_corpora


def test_encoders_are_compared_and_a_second_call_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def corpora(_names: object, *, folder: object) -> TextCorpora:
        return tiny_corpora(("vad",))

    monkeypatch.setattr(vad_by_encoder, "load_corpora", corpora)
    given = ["-o", str(tmp_path), "--cache", str(tmp_path / "cache"), "--seeds", "2"]
    given += ["--backbones", str(tiny_backbone(tmp_path / "tiny", depth=4))]
    assert vad_by_encoder.main(given) == 0
    content = (tmp_path / vad_by_encoder.RESULT).read_text("utf-8")
    found = VadByEncoder.model_validate_json(content)
    rows = {row[:4]: row[4:] for row in vad_rows(found)}
    assert set(rows) == {
        ("none", "TF-IDF, ridge", "-", "1"),
        ("tiny", "heads", "bf16", "2"),
        ("tiny", "heads", "int8", "1"),
        ("tiny", "three upper layers, heads", "bf16", "2"),
        ("tiny", "three upper layers, heads", "int8", "1"),
    }
    # One word of a text says its valence: whoever reads it finds that.
    for figure in (one for run in found.runs for one in run.figures):
        assert 0.0 < (figure.low or 0.0) <= (figure.value or 0.0)
    assert {len(one) for one in rows.values()} == {len(HEAD) - 4}
    assert "| tiny | heads | int8 | 1 |" in vad_tables(content)["text-vad-by-encoder"]

    monkeypatch.setattr(vad_by_encoder, "train_on", None)  # there is nothing left to train
    assert vad_by_encoder.main(given) == 0
    assert (tmp_path / vad_by_encoder.RESULT).read_text("utf-8") == content
