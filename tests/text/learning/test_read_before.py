"""What frozen layers say is computed once, and is what they would have said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from evoscope.multitask.freezing import PartialFreezing, freeze
from evoscope.text.backbones import find_backbone
from evoscope.text.learning import train_text
from evoscope.text.learning.calibrate import outputs_of
from evoscope.text.learning.encoder import Encoder, load_encoder

from .tiny import tiny_backbone, tiny_corpora, tiny_recipe


@pytest.mark.parametrize("family", ["bert", "roberta", "mpnet"])
def test_lower_and_upper_layers_are_the_whole(family: str, tmp_path: Path) -> None:
    encoder = load_encoder(find_backbone(tiny_backbone(tmp_path / family, family=family))).eval()
    tokens = torch.tensor([[2, 9, 8, 3], [2, 7, 3, 0]])
    present = (tokens > 0).long()
    assert encoder.stacked
    with torch.no_grad():
        states = encoder.lower(tokens, present, layers=1)
        found = encoder.upper(states, present, layers=1)
        wanted = encoder(tokens, present)
    torch.testing.assert_close(found[present > 0], wanted[present > 0])


def test_what_all_layers_read_is_frozen_with_the_lowest(tmp_path: Path) -> None:
    # Else upper layers that learn would change what the lower ones were said to have said.
    encoder = load_encoder(find_backbone(tiny_backbone(tmp_path / "mpnet", family="mpnet")))
    freeze(encoder, PartialFreezing(layers=1), epoch=0)
    learns = {name for name, one in encoder.named_parameters() if one.requires_grad}
    assert learns
    assert all("encoder.layer.1." in name for name in learns)


@pytest.mark.parametrize(
    ("freezing", "pooling"),
    [({"strategy": "partial", "layers": 1}, "mean"), ({"strategy": "full"}, "attention")],
)
def test_a_cache_changes_the_time_and_not_the_answers(
    freezing: dict[str, object], pooling: str, backbone: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    recipe = tiny_recipe(backbone, epochs=2, freezing=freezing)
    network = recipe.network.model_copy(update={"pooling": pooling, "dropout": 0.0})
    recipe = recipe.model_copy(update={"network": network})
    corpora, cache = tiny_corpora(("safety",)), tmp_path / "cache"
    plain = train_text(recipe, corpora, folder=tmp_path / "plain")
    kept = train_text(recipe, corpora, folder=tmp_path / "kept", cache=cache)
    assert len(list(cache.glob("*.npy"))) == 2
    found, wanted = (outputs_of(one.network, one.validation) for one in (kept, plain))
    # Half precision is all that parts them.
    np.testing.assert_allclose(found["safety.logits"], wanted["safety.logits"], atol=0.15)

    def no(*_: object, **__: object) -> None:
        raise AssertionError("the lower layers were asked again")

    monkeypatch.setattr(Encoder, "lower", no)
    train_text(recipe, corpora, folder=tmp_path / "again", cache=cache)
