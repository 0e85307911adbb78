"""The pack answers what the network answers, and holds no more than was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from evoscope.runtime import Pack, PackError, Session
from evoscope.text.analysis.assemble import assemble
from evoscope.text.analysis.contract import (
    BACKBONE,
    WHOLE,
    NeededBackbone,
    Precision,
    output_names,
)
from evoscope.text.backbones import BACKBONES, Tokens, find_backbone
from evoscope.text.learning import TrainedText
from evoscope.text.learning.calibrate import outputs_of
from evoscope.text.learning.encoder import load_encoder, random_encoder
from evoscope.text.learning.export import as_shipped, export_encoder
from evoscope.text.learning.source import TextSource

from .tiny import tiny_backbone, tiny_corpus

TEXTS = ["you are so lovely .", "idiot !", "what a sad , sad day it is to me . thanks ?"]


def inputs(trained: TrainedText) -> dict[str, np.ndarray]:
    batch = trained.validation.batch(torch.arange(9), torch.Generator())
    return {name: tensor.numpy() for name, tensor in batch.inputs.items()}


@pytest.fixture(scope="module")
def whole(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return assemble(pack, tmp_path_factory.mktemp("whole") / "fp32", precision="float32")


def test_every_output_is_that_of_the_network(whole: Pack, trained: TrainedText) -> None:
    network = as_shipped(trained.network, trained.backbone)
    given = inputs(trained)
    with torch.no_grad():
        wanted = network(**{name: torch.from_numpy(values) for name, values in given.items()})
    found = Session(whole).run(WHOLE, given)
    assert list(found) == output_names()
    for name, values in found.items():
        np.testing.assert_allclose(values, wanted[name].numpy(), atol=2e-5, err_msg=name)


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_a_text_does_not_depend_on_those_beside_it(
    pack: Pack, trained: TrainedText, precision: Precision, tmp_path: Path
) -> None:
    session = Session(assemble(pack, tmp_path / precision, precision=precision))
    given = inputs(trained)
    together = session.run(WHOLE, given)
    # Lengths differ by padding, which moves the last digits, and with them a step of eight bits.
    near = 2e-5 if precision == "float32" else 5e-3
    for i in range(3):
        there = int(given["present"][i].sum())
        alone = {
            name: values[i : i + 1, : there if name in ("tokens", "present") else None]
            for name, values in given.items()
        }
        for name, values in session.run(WHOLE, alone).items():
            np.testing.assert_allclose(values[0], together[name][i], atol=near, err_msg=name)


def test_eight_bits_hardly_move_an_answer(
    pack: Pack, whole: Pack, trained: TrainedText, tmp_path: Path
) -> None:
    small = assemble(pack, tmp_path / "int8", precision="int8")
    given = inputs(trained)
    coarse, fine = (Session(one).run(WHOLE, given) for one in (small, whole))
    moved = {name: float(np.abs(coarse[name] - fine[name]).max()) for name in fine}
    assert 0.0 < max(moved.values()) < 0.5


def test_only_what_was_trained_is_in_the_pack(pack: Pack, trained: TrainedText) -> None:
    needed = NeededBackbone.model_validate_json(pack.read(BACKBONE))
    encoder = as_shipped(trained.network, trained.backbone).backbone
    changed = set(export_encoder(encoder, trained.backbone).changed)
    assert changed
    assert all(".layer.1." in name for name in changed)
    assert any("word_embeddings" in name for name in needed.sources)
    assert not any(".layer.1." in name for name in needed.sources)


def test_another_encoder_is_refused(pack: Pack, tmp_path: Path) -> None:
    other = tiny_backbone(tmp_path / "other", seed=1)
    with pytest.raises(PackError, match="should be the one that was trained on"):
        assemble(pack, tmp_path / "out", precision="float32", backbone=other)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("family", ["roberta", "xlm-roberta", "mpnet"])
def test_encoders_of_every_family_read_as_their_library_does(family: str, tmp_path: Path) -> None:
    encoder = load_encoder(find_backbone(tiny_backbone(tmp_path / family, family=family))).eval()
    tokens = torch.tensor([[2, 9, 8, 3], [2, 7, 3, 0]])
    present = (tokens > 0).long()
    with torch.no_grad():
        wanted = encoder.model(input_ids=tokens, attention_mask=present).last_hidden_state
        found = encoder(tokens, present)
    torch.testing.assert_close(found[present > 0], wanted[present > 0])
    assert len(list(encoder.layers())) == 2


def test_the_table_has_the_shapes_that_the_library_builds() -> None:
    encoder = random_encoder(BACKBONES["minilm-l6"])
    assert sum(p.numel() for p in encoder.parameters()) == BACKBONES["minilm-l6"].parameters


def test_outputs_are_in_the_order_of_the_texts(trained: TrainedText, backbone: Path) -> None:
    files = find_backbone(backbone)
    tokens = Tokens(files.tokenizer.read_text("utf-8"), longest=24)
    corpus = tiny_corpus("dev", rows=12)
    ways = [
        TextSource([part], tokens=tokens, padding=0, buckets=64)
        for part in (corpus, corpus.select(list(range(11, -1, -1))))
    ]
    forth, back = (outputs_of(trained.network, source) for source in ways)
    np.testing.assert_allclose(forth["safety.logits"], back["safety.logits"][::-1], atol=1e-5)
