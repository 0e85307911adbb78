"""A pack is measured whole: every figure with n and interval, goals judged, costs paired."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from evoscope.multitask.heads.pooling import MeanPooling
from evoscope.runtime import Pack
from evoscope.text.analysis import TextEngine, open_text_pack
from evoscope.text.backbones import Tokens, padded
from evoscope.text.benchmark import TextEvaluation, evaluate
from evoscope.text.benchmark.page import (
    LOST_HEAD,
    change_rows,
    company_rows,
    lost_rows,
    pair_rows,
    precision_rows,
)
from evoscope.text.benchmark.states import States
from evoscope.text.corpora import Corpus, Source
from evoscope.text.learning import TrainedText

from .tiny import tiny_corpus

NAMES = ("goemotions", "emobank")


@pytest.fixture(scope="module")
def found(pack: Pack) -> TextEvaluation:
    from evoscope.text.benchmark import evaluate as package  # the function hides the module

    module = __import__(package.__module__, fromlist=["load"])

    def load(name: str, part: str, *, folder: object = None) -> Corpus:
        assert part == "dev", "a figure of texts that were learned from is none"
        tasks = {"goemotions": ("emotions", "emotions_fine"), "emobank": ("vad",)}[name]
        one = tiny_corpus("dev", tasks=tasks)
        return replace(one, source=Source(name, "CC0", True, True, "this test"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "load", load)
        return evaluate(pack.folder, NAMES, rivals=False, resamples=10)


def test_every_figure_has_a_place_and_an_interval(found: TextEvaluation) -> None:
    known = {(f.corpus, f.task, f.metric, f.slice): f for f in found.figures}
    tuned = known["goemotions", "emotions", "macro_f1_tuned", "all"]
    assert tuned.low is not None
    assert tuned.high is not None
    assert tuned.trivial is not None
    assert tuned.low <= tuned.value <= tuned.high  # type: ignore[operator]
    assert tuned.value > tuned.trivial  # type: ignore[operator]
    assert known["emobank", "vad", "coverage_90", "label=valence"].value is not None
    assert found.data[0].texts == found.data[0].of
    assert TextEvaluation.model_validate_json(found.model_dump_json()) == found


def test_goals_are_judged_by_what_was_measured(found: TextEvaluation) -> None:
    by_topic = {(one.topic, one.verdict) for one in found.goals}
    assert ("safety", "not measured") in by_topic
    assert {verdict for topic, verdict in by_topic if topic == "emotions"} <= {"met", "not met"}
    assert {verdict for topic, verdict in by_topic if topic == "int8"} <= {"met", "not met"}


def test_what_misspelling_and_eight_bits_cost_is_measured(found: TextEvaluation) -> None:
    changes, costs = change_rows(found), precision_rows(found)
    assert any(row[0].startswith("typos") and row[1] == "goemotions" for row in changes)
    assert any(row[0] == "negation" for row in changes)
    assert {row[0] for row in costs} == set(NAMES)
    assert {row[0] for row in company_rows(found)} == set(NAMES)


def test_the_brief_tables_hide_no_change_that_costs(found: TextEvaluation) -> None:
    whole = {(row[0], f"{row[1]}: {row[2]}"): row[3:] for row in change_rows(found)}
    lost = {(corpus, what): cells for corpus, what, *cells in lost_rows(found)}
    assert {corpus for corpus, _ in lost} == set(NAMES)
    for (corpus, what), (*cells, n) in lost.items():
        for change, cell in zip(LOST_HEAD[2:-1], cells, strict=True):
            value, interval, cases = whole[change, f"{corpus}: {what} lost, points"]
            assert (cell, n) == (f"{value} ({interval})", cases)
    assert {row[0] for row in pair_rows(found)} == {"who somebody is", "names", "negation"}


def test_the_vectors_of_a_pack_are_those_of_its_encoder(pack: Pack, trained: TrainedText) -> None:
    texts = ["so what a lovely day .", "idiot"]
    whole = open_text_pack(pack.folder, precision="float32")
    ours = States(whole)(texts)
    tokens = Tokens(trained.backbone.tokenizer.read_text("utf-8"), longest=24)
    ids, present = (torch.from_numpy(a) for a in padded(tokens(texts), padding=0))
    with torch.no_grad():
        states = trained.network.backbone.eval()(ids, present)
        expected = MeanPooling()(states, present > 0).numpy()
    # Weights that training changed are kept in half precision.
    np.testing.assert_allclose(ours, expected, atol=0.01)


def test_progress_is_told_text_by_text(pack: Pack) -> None:
    engine = TextEngine(pack.folder)
    done: list[int] = []
    engine.scores(["idiot"] * 700, advance=done.append)
    assert done == [512, 188]
    done.clear()
    engine.analyze(["idiot"] * 3, advance=done.append)
    assert done == [3]


def test_speed_is_measured_beside_pytorch_in_one_run(pack: Pack) -> None:
    from evoscope.text.benchmark.speed_table import SPEED_GOALS, speed_rows
    from evoscope.text.learning.speed import measure

    found = measure(pack.folder, repeats=1)
    assert found["unwanted_imports"] == []
    assert found["figures"]["rss_mb"] < 300
    assert found["figures"]["int8_over_pytorch_batch_1"] > 0
    assert len(speed_rows(found)) == len(SPEED_GOALS)


def test_an_evaluation_needs_its_corpora(pack: Pack, tmp_path: Path) -> None:
    from evoscope.text.corpora import CorpusError

    with pytest.raises(CorpusError, match="emobank"):
        evaluate(pack.folder, ["emobank"], folder=tmp_path, rivals=False)
