"""Regressions on n-grams are those of a library, and hold their share of the answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evoscope.multitask import Labels
from evoscope.text.backbones import Tokens, find_backbone
from evoscope.text.learning import TrainedText
from evoscope.text.learning.linear import fit_linear, ngram_matrix
from evoscope.text.learning.settings import LinearNgrams, NetworkSettings
from evoscope.text.learning.source import TextSource
from evoscope.text.taxonomy import EMOTIONS

from .tiny import tiny_corpus


@pytest.fixture(scope="module")
def source(backbone) -> TextSource:  # type: ignore[no-untyped-def]
    files = find_backbone(str(backbone))
    tokens = Tokens(files.tokenizer.read_text("utf-8"), longest=24)
    return TextSource([tiny_corpus("train")], tokens=tokens, padding=0, buckets=256)


def test_weights_are_those_of_a_library(source: TextSource) -> None:
    model = pytest.importorskip("sklearn.linear_model")
    settings = LinearNgrams(buckets=256, penalty=0.5, steps=500)
    found = fit_linear(source, settings)
    with torch.no_grad():
        logits = found(source.batch(torch.arange(len(source)), torch.Generator()).inputs["ngrams"])
    grams = ngram_matrix(source.ngrams, 256)
    often = np.asarray((grams > 0).sum(0)).ravel()
    worth = (np.log((1 + len(source)) / (1 + often)) + 1) * (often > 1)
    x = grams.multiply(worth).tocsr()
    joy = source.labels.targets["emotions"][:, 0].numpy()
    wanted = model.LogisticRegression(C=1 / 0.5, tol=1e-8, max_iter=1000).fit(x, joy)
    np.testing.assert_allclose(logits[:, 0].numpy(), wanted.decision_function(x), atol=0.02)


def test_what_a_corpus_does_not_label_teaches_nothing(source: TextSource) -> None:
    labels = source.labels
    present = {name: mask.clone() for name, mask in labels.present.items()}
    targets = {name: values.clone() for name, values in labels.targets.items()}
    present["emotions"][48:, 0] = False
    hidden = replace_labels(source, Labels(targets, present))
    targets["emotions"][48:, 0] = 1 - targets["emotions"][48:, 0]
    turned = replace_labels(source, Labels(targets, present))
    settings = LinearNgrams(buckets=256)
    first, second = (fit_linear(one, settings).table.weight for one in (hidden, turned))
    assert torch.equal(first, second)


def replace_labels(source: TextSource, labels: Labels) -> TextSource:
    return source.with_labels(
        Labels({k: v.clone() for k, v in labels.targets.items()}, dict(labels.present))
    )


def test_heads_and_regressions_share_the_answer_where_there_are_both(trained: TrainedText) -> None:
    network = trained.network.eval()
    inputs = trained.validation.batch(torch.arange(4), torch.Generator()).inputs
    linear = network.linear
    assert linear is not None
    with torch.no_grad():
        both = network(**inputs)
        own = linear(inputs["ngrams"])
        network.linear = None
        heads = network(**inputs)
        network.linear = linear
    wanted = 0.5 * heads["emotions.logits"] + 0.5 * own[:, : len(EMOTIONS)]
    torch.testing.assert_close(both["emotions.logits"], wanted)
    # What is toxic or profane is the head's alone: regressions learn the words of slurs.
    torch.testing.assert_close(both["safety.logits"][:, :2], heads["safety.logits"][:, :2])
    assert not torch.equal(both["safety.logits"][:, 2:], heads["safety.logits"][:, 2:])
    assert torch.equal(both["style.logits"], heads["style.logits"])


def test_two_parts_that_are_given_the_same_numbers_have_as_many() -> None:
    with pytest.raises(ValueError, match="as many buckets"):
        NetworkSettings.model_validate({"ngrams": {"buckets": 64}, "linear": {"buckets": 128}})
