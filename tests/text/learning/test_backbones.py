"""Encoders are found by name or folder, or the error says how to get them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.text.backbones import BACKBONES, BackboneError, Tokens, find_backbone


def test_the_five_of_the_reference_and_mpnet_are_known() -> None:
    assert set(BACKBONES) == {
        "minilm-l6", "minilm-l12", "xtremedistil-l6", "distilroberta", "xlm-roberta", "mpnet",
    }  # fmt: skip
    # Millions of parameters as their authors state them.
    stated = {"minilm-l6": 22.7, "minilm-l12": 33.4, "distilroberta": 82, "xlm-roberta": 278,
              "mpnet": 109}  # fmt: skip
    for name, millions in stated.items():
        assert BACKBONES[name].parameters / 1e6 == pytest.approx(millions, rel=0.01)


def test_a_folder_is_an_encoder(backbone: Path) -> None:
    files = find_backbone(backbone)
    assert files.padding == 0
    assert len(files.sha256) == 64


def test_an_encoder_without_a_package_says_where_it_is() -> None:
    with pytest.raises(BackboneError, match="fetch sentence-transformers/all-MiniLM-L12-v2"):
        find_backbone("minilm-l12")


def test_a_pickle_is_no_encoder(backbone: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((backbone / name).read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"anything")
    with pytest.raises(BackboneError, match=r"no model\.safetensors"):
        find_backbone(tmp_path)


def test_a_text_that_is_too_long_ends_as_one_that_is_not(backbone: Path) -> None:
    tokens = Tokens(find_backbone(backbone).tokenizer.read_text("utf-8"), longest=8)
    short, long = tokens(["you are", "you are " * 50])
    assert len(long) == 8
    assert short[0] == long[0]
    assert short[-1] == long[-1]


def test_a_broken_tokenizer_is_an_error() -> None:
    with pytest.raises(ValueError, match="should be a tokenizer"):
        Tokens("{}", longest=8)
