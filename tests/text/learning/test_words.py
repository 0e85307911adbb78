"""A pack knows the words of its encoder and of its texts, and reads messages by them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from evoscope.runtime import Pack
from evoscope.text.analysis import TextEngine
from evoscope.text.analysis.contract import WORDS
from evoscope.text.backbones import Tokens, find_backbone
from evoscope.text.learning.words import known_words

from .tiny import WORDS as TINY
from .tiny import tiny_corpus


def test_words_of_one_text_are_not_known(backbone: Path) -> None:
    tokens = Tokens(find_backbone(backbone).tokenizer.read_text("utf-8"), longest=24)
    corpus = tiny_corpus("train", rows=4)
    texts = ("Zorgle zorgle yesss", "blimp Idiot yesss", "Blimp, idiot", "idiot")
    words = known_words([replace(corpus, texts=texts)], tokens).words
    assert words[:2] == ("idiot", "blimp")  # the commonest first
    assert "zorgle" not in words  # twice, but in one text: a slip, or a name
    assert "yesss" not in words  # drawn out, however many write it
    assert set(words) >= {one for one in TINY if one.isalpha()}


def test_vocabularies_of_three_kinds_give_their_words(tmp_path: Path) -> None:
    for marked in ("##", "Ġ", "▁"):
        begins = "" if marked == "##" else marked
        goes_on = marked if marked == "##" else ""
        pieces = {"[UNK]": 0, f"{begins}Good": 1, f"{goes_on}ly": 2, f"{begins}été": 3, "!": 4}
        model = {"type": "WordLevel", "vocab": pieces, "unk_token": "[UNK]"}
        assert Tokens(json.dumps({"model": model}), longest=8).words() == ["good"]


def test_a_slip_changes_nothing(pack: Pack) -> None:
    engine = TextEngine(pack.folder)
    words = pack.read(WORDS).decode().split()
    assert "lovely" in words
    plain, slipped, drawn_out, other = (
        engine.scores([text]).tasks
        for text in ("you are lovely", "you are lovley", "you are loooovely", "you are awful")
    )
    for task, values in plain.items():
        np.testing.assert_array_equal(values, slipped[task])
        np.testing.assert_array_equal(values, drawn_out[task])
    assert np.abs(plain["emotions"] - other["emotions"]).max() > 0.05
